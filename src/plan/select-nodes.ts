import type { Diagnostic } from "../design/diagnostic.ts";
import type { TreeMap } from "../design/tree.ts";
import { suggest } from "../text/suggest.ts";
import type { DesignView } from "./design-view.ts";
import { PlanningError } from "./planning-error.ts";
import { mapAt, textAt, textsAt } from "./read-tree.ts";

/** Which nodes: conditions of different fields must all hold, within one field any value suffices, no condition selects all. */
export interface NodeSelector {
  readonly names: readonly string[];
  readonly racks: readonly string[];
  readonly tags: readonly string[];
  readonly hostProfiles: readonly string[];
}

/**
 * The names of the selected nodes, in code unit order. Throws PlanningError for every name, rack, tag or profile no node
 * has, with the nearest one that some node has, and for conditions that leave no node.
 */
export function selectNodes(view: DesignView, selector: NodeSelector): readonly string[] {
  const conditions = [
    { what: "node", wanted: selector.names, of: (name: string) => [name] },
    {
      what: "rack",
      wanted: selector.racks,
      of: (_: string, node: TreeMap) => [textAt(mapAt(node, "metadata"), "rack")],
    },
    { what: "tag", wanted: selector.tags, of: (_: string, node: TreeMap) => textsAt(mapAt(node, "metadata"), "tags") },
    { what: "host profile", wanted: selector.hostProfiles, of: (_: string, node: TreeMap) => profilesOf(node, view) },
  ].filter(({ wanted }) => wanted.length > 0);

  const problems: Diagnostic[] = [];
  let selected = [...view.nodes];
  for (const { what, wanted, of } of conditions) {
    const known = new Set([...view.nodes].flatMap(([name, node]) => of(name, node)));
    for (const name of wanted) if (!known.has(name)) problems.push(unknown(what, name, known));
    const asked = new Set(wanted);
    selected = selected.filter(([name, node]) => of(name, node).some((value) => asked.has(value)));
  }
  const [first, ...others] = problems;
  if (first !== undefined) throw new PlanningError("selector", [first, ...others]);
  if (conditions.length > 0 && selected.length === 0) {
    const message = "no node of the design fits the whole selection";
    throw new PlanningError("selector", [problem(message, "conditions of different kinds must all hold for a node")]);
  }
  return selected.map(([name]) => name);
}

function profilesOf(node: TreeMap, view: DesignView): readonly string[] {
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
