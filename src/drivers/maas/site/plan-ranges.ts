import type { NetworkSpec, RangeSpec, SiteSpec } from "../../../../gen/bedplate/driver/v1/site_spec_pb.js";
import type { Action } from "../action.ts";
import { canonicalAddress, canonicalBlock, compareAddresses } from "../address.ts";
import { linkedNetworks } from "./place-links.ts";
import type { IpRange, NetworkState, SiteState } from "./read-site.ts";

/** Ranges this driver made carry this comment. */
const COMMENT = "bedplate";

/** What MAAS calls each use of a range; a static range needs nothing in MAAS. */
const TYPES: Readonly<Record<string, string>> = { dhcp: "dynamic", reserved: "reserved" };

interface Span {
  readonly type: string;
  readonly start: string;
  readonly end: string;
}

/** The ranges a network wants of MAAS. */
function wantedRanges(network: NetworkSpec): Span[] {
  return network.ranges.flatMap(({ type, start, end }: RangeSpec) => {
    const known = TYPES[type];
    return known === undefined ? [] : [{ type: known, start: canonicalAddress(start), end: canonicalAddress(end) }];
  });
}

/**
 * The dynamic and reserved ranges of each network's subnet. A range of the same use that has addresses in common with a wanted
 * one becomes it; another that is in its way is for a person to remove, or goes when what left the design does.
 */
export function planRanges(state: SiteState, spec: SiteSpec): Action[] {
  return linkedNetworks(spec).flatMap((network) => planNetwork(state, spec, network));
}

/** The ranges of a site's subnets that are not as the design says and become no other; those are what prune removes. */
export function spareRanges(state: NetworkState, spec: SiteSpec): IpRange[] {
  return linkedNetworks(spec).flatMap((network) => {
    const { present, wanted } = compare(state, network);
    const kept = new Set(pairs(present, wanted).map(({ old }) => old));
    return present.filter((range) => !kept.has(range) && !wanted.some((want) => isSame(want, range)));
  });
}

function compare(state: NetworkState, network: NetworkSpec) {
  const subnet = state.subnets.find(({ cidr }) => cidr === canonicalBlock(network.cidr));
  const present = state.ranges.filter((range) => range.subnetId === subnet?.id);
  return { subnet, present, wanted: wantedRanges(network) };
}

/** Which present range becomes which wanted one; each at most once. */
function pairs(present: readonly IpRange[], wanted: readonly Span[]) {
  const spare = present.filter((range) => !wanted.some((want) => isSame(want, range)));
  return wanted
    .filter((want) => !present.some((range) => isSame(want, range)))
    .flatMap((want) => {
      const at = spare.findIndex((range) => range.type === want.type && overlap(want, range));
      const [old] = at < 0 ? [] : spare.splice(at, 1);
      return old === undefined ? [] : [{ want, old }];
    });
}

function planNetwork(state: SiteState, spec: SiteSpec, network: NetworkSpec): Action[] {
  const { subnet, present, wanted } = compare(state, network);
  const missing = wanted.filter((want) => !present.some((range) => isSame(want, range)));
  const updates = pairs(present, wanted);
  // With prune, what is spare is gone by now.
  const spare = new Set(spec.prune ? spareRanges(state, spec) : []);
  let standing: Span[] = present.filter((range) => !spare.has(range));
  const actions: Action[] = [];
  for (let left = updates; left.length > 0; ) {
    // MAAS takes no range that has addresses in common with another: those that make room go first.
    const free = left.find(({ want, old }) => standing.every((other) => other === old || !overlap(want, other)));
    const { want, old } = free ?? left[0] ?? { want: undefined, old: undefined };
    if (want === undefined || old === undefined) break;
    const way = standing.find((other) => other !== old && overlap(want, other));
    standing = [...standing.filter((other) => other !== old), want];
    left = left.filter((pair) => pair.old !== old);
    actions.push({
      object: `iprange ${old.start}-${old.end}`,
      action: "update",
      before: shown(old, network),
      after: shown(want, network),
      undoes: true,
      ...(way === undefined
        ? { request: { method: "PUT", path: `ipranges/${old.id}/`, form: formOf(want) } }
        : { blocked: inTheWay(want, way, network) }),
    });
  }
  for (const want of missing.filter((each) => !updates.some((pair) => pair.want === each))) {
    const way = standing.find((other) => overlap(want, other));
    const form = [["type", want.type], ...formOf(want), ["comment", COMMENT]] as const;
    actions.push({
      object: `iprange ${want.start}-${want.end}`,
      action: "create",
      before: "",
      after: shown(want, network),
      ...(way === undefined
        ? subnet && { request: { method: "POST", path: "ipranges/", form: [...form, ["subnet", String(subnet.id)]] } }
        : { blocked: inTheWay(want, way, network) }),
    });
  }
  return actions;
}

function inTheWay(want: Span, way: Span, { cidr }: NetworkSpec): string {
  return `the ${want.type} range ${want.start}-${want.end} of ${cidr} cannot be made: MAAS has the ${way.type} range ${way.start}-${way.end} there, which the design doesn't name`;
}

function formOf({ start, end }: Span) {
  return [
    ["start_ip", start],
    ["end_ip", end],
  ] as const;
}

function shown({ type, start, end }: Span, { cidr }: NetworkSpec): string {
  return `${type} ${start}-${end} of ${cidr}`;
}

function isSame(want: Span, range: Span): boolean {
  return want.type === range.type && want.start === range.start && want.end === range.end;
}

function overlap(one: Span, other: Span): boolean {
  return compareAddresses(one.start, other.end) <= 0 && compareAddresses(other.start, one.end) <= 0;
}
