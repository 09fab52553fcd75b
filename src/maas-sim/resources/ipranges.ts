import { noSuch } from "../http/api-error.ts";
import { json, noContent } from "../http/reply.ts";
import { type Call, create, type Resource, read, remove, update } from "../http/resource.ts";
import { findSubnet } from "../lookup.ts";
import { contains, formatAddress, parseAddress, parseBlock } from "../network/address.ts";
import { rangesOf } from "../network/allocation.ts";
import { USER } from "../sim.ts";
import type { IpRange, SimState, Subnet } from "../state.ts";
import { rangeView } from "../views/network-view.ts";

const FIELDS = ["type", "start_ip", "end_ip", "subnet", "comment", "user"];

function find(call: Call): IpRange {
  const range = call.sim.state.ranges.get(Number(call.arg("id")));
  if (range === undefined) throw noSuch("IPRange");
  return range;
}

function announce(call: Call, range: IpRange): void {
  const { state } = call.sim;
  const name = `${range.startIp}-${range.endIp}`;
  call.writes("iprange", name, () => (state.ranges.has(range.id) ? rangeView(state, range) : null));
}

function addressField({ form }: Call, field: string, current: string | undefined): string | undefined {
  const source = form.has(field) || current === undefined ? form.required(field) : current;
  const address = source === undefined ? undefined : parseAddress(source);
  if (source !== undefined && address === undefined) form.fail(field, "Enter a valid IPv4 or IPv6 address.");
  return address === undefined ? undefined : formatAddress(address);
}

function subnetField({ form, sim }: Call, current: Subnet | undefined, startIp: string | undefined) {
  const wanted = form.text("subnet");
  const start = parseAddress(startIp ?? "");
  const holder = [...sim.state.subnets.values()].find((subnet) => {
    const block = parseBlock(subnet.cidr);
    return block !== undefined && start !== undefined && contains(block, start);
  });
  const subnet = wanted ? findSubnet(sim.state, wanted) : (current ?? holder);
  if (subnet === undefined && (wanted || start !== undefined)) {
    form.fail(
      "subnet",
      wanted
        ? "Select a valid choice. That choice is not one of the available choices."
        : "Unable to identify subnet; please specify it.",
    );
  }
  return subnet;
}

interface Fault {
  readonly fields: readonly string[];
  readonly message: string;
}

function fault(fields: readonly string[], message: string): Fault {
  return { fields, message };
}

/** What is wrong with the ends of a range of a subnet; undefined when nothing is. */
function faultOf(
  state: SimState,
  self: IpRange | undefined,
  subnet: Subnet,
  type: string,
  start: string,
  end: string,
): Fault | undefined {
  const block = parseBlock(subnet.cidr);
  const from = parseAddress(start);
  const to = parseAddress(end);
  if (block === undefined || from === undefined || to === undefined) return undefined;
  if (from.family !== to.family) {
    return fault(["start_ip", "end_ip"], "Start IP address and end IP address must be in the same address family.");
  }
  if (to.value < from.value) return fault(["end_ip"], "End IP address must not be less than Start IP address.");
  const [hasFrom, hasTo] = [contains(block, from), contains(block, to)];
  if (!hasFrom && !hasTo) return fault(["start_ip", "end_ip"], `IP addresses must be within subnet: ${subnet.cidr}.`);
  if (!hasFrom) return fault(["start_ip"], `Start IP address must be within subnet: ${subnet.cidr}.`);
  if (!hasTo) return fault(["end_ip"], `End IP address must be within subnet: ${subnet.cidr}.`);
  if (from.value === block.first) {
    return fault(["start_ip"], "Reserved network address cannot be included in IP range.");
  }
  if (from.family === 4 && to.value === block.last) {
    return fault(["end_ip"], "Broadcast address cannot be included in IP range.");
  }
  if (from.family === 6 && type === "dynamic" && to.value - from.value < 255n) {
    return fault(["start_ip", "end_ip"], "IPv6 dynamic range must be at least 256 addresses in size.");
  }
  // Reserved ranges may have addresses in use in them, but not those of another range; dynamic ones neither.
  const taken = rangesOf(state, subnet)
    .filter((range) => range !== self)
    .map((range) => ({
      first: parseAddress(range.startIp)?.value ?? 0n,
      last: parseAddress(range.endIp)?.value ?? 0n,
    }));
  const singles = type === "dynamic" ? [subnet.gatewayIp, ...subnet.dnsServers, ...state.addresses.keys()] : [];
  const held = self?.type === "dynamic" && self.subnetId === subnet.id ? self : undefined;
  for (const ip of singles) {
    const address = parseAddress(ip ?? "");
    // What a dynamic range has in it already is no reason not to resize it.
    if (address === undefined || !contains(block, address) || (held && isIn(held, address.value))) continue;
    taken.push({ first: address.value, last: address.value });
  }
  if (!taken.some(({ first, last }) => first <= to.value && from.value <= last)) return undefined;
  const what = type === "dynamic" ? "IP address or range" : "range";
  return fault(["start_ip", "end_ip"], `Requested ${type} range conflicts with an existing ${what}.`);
}

function isIn(range: IpRange, value: bigint): boolean {
  const [first, last] = [parseAddress(range.startIp)?.value, parseAddress(range.endIp)?.value];
  return first !== undefined && last !== undefined && first <= value && value <= last;
}

/** Checks the fields of a new or existing range. Throws a 400. */
function checked(call: Call, self: IpRange | undefined): Omit<IpRange, "id"> {
  const { form, sim } = call;
  const given = form.choice("type", ["dynamic", "reserved"]);
  if (self === undefined) form.required("type");
  const type = given ?? self?.type ?? "reserved";
  const startIp = addressField(call, "start_ip", self?.startIp);
  const endIp = addressField(call, "end_ip", self?.endIp);
  const subnet = subnetField(call, self === undefined ? undefined : sim.state.subnets.get(self.subnetId), startIp);
  const user = form.text("user");
  if (user && user !== USER.username)
    form.fail("user", "Select a valid choice. That choice is not one of the available choices.");
  const wrong = subnet && startIp && endIp ? faultOf(sim.state, self, subnet, type, startIp, endIp) : undefined;
  for (const field of wrong?.fields ?? []) form.fail(field, wrong?.message ?? "");
  form.check();
  const comment = form.text("comment") ?? self?.comment ?? "";
  return { type, startIp: startIp ?? "", endIp: endIp ?? "", subnetId: subnet?.id ?? -1, comment };
}

/** `ipranges/` and `ipranges/{id}/`. */
export const rangeResources: readonly Resource[] = [
  {
    handler: "IPRangesHandler",
    path: "ipranges/",
    actions: [
      read([], ({ sim: { state } }) => json([...state.ranges.values()].map((range) => rangeView(state, range)))),
      create(FIELDS, (call) => {
        const { state } = call.sim;
        const fields = checked(call, undefined);
        const range: IpRange = { id: state.nextId("range"), ...fields };
        announce(call, range);
        state.ranges.set(range.id, range);
        return json(rangeView(state, range));
      }),
    ],
  },
  {
    handler: "IPRangeHandler",
    path: "ipranges/{id}/",
    actions: [
      read([], (call) => json(rangeView(call.sim.state, find(call)))),
      update(FIELDS, (call) => {
        const range = find(call);
        const fields = checked(call, range);
        announce(call, range);
        Object.assign(range, fields);
        return json(rangeView(call.sim.state, range));
      }),
      remove([], (call) => {
        const range = find(call);
        announce(call, range);
        call.sim.state.ranges.delete(range.id);
        return noContent();
      }),
    ],
  },
];
