import { unavailable } from "../http/api-error.ts";
import type { IpRange, SimState, Subnet } from "../state.ts";
import { formatAddress, hostBounds, parseAddress, parseBlock } from "./address.ts";

/** The bounds of a range as numbers. */
function bounds(range: IpRange): { readonly first: bigint; readonly last: bigint } {
  return { first: parseAddress(range.startIp)?.value ?? 0n, last: parseAddress(range.endIp)?.value ?? -1n };
}

/** The ranges of a subnet. */
export function rangesOf(state: SimState, subnet: Subnet): IpRange[] {
  return [...state.ranges.values()].filter((range) => range.subnetId === subnet.id);
}

/** The dynamic range of a subnet an address lies in. */
export function dynamicRangeAt(state: SimState, subnet: Subnet, ip: string): IpRange | undefined {
  const value = parseAddress(ip)?.value;
  if (value === undefined) return undefined;
  return rangesOf(state, subnet).find((range) => {
    const { first, last } = bounds(range);
    return range.type === "dynamic" && first <= value && value <= last;
  });
}

/**
 * The lowest address of a subnet that MAAS may hand out. An unmanaged subnet gives only from its reserved ranges.
 * Throws a 503 when there is none.
 */
export function nextFreeAddress(state: SimState, subnet: Subnet): string {
  const block = parseBlock(subnet.cidr);
  if (block === undefined) throw unavailable(`No more IPs available in subnet: ${subnet.cidr}.`);
  const ranges = rangesOf(state, subnet).map((range) => ({ type: range.type, ...bounds(range) }));
  const taken = new Set([subnet.gatewayIp, ...subnet.dnsServers].map((ip) => parseAddress(ip ?? "")?.value));
  const { first, last } = hostBounds(block);
  let value = first;
  while (value <= last) {
    const inside = ranges.filter((range) => range.first <= value && value <= range.last);
    const closed = subnet.managed ? inside : inside.filter((range) => range.type === "dynamic");
    if (closed.length > 0) {
      value = closed.reduce((end, range) => (range.last > end ? range.last : end), value) + 1n;
      continue;
    }
    if (!subnet.managed && inside.length === 0) {
      const next = ranges
        .filter((range) => range.type === "reserved" && range.first > value)
        .map((range) => range.first);
      if (next.length === 0) break;
      value = next.reduce((least, start) => (start < least ? start : least));
      continue;
    }
    const ip = formatAddress({ family: block.family, value });
    if (!taken.has(value) && !state.addresses.has(ip)) return ip;
    value += 1n;
  }
  throw unavailable(`No more IPs available in subnet: ${subnet.cidr}.`);
}
