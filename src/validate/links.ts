import type { EffectiveItem } from "../design/effective-item.ts";
import type { TreeMap } from "../design/tree.ts";
import type { RuleContext } from "./rule.ts";
import { mapAt, textAt, textsAt } from "./tree-access.ts";

/** What a link carries, as rules look at it. */
export interface LinkTraffic {
  /** Whether frames carry VLAN tags. */
  readonly isTrunk: boolean;
  /** The network of untagged frames. */
  readonly native: string | undefined;
  /** The networks it lists; empty for a link that carries whatever its interfaces do. */
  readonly allowed: readonly string[];
  /** The same, to ask whether it lists one. */
  readonly allows: ReadonlySet<string>;
  /** The networks it lists, and its native one. */
  readonly named: readonly string[];
}

const known = new WeakMap<TreeMap, LinkTraffic>();

/** What a link carries. */
export function linkTraffic({ tree }: Pick<EffectiveItem, "tree">): LinkTraffic {
  const before = known.get(tree);
  if (before !== undefined) return before;
  const trunking = mapAt(tree, "trunking");
  const native = textAt(trunking, "default_network");
  const allowed = textsAt(tree, "allowed_networks");
  const allows = new Set(allowed);
  const named = native === undefined || allows.has(native) ? allowed : [...allowed, native];
  const traffic = { isTrunk: (textAt(trunking, "mode") ?? "disabled") !== "disabled", native, allowed, allows, named };
  known.set(tree, traffic);
  return traffic;
}

/** Whether another link allows the network, too: a mistake with a rule of its own, of which others follow. Looks at every link, so ask only of a fault. */
export function isAllowedElsewhere(
  network: string,
  link: Pick<EffectiveItem, "name">,
  { ofKind }: Pick<RuleContext, "ofKind">,
): boolean {
  return ofKind("NetworkLink").some((one) => one.name !== link.name && linkTraffic(one).allows.has(network));
}
