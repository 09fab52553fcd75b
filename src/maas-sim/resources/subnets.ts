import { json, noContent } from "../http/reply.ts";
import { type Call, create, query, type Resource, read, remove, update } from "../http/resource.ts";
import { subnetBy } from "../lookup.ts";
import { formatBlock, parseBlock } from "../network/address.ts";
import { SUBNET_FIELDS, subnetChange } from "../network/subnet-form.ts";
import { addressesInUse, reservedRanges, subnetStatistics, unreservedRanges } from "../network/subnet-usage.ts";
import { addSubnet, deleteSubnet } from "../network/topology.ts";
import type { Subnet } from "../state.ts";
import { subnetView } from "../views/network-view.ts";

function announce(call: Call, subnet: Subnet): void {
  const { state } = call.sim;
  call.writes("subnet", subnet.name, () => (state.subnets.has(subnet.id) ? subnetView(state, subnet) : null));
}

const find = (call: Call) => subnetBy(call.sim.state, call.arg("id"));

/** `subnets/` and `subnets/{id}/`; an item goes by id, name or CIDR. */
export const subnetResources: readonly Resource[] = [
  {
    handler: "SubnetsHandler",
    path: "subnets/",
    actions: [
      read([], ({ sim: { state } }) => json([...state.subnets.values()].map((subnet) => subnetView(state, subnet)))),
      create(SUBNET_FIELDS, (call) => {
        const { state } = call.sim;
        const change = subnetChange(state, call.form, undefined);
        const vlan = state.vlans.get(change.vlanId ?? -1);
        const block = parseBlock(call.form.text("cidr") ?? "");
        if (vlan === undefined || block === undefined) throw new Error("a checked subnet has a VLAN and a CIDR");
        let made: Subnet | undefined;
        const name = call.form.text("name") || (call.form.text("cidr") ?? "");
        call.writes("subnet", name, () => (made === undefined ? null : subnetView(state, made)));
        made = Object.assign(addSubnet(state, formatBlock(block), name, vlan), change);
        return json(subnetView(state, made));
      }),
    ],
  },
  {
    handler: "SubnetHandler",
    path: "subnets/{id}/",
    actions: [
      read([], (call) => json(subnetView(call.sim.state, find(call)))),
      query("reserved_ip_ranges", [], (call) => json(reservedRanges(call.sim.state, find(call)))),
      query("unreserved_ip_ranges", [], (call) => json(unreservedRanges(call.sim.state, find(call)))),
      query("statistics", ["include_ranges", "include_suggestions"], (call) =>
        json(subnetStatistics(call.sim.state, find(call))),
      ),
      query("ip_addresses", ["with_username", "with_summary"], (call) =>
        json(addressesInUse(call.sim.state, find(call))),
      ),
      update(SUBNET_FIELDS, (call) => {
        const subnet = find(call);
        const change = subnetChange(call.sim.state, call.form, subnet);
        announce(call, subnet);
        Object.assign(subnet, change);
        return json(subnetView(call.sim.state, subnet));
      }),
      remove(["force"], (call) => {
        const subnet = find(call);
        announce(call, subnet);
        deleteSubnet(call.sim.state, subnet);
        return noContent();
      }),
    ],
  },
];
