import { unavailable } from "../http/api-error.ts";
import type { IpRange, SimState, Subnet } from "../state.ts";
import { type Block, formatAddress, hostBounds, parseAddress, parseBlock } from "./address.ts";

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
  const taken = new Set([subnet.gatewayIp, ...subnet.dnsServers].map((ip) => parseAddress(ip ?? "")?.value));
  for (const { first, last } of block === undefined ? [] : openSpans(state, subnet, block)) {
    for (let value = first; value <= last; value += 1n) {
      const ip = formatAddress({ family: block?.family ?? 4, value });
      if (!state.addresses.has(ip) && !taken.has(value)) return ip;
    }
  }
  throw unavailable(`No more IPs available in subnet: ${subnet.cidr}.`);
}

interface Span {
  readonly first: bigint;
  readonly last: bigint;
}

/** What of a subnet addresses may come from, in order. */
function openSpans(state: SimState, subnet: Subnet, block: Block): Span[] {
  const ranges = rangesOf(state, subnet);
  const spans = (type: IpRange["type"]) => ranges.filter((range) => range.type === type).map(bounds);
  const closed = subnet.managed ? ranges.map(bounds) : spans("dynamic");
  const open = subnet.managed ? [hostBounds(block)] : spans("reserved").sort(byStart);
  return open.flatMap((span) => without(span, closed.toSorted(byStart)));
}

function byStart(a: Span, b: Span): number {
  return a.first < b.first ? -1 : a.first > b.first ? 1 : 0;
}

/** A span without the closed ones, which are in order. */
function without(span: Span, closed: readonly Span[]): Span[] {
  const left: Span[] = [];
  let { first } = span;
  for (const hole of closed) {
    if (hole.last < first || hole.first > span.last) continue;
    if (hole.first > first) left.push({ first, last: hole.first - 1n });
    first = hole.last + 1n;
  }
  return first <= span.last ? [...left, { first, last: span.last }] : left;
}
