import type { CelInput } from "@bufbuild/cel";
import { hideSecrets } from "../../design/hide-secrets.ts";
import type { KindSchema } from "../../design/kind-schema.ts";
import { labelsOf, rackOf, tagsOf } from "../../design/selector.ts";
import { isTreeMap, type Tree, type TreeMap } from "../../design/tree.ts";
import type { CelUses } from "../../validate/cel-uses.ts";
import { celValue } from "../../validate/cel-values.ts";
import { type NodeState, nodeStateCel } from "./node-state.ts";

/** An item as a query sees it. */
export interface Candidate {
  readonly kind: string;
  readonly name: string;
  /** Of a declaration. */
  readonly layer?: string;
  /** Its specification, as far as the query looks at it, secrets hidden. */
  readonly tree: TreeMap;
  /** Of a node, where the state of nodes is known. */
  readonly state?: NodeState;
}

/** A candidate's specification as queries may see it. */
export function visibleTree(kinds: ReadonlyMap<string, KindSchema>, kind: string, tree: TreeMap): TreeMap {
  return hideSecrets(kinds.get(kind), tree);
}

/** The variables of expressions, for one candidate: those that are used and have a value. */
export function bindingsOf(candidate: Candidate, { variables, specFields }: CelUses): Record<string, CelInput> {
  const { kind, name, layer, tree, state } = candidate;
  const bindings: Record<string, CelInput> = {};
  if (variables.has("kind")) bindings.kind = kind;
  if (variables.has("name")) bindings.name = name;
  if (variables.has("layer") && layer !== undefined) bindings.layer = layer;
  if (variables.has("spec")) bindings.spec = celValue(specFields === undefined ? tree : onlyFields(tree, specFields));
  if (variables.has("labels")) bindings.labels = new Map(itemLabels(tree));
  if (variables.has("rack")) bindings.rack = rackOf(tree) ?? null;
  if (variables.has("tags")) bindings.tags = [...tagsOf(tree)];
  if (variables.has("status")) bindings.status = state === undefined ? new Map() : nodeStateCel(name, state);
  if (variables.has("design_changed") && state !== undefined) bindings.design_changed = state.designChanged;
  return bindings;
}

/** The labels of an item: those it has itself, as a network does, and a host's owner data. */
export function itemLabels(tree: TreeMap): ReadonlyMap<string, string> {
  const own = isTreeMap(tree.labels) ? Object.entries(tree.labels) : [];
  const texts = own.filter((pair): pair is [string, string] => typeof pair[1] === "string");
  return new Map([...texts, ...labelsOf(tree)]);
}

/** The fields of a specification that hold labels. */
export const LABEL_FIELDS = ["labels", "metadata"] as const;

function onlyFields(tree: TreeMap, fields: ReadonlySet<string>): TreeMap {
  const part: Record<string, Tree> = {};
  for (const field of fields) {
    const value = Object.hasOwn(tree, field) ? tree[field] : undefined;
    if (value !== undefined) part[field] = value;
  }
  return part;
}
