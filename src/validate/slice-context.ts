import type { Diagnostic } from "../design/diagnostic.ts";
import type { EffectiveItem } from "../design/effective-item.ts";
import type { Slice } from "../design/evaluate-slice.ts";
import type { KindSchema } from "../design/kind-schema.ts";
import type { Layer } from "../design/layer.ts";
import { suppliersOf } from "../design/suppliers.ts";
import type { KnownItem, Surroundings } from "../design/surroundings.ts";
import { costlyRules, lostValues } from "./lost-values.ts";
import type { RuleContext } from "./rule.ts";

/** What rules over a slice look at. */
export interface SliceWorld {
  readonly slice: Slice;
  readonly surroundings: Surroundings;
  readonly kinds: ReadonlyMap<string, KindSchema>;
  readonly layers: readonly Layer[];
  /** Findings of the engine and of consumers about items outside of the slice that mean a loss. */
  readonly losses: readonly Diagnostic[];
  /** Whether every item outside of the slice is whole. */
  readonly restIsWhole: boolean;
}

/** A context for rules over a slice. */
export interface SliceContext extends RuleContext {
  /** Whether a rule asked for something that can be told only over the whole design: then its answer doesn't hold. */
  needsWhole(): boolean;
}

/** What rules may look at when only a slice of a design was evaluated: its items, and the rest through what the surroundings know. */
export function createSliceContext({
  slice,
  surroundings,
  kinds,
  layers,
  losses,
  restIsWhole,
}: SliceWorld): SliceContext {
  const own = [...slice.items.values()];
  const all = [...losses, ...own.flatMap((each) => each.findings.map(({ diagnostic }) => diagnostic))];
  const isLost = lostValues(all);
  const nothingLost = restIsWhole && losses.length === 0 && !own.some(hasLoss);
  // A context lasts one round: what is asked for meanwhile comes with the next.
  const members = new Map<string, readonly EffectiveItem[]>();
  let needsWhole = false;

  function known(key: string): Pick<KnownItem, "ancestors" | "whole"> & { item: EffectiveItem | undefined } {
    const mine = slice.items.get(key);
    if (mine !== undefined) return { item: mine.effective, ancestors: mine.ancestors, whole: mine.whole };
    return surroundings.ask("items", key) ?? { item: undefined, ancestors: [], whole: true };
  }

  return {
    needsWhole: () => needsWhole,
    lookup: (kind, name) => (name === undefined ? undefined : known(`${kind}/${name}`).item),
    ofKind(kind) {
      const before = members.get(kind);
      if (before !== undefined) return before;
      const others = (surroundings.ask("members", kind) ?? [])
        .map(({ item }) => item)
        .filter(({ name }) => !slice.items.has(`${kind}/${name}`));
      const mine = own.flatMap(({ effective }) => (effective?.kind === kind ? [effective] : []));
      const all = [...others, ...mine].sort((a, b) => (a.name < b.name ? -1 : 1));
      members.set(kind, all);
      return all;
    },
    hasKind: (kind) => surroundings.ask("any", kind) ?? false,
    schema: (kind) => kinds.get(kind),
    isWhole({ kind, name }, field = "") {
      const key = `${kind}/${name}`;
      const { whole, ancestors } = known(key);
      return whole && !isLost([key, ...ancestors], field);
    },
    areWhole() {
      if (!nothingLost) needsWhole = true;
      return nothingLost;
    },
    origin: ({ kind, name }, field) => slice.origin(kind, name, field),
    suppliers: (kind, field) => suppliersOf(layers, kind, field),
  };
}

function hasLoss({
  whole,
  findings,
}: {
  readonly whole: boolean;
  readonly findings: readonly { diagnostic: Diagnostic }[];
}) {
  return !whole || findings.some(({ diagnostic }) => isLoss(diagnostic));
}

/** Whether a finding may mean that something an author wrote isn't in the item; what is found by other rules doesn't. */
function isLoss({ rule, severity }: Pick<Diagnostic, "rule" | "severity">): boolean {
  return severity !== "info" && costlyRules.has(rule);
}
