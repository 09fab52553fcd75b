import type { Diagnostic } from "../design/diagnostic.ts";
import {
  compileSelector,
  DEEPEST_SELECTOR,
  isEverything,
  labelsOf,
  rackOf,
  type Selectable,
  type Selector,
  selectorDepth,
  tagsOf,
} from "../design/selector.ts";
import type { TreeMap } from "../design/tree.ts";
import { suggest } from "../text/suggest.ts";
import type { DesignView } from "./design-view.ts";
import { PlanningError } from "./planning-error.ts";
import { textAt } from "./read-tree.ts";

/**
 * The names of the selected nodes, in code unit order. Throws PlanningError for every name, rack, tag, profile or label no node has, with the nearest one
 * that some node has, for conditions that leave no node, and for a selector nested too deep.
 */
export function selectNodes(view: DesignView, selector: Selector): readonly string[] {
  if (isEverything(selector)) return [...view.nodes.keys()];
  if (selectorDepth(selector) > DEEPEST_SELECTOR) {
    const message = `found a selector nested more than ${DEEPEST_SELECTOR} deep`;
    throw new PlanningError("selector", [problem(message, "name the nodes, or give them a tag")]);
  }
  const nodes = [...view.nodes].map(
    ([name, tree]): Selectable => ({ name, tree, hostProfiles: () => profilesOf(tree, view) }),
  );
  const [first, ...others] = unknownConditions(nodes, selector);
  if (first !== undefined) throw new PlanningError("selector", [first, ...others]);
  const selected = nodes.filter(compileSelector(selector));
  if (selected.length === 0) {
    const message = "no node of the design fits the whole selection";
    throw new PlanningError("selector", [problem(message, "conditions of different kinds must all hold for a node")]);
  }
  return selected.map(({ name }) => name);
}

interface Condition {
  readonly what: string;
  readonly wanted: (selector: Selector) => readonly string[];
  readonly of: (node: Selectable) => Iterable<string>;
}

const conditions: readonly Condition[] = [
  { what: "node", wanted: ({ names }) => names, of: ({ name }) => [name] },
  { what: "rack", wanted: ({ racks }) => racks, of: ({ tree }) => [rackOf(tree) ?? ""] },
  { what: "tag", wanted: ({ tags }) => tags, of: ({ tree }) => tagsOf(tree) },
  { what: "host profile", wanted: ({ hostProfiles }) => hostProfiles, of: (node) => node.hostProfiles() },
  {
    what: "label",
    wanted: ({ labels }) => Object.entries(labels).map(([key, value]) => `${key}=${value}`),
    of: ({ tree }) => [...labelsOf(tree)].map(([key, value]) => `${key}=${value}`),
  },
];

/** What no node has of what a selector asks for, in it and in those inside it. */
function unknownConditions(nodes: readonly Selectable[], selector: Selector): readonly Diagnostic[] {
  const all = withInner(selector);
  return conditions.flatMap(({ what, wanted, of }) => {
    const asked = new Set(all.flatMap(wanted));
    if (asked.size === 0) return [];
    const known = new Set(nodes.flatMap((node) => [...of(node)]));
    return [...asked].filter((value) => !known.has(value)).map((value) => unknown(what, value, known));
  });
}

function withInner(selector: Selector): readonly Selector[] {
  return [selector, ...[...selector.anyOf, ...selector.allOf].flatMap(withInner)];
}

/** The host profiles a node inherits from, the nearest first. */
export function profilesOf(node: TreeMap, view: DesignView): readonly string[] {
  const chain = new Set<string>();
  let profile = textAt(node, "host_profile");
  while (profile !== "" && !chain.has(profile)) {
    chain.add(profile);
    profile = textAt(view.hostProfiles.get(profile) ?? {}, "host_profile");
  }
  return [...chain];
}

function unknown(what: string, name: string, known: ReadonlySet<string>): Diagnostic {
  const near = suggest(name, known);
  const having = what === "node" ? `the design has no node ${name}` : `no node of the design has ${what} ${name}`;
  return problem(having, near === undefined ? undefined : `did you mean ${near}?`);
}

function problem(message: string, hint: string | undefined): Diagnostic {
  return { rule: "plan-selection", severity: "error", message, ...(hint !== undefined && { hint }), related: [] };
}
