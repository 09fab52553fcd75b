import { fieldPath, indexPath, keyPath } from "../design/field-path.ts";
import type { TreeMap } from "../design/tree.ts";
import { type Address, type Block, parseAddress, unusableAs } from "./address.ts";
import { type Interval, within, without } from "./intervals.ts";
import { memberPath } from "./names.ts";
import { mapAt, membersAt, textAt, textsAt } from "./tree-access.ts";

/** What an address is taken for. */
export type AddressPurpose = "node" | "switch" | "gateway" | "dhcp" | "reserved" | "network" | "service";

/** An address that something has, or a range of them: `first` to `last`, inclusive, of one protocol. */
export interface AddressUse {
  readonly first: Address;
  readonly last: Address;
  readonly purpose: AddressPurpose;
  readonly kind: string;
  readonly name: string;
  /** Path of the field of that item that says so. */
  readonly field: string;
}

/** An item's name and its effective tree. */
export interface NamedTree {
  readonly name: string;
  readonly tree: TreeMap;
}

/** What a network takes of its own block: the addresses that are nobody's, gateways, and ranges of type dhcp and reserved that reach into it. */
export function networkUses({ name, tree }: NamedTree, block: Block): readonly AddressUse[] {
  const own = { kind: "Network", name };
  const uses: AddressUse[] = [];
  for (const value of new Set([block.first, block.last])) {
    const address = { version: block.version, value };
    if (unusableAs(block, address) === undefined) continue;
    uses.push({ first: address, last: address, purpose: "network", ...own, field: "cidr" });
  }
  for (const [index, route] of membersAt(tree, "routes").entries()) {
    const gateway = parseAddress(textAt(route, "gateway"));
    if (gateway === undefined || uses.some((each) => each.purpose === "gateway" && each.first.value === gateway.value))
      continue;
    const field = fieldPath(indexPath("routes", index), "gateway");
    uses.push({ first: gateway, last: gateway, purpose: "gateway", ...own, field });
  }
  for (const { index, type, first, last } of rangesIn(tree, block)) {
    if (type !== "dhcp" && type !== "reserved") continue;
    const at = (value: bigint): Address => ({ version: block.version, value });
    uses.push({ first: at(first), last: at(last), purpose: type, ...own, field: indexPath("ranges", index) });
  }
  return uses;
}

interface Range extends Interval {
  readonly index: number;
  readonly type: string | undefined;
}

function rangesIn(tree: TreeMap, block: Block): readonly Range[] {
  return membersAt(tree, "ranges").flatMap((range, index): Range[] => {
    const first = parseAddress(textAt(range, "start"));
    const last = parseAddress(textAt(range, "end"));
    if (first?.version !== block.version || last?.version !== block.version || first.value > last.value) return [];
    if (last.value < block.first || first.value > block.last) return [];
    return [{ index, type: textAt(range, "type"), first: first.value, last: last.value }];
  });
}

/** The services that a network names: its name servers, its relay of DHCP requests, and where that sends them. */
export function serviceUses({ name, tree }: NamedTree): readonly AddressUse[] {
  const uses: AddressUse[] = [];
  const add = (text: string | undefined, field: string) => {
    const address = parseAddress(text);
    if (address !== undefined)
      uses.push({ first: address, last: address, purpose: "service", kind: "Network", name, field });
  };
  for (const text of textsAt(mapAt(tree, "dns"), "servers")) add(text, keyPath("dns.servers", text));
  const relay = mapAt(tree, "dhcp_relay");
  add(textAt(relay, "self_ip"), "dhcp_relay.self_ip");
  add(textAt(relay, "upstream_target"), "dhcp_relay.upstream_target");
  return uses;
}

/** The management addresses of a rack's switches. */
export function switchUses({ name, tree }: NamedTree): readonly AddressUse[] {
  return membersAt(tree, "tor_switches").flatMap((entry): AddressUse[] => {
    const address = parseAddress(textAt(entry, "mgmt_ip"));
    if (address === undefined) return [];
    const field = fieldPath(memberPath("tor_switches", textAt(entry, "name") ?? ""), "mgmt_ip");
    return [{ first: address, last: address, purpose: "switch", kind: "Rack", name, field }];
  });
}

/** Whether a use takes anything of a block. */
export function reachesInto({ first, last }: AddressUse, block: Block): boolean {
  return first.version === block.version && first.value <= block.last && last.value >= block.first;
}

/** In the order of the addresses; of the same address by who has it and by field. */
export function compareUses(a: AddressUse, b: AddressUse): number {
  return (
    a.first.version - b.first.version ||
    compare(a.first.value, b.first.value) ||
    compare(a.last.value, b.last.value) ||
    compare(a.kind, b.kind) ||
    compare(a.name, b.name) ||
    compare(a.field, b.field)
  );
}

function compare<Value extends bigint | string>(a: Value, b: Value): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/**
 * The addresses of a network that may be given to a machine and that nobody has, in order: of its static ranges where it has any, otherwise of its whole
 * block.
 */
export function freeAddresses(network: TreeMap, block: Block, uses: readonly AddressUse[]): readonly Interval[] {
  const statics = rangesIn(network, block).filter(({ type }) => type === "static");
  const whole = statics.length === 0 ? [block] : within(statics, block);
  const taken = uses
    .filter((use) => reachesInto(use, block))
    .map(({ first, last }) => ({ first: first.value, last: last.value }));
  return without(whole, taken);
}
