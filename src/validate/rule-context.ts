import type { EffectiveItem } from "../design/effective-item.ts";
import type { Evaluation } from "../design/evaluate-design.ts";
import { isItemName } from "../design/item-name.ts";
import { anyInput, membersInput, WHOLE_INPUT } from "../design/pseudo-inputs.ts";
import { suppliersOf } from "../design/suppliers.ts";
import { lostValues } from "./lost-values.ts";
import type { RuleContext } from "./rule.ts";

/** What rules may look at in a whole design. */
export function createContext(
  evaluation: Pick<Evaluation, "items" | "diagnostics" | "kinds" | "layers" | "ancestors" | "isWhole" | "origin">,
): RuleContext {
  const isLost = lostValues(evaluation.diagnostics);
  const byKind = new Map<string, Map<string, EffectiveItem>>();
  for (const item of evaluation.items.values()) {
    const ofKind = byKind.get(item.kind);
    if (ofKind === undefined) byKind.set(item.kind, new Map([[item.name, item]]));
    else ofKind.set(item.name, item);
  }
  const isWhole: RuleContext["isWhole"] = ({ kind, name }, field = "") =>
    evaluation.isWhole(kind, name) && !isLost([`${kind}/${name}`, ...evaluation.ancestors(kind, name)], field);
  const whole = new Map<string, boolean>();
  return {
    lookup: (kind, name) => (name === undefined ? undefined : byKind.get(kind)?.get(name)),
    ofKind: (kind) => [...(byKind.get(kind)?.values() ?? [])],
    hasKind: (kind) => byKind.has(kind),
    schema: (kind) => evaluation.kinds.get(kind),
    isWhole,
    areWhole(kind, field) {
      const key = `${kind}.${field}`;
      const before = whole.get(key);
      if (before !== undefined) return before;
      const items = [...(byKind.get(kind)?.values() ?? [])];
      // Of a name nobody has, it tells whether one of the kind may be lost.
      const found = evaluation.isWhole(kind, "") && items.every((item) => isWhole(item, field));
      whole.set(key, found);
      return found;
    },
    origin: ({ kind, name }, field) => evaluation.origin(kind, name, field),
    suppliers: (kind, field) => suppliersOf(evaluation.layers, kind, field),
  };
}

/** A context that tells of every look at something beside an item as an input: a key ("Kind/name"), or a pseudo-input. Kinds and layers aren't told of. */
export interface WatchedContext extends RuleContext {
  /** Puts what is looked at from now on into a set; without one nothing is told. */
  watch(looks: Set<string> | undefined): void;
}

/** The same context, watched. */
export function watchedContext(context: RuleContext): WatchedContext {
  let looks: Set<string> | undefined;
  return {
    watch(into) {
      looks = into;
    },
    lookup(kind, name) {
      // A rule may ask for what no item can be called, of any length: that never comes.
      if (name === undefined || !isItemName(name) || !isItemName(kind)) return undefined;
      looks?.add(`${kind}/${name}`);
      return context.lookup(kind, name);
    },
    ofKind(kind) {
      looks?.add(membersInput(kind));
      return context.ofKind(kind);
    },
    hasKind(kind) {
      looks?.add(anyInput(kind));
      return context.hasKind(kind);
    },
    schema: (kind) => context.schema(kind),
    isWhole(item, field) {
      looks?.add(`${item.kind}/${item.name}`);
      return context.isWhole(item, field);
    },
    areWhole(kind, field) {
      looks?.add(WHOLE_INPUT);
      return context.areWhole(kind, field);
    },
    origin(item, field) {
      looks?.add(`${item.kind}/${item.name}`);
      return context.origin(item, field);
    },
    suppliers: (kind, field) => context.suppliers(kind, field),
  };
}
