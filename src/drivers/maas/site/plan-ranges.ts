import type { NetworkSpec, RangeSpec, SiteSpec } from "../../../../gen/bedplate/driver/v1/site_spec_pb.js";
import type { Action, ActionPlan } from "../action.ts";
import { canonicalAddress, canonicalBlock, compareAddresses } from "../address.ts";
import type { MaasWrite } from "../client/request.ts";
import { fabricNamed } from "./read-networks.ts";
import type { IpRange, SiteState } from "./read-site.ts";
import { providerName, vidOn } from "./wanted-vlans.ts";

/** Ranges this driver made carry this comment; only those it ever changes. */
const COMMENT = "bedplate";

/** What MAAS calls each use of a range; a static range needs nothing in MAAS. */
const TYPES: Readonly<Record<string, string>> = { dhcp: "dynamic", reserved: "reserved" };

/** The dynamic and reserved ranges of each network's subnet. */
export function planRanges(state: SiteState, spec: SiteSpec): Action[] {
  return linkedNetworks(spec).flatMap((network) => {
    const subnet = state.subnets.find(({ cidr }) => cidr === canonicalBlock(network.cidr));
    const present = state.ranges.filter((range) => range.subnetId === subnet?.id);
    const wanted = network.ranges.filter(({ type }) => TYPES[type] !== undefined);
    const stale = present.filter((range) => range.comment === COMMENT && !wanted.some((want) => isSame(want, range)));
    return wanted
      .filter((want) => !present.some((range) => isSame(want, range)))
      .map((want): Action => {
        const form = [
          ["start_ip", canonicalAddress(want.start)],
          ["end_ip", canonicalAddress(want.end)],
        ] as const;
        const shown = `${want.start}-${want.end}`;
        const after = `${TYPES[want.type]} ${shown} of ${network.cidr}`;
        const old = stale.find((range) => range.type === TYPES[want.type] && overlap(want, range));
        if (old !== undefined) {
          return {
            object: `iprange ${old.start}-${old.end}`,
            action: "update",
            before: `${old.type} ${old.start}-${old.end}`,
            after,
            undoes: true,
            request: { method: "PUT", path: `ipranges/${old.id}/`, form },
          };
        }
        const made = [["type", TYPES[want.type] ?? ""], ...form, ["comment", COMMENT]] as const;
        return {
          object: `iprange ${shown}`,
          action: "create",
          before: "",
          after,
          ...(subnet && {
            request: { method: "POST", path: "ipranges/", form: [...made, ["subnet", String(subnet.id)]] },
          }),
        };
      });
  });
}

/** DHCP on the VLANs of networks the provisioner serves, once their dynamic range and a rack controller are there. */
export function planDhcp(state: SiteState, spec: SiteSpec): ActionPlan {
  const actions: Action[] = [];
  const notes: string[] = [];
  const seen = new Set<string>();
  for (const network of linkedNetworks(spec)) {
    const link = spec.links.find(({ name }) => name === network.link);
    if (link === undefined || !network.dhcp || !network.ranges.some(({ type }) => type === "dhcp")) continue;
    const fabric = providerName(link.name);
    const vid = vidOn(link, network);
    const place = `${fabric}/${vid}`;
    const vlan = fabricNamed(state, fabric)?.vlans.find((candidate) => candidate.vid === vid);
    if (vlan?.dhcpOn || seen.has(place)) continue;
    seen.add(place);
    const rack = state.racks.find(({ vlanIds }) => vlan !== undefined && vlanIds.has(vlan.id)) ?? anyRack(state);
    if (state.racks.length === 0) {
      notes.push(`DHCP stays off on vlan ${place}: MAAS has no rack controller`);
    } else if (vlan?.relayed) {
      notes.push(`DHCP stays off on vlan ${place}: MAAS relays it`);
    } else if (rack === undefined) {
      notes.push(`DHCP stays off on vlan ${place}: no rack controller has an interface there`);
    } else {
      const subnet = state.subnets.find(({ cidr }) => cidr === canonicalBlock(network.cidr));
      const hasRange = state.ranges.some(({ subnetId, type }) => subnetId === subnet?.id && type === "dynamic");
      const request: MaasWrite | undefined = vlan && {
        method: "PUT",
        path: `vlans/${vlan.id}/`,
        form: [
          ["dhcp_on", "true"],
          ["primary_rack", rack.systemId],
        ],
      };
      actions.push({
        object: `vlan ${place}`,
        action: "update",
        before: "dhcp off",
        after: `dhcp on, rack ${rack.hostname || rack.systemId}`,
        ...(hasRange && subnet?.vlanId === vlan?.id && request && { request }),
      });
    }
  }
  return { actions, notes };
}

/** A rack controller whose interfaces MAAS does not tell; the others are known not to reach the VLAN. */
function anyRack(state: SiteState) {
  return state.racks.find(({ vlanIds }) => vlanIds.size === 0);
}

function linkedNetworks(spec: SiteSpec): NetworkSpec[] {
  const links = new Set(spec.links.map(({ name }) => name));
  return spec.networks.filter((network) => links.has(network.link) && network.cidr !== "");
}

function isSame(want: RangeSpec, range: IpRange): boolean {
  return (
    TYPES[want.type] === range.type &&
    canonicalAddress(want.start) === range.start &&
    canonicalAddress(want.end) === range.end
  );
}

function overlap(want: RangeSpec, range: IpRange): boolean {
  return compareAddresses(want.start, range.end) <= 0 && compareAddresses(range.start, want.end) <= 0;
}
