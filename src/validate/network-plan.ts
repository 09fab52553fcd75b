import type { EffectiveItem } from "../design/effective-item.ts";
import type { TreeMap } from "../design/tree.ts";
import { type Address, type Block, blockHolds, parseAddress, parseBlock, unfitAs } from "./address.ts";
import { mapAt, membersAt, numberAt, textAt } from "./tree-access.ts";

/** A range of a network's addresses, as far as it can be read. */
export interface NetworkRange {
  /** Its index in the network's list. */
  readonly index: number;
  readonly type: string | undefined;
  readonly first: Address | undefined;
  readonly last: Address | undefined;
}

/** A route to 0.0.0.0/0 or ::/0. */
export interface DefaultRoute {
  /** Its index in the network's list. */
  readonly index: number;
  readonly version: 4 | 6;
  readonly metric: number | undefined;
}

/** The address plan of one network, read once however many nodes are on it. */
export interface NetworkPlan {
  /** Its block, unless that is malformed or elsewhere. */
  readonly block: Block | undefined;
  /** Whether the block holds none of the network's several ranges and gateways: then it is the block that is wrong, and nothing is held against it. */
  readonly isElsewhere: boolean;
  /** The first `MOST_RANGES` of its ranges. */
  readonly ranges: readonly NetworkRange[];
  /** Gateways by index of their route. */
  readonly gateways: readonly (Address | undefined)[];
  /** Routes to everywhere that have a gateway. */
  readonly defaults: readonly DefaultRoute[];
  /** The address of its DHCP relay. */
  readonly relay: Address | undefined;
}

/** Ranges of one network that are looked at; each is held against each, and against every address on the network. */
export const MOST_RANGES = 500;

const plans = new WeakMap<TreeMap, NetworkPlan>();

/** The address plan of a network. */
export function networkPlan({ tree }: Pick<EffectiveItem, "tree">): NetworkPlan {
  const known = plans.get(tree);
  if (known !== undefined) return known;
  const written = parseBlock(textAt(tree, "cidr"));
  const looked = membersAt(tree, "ranges").slice(0, MOST_RANGES);
  const ranges = looked.map((range, index) => ({
    index,
    type: textAt(range, "type"),
    first: parseAddress(textAt(range, "start")),
    last: parseAddress(textAt(range, "end")),
  }));
  const gateways = membersAt(tree, "routes").map((route) => parseAddress(textAt(route, "gateway")));
  const isElsewhere = written !== undefined && isAway(written, ranges, gateways);
  const plan: NetworkPlan = {
    block: isElsewhere ? undefined : written,
    isElsewhere,
    ranges,
    gateways,
    defaults: membersAt(tree, "routes").flatMap((route, index): DefaultRoute[] => {
      const to = parseBlock(textAt(route, "subnet"));
      if (to?.prefix !== 0 || textAt(route, "gateway") === undefined) return [];
      return [{ index, version: to.version, metric: numberAt(route, "metric") }];
    }),
    relay: parseAddress(textAt(mapAt(tree, "dhcp_relay"), "self_ip")),
  };
  plans.set(tree, plan);
  return plan;
}

function isAway(block: Block, ranges: readonly NetworkRange[], gateways: readonly (Address | undefined)[]): boolean {
  const parts = [...ranges.map(({ first, last }) => [first, last]), gateways].map((ends) =>
    ends.filter((end): end is Address => end !== undefined && unfitAs(end) === undefined),
  );
  return (
    parts.filter((ends) => ends.length > 0).length > 1 &&
    parts.every((ends) => ends.every((end) => !blockHolds(block, end)))
  );
}

/** Whether a range holds an address. */
export function rangeHolds({ first, last }: NetworkRange, address: Address): boolean {
  if (first === undefined || last === undefined || first.version !== address.version) return false;
  return address.value >= first.value && address.value <= last.value;
}
