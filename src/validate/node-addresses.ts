import type { TreeMap } from "../design/tree.ts";
import { type Address, parseAddress } from "./address.ts";
import { memberPath } from "./names.ts";
import { membersAt, textAt } from "./tree-access.ts";

/** An entry of a node's addressing that names its network. */
export interface NodeAddress {
  readonly network: string;
  /** What is written: an address, a word, or anything; undefined for nothing. */
  readonly text: string | undefined;
  /** The address, where it is one. */
  readonly address: Address | undefined;
}

let last: { readonly tree: TreeMap; readonly addresses: readonly NodeAddress[] } | undefined;

/** The addressing of a node. The last one is kept, for several rules ask for the same in a row. */
export function nodeAddresses(tree: TreeMap): readonly NodeAddress[] {
  if (last?.tree === tree) return last.addresses;
  const addresses: NodeAddress[] = [];
  for (const entry of membersAt(tree, "addressing")) {
    const network = textAt(entry, "network");
    if (network === undefined) continue;
    const text = textAt(entry, "address");
    addresses.push({ network, text, address: parseAddress(text) });
  }
  last = { tree, addresses };
  return addresses;
}

/** The path of a node's entry for a network. */
export function addressingPath(network: string): string {
  return memberPath("addressing", network);
}
