import { suggest } from "../../../text/suggest.ts";
import type { SourcePosition, YamlEntry, YamlMap, YamlNode } from "../../../yaml/node.ts";
import { quoteText } from "../../../yaml/quote-text.ts";
import { entryOf, isNothing, listOf, textOf, valueAt } from "../../reading/map-draft.ts";
import type { ItemContext } from "../item-context.ts";

const filterKeys: readonly string[] = ["filter_set_type", "filter_set"];
/** Criteria of one filter, and the fields of a selector they are. */
const criteria: ReadonlyMap<string, string> = new Map([
  ["node_names", "names"],
  ["node_tags", "tags"],
  ["node_labels", "labels"],
  ["rack_names", "racks"],
]);
const setKeys: readonly string[] = ["filter_type", ...criteria.keys(), "rack_labels"];
const words: readonly string[] = ["intersection", "union"];

/**
 * A filter of nodes, which joins the criteria of each of its filters and then the filters, by union or intersection, as a selector, whose fields must all hold.
 * Undefined, with what is wrong reported, where it doesn't tell which nodes. Labels of an intersection must all fit, as the forms' own description has it.
 */
export function selectorOf(filter: YamlNode, item: ItemContext): YamlMap | undefined {
  if (filter.kind !== "map") return wrongType(filter, "a mapping of filter_set_type and filter_set", item);
  reportUnknown(filter, filterKeys, item);
  const set = valueAt(filter, "filter_set");
  if (set === undefined || isNothing(set)) return nothing(filter.position, "no filter_set", item);
  if (set.kind !== "list") return wrongType(set, "a list of filters", item);
  if (set.items.length === 0) return nothing(set.position, "an empty filter_set", item);
  const selectors = set.items.map((member) => selectorOfOne(member, item));
  const union = isUnion(filter, "filter_set_type", item);
  const sound = selectors.filter((selector) => selector !== undefined);
  // One filter less would select more nodes, or fewer, than were meant.
  if (union === undefined || sound.length < selectors.length) return undefined;
  return joined(sound, union, set.position);
}

function selectorOfOne(filter: YamlNode, item: ItemContext): YamlMap | undefined {
  if (filter.kind !== "map") return wrongType(filter, "a filter such as {filter_type: union, node_names: [n1]}", item);
  reportUnknown(filter, setKeys, item);
  const union = isUnion(filter, "filter_type", item);
  const stated = filter.entries.filter(({ key, value }) => criteria.has(key) && !isNothing(value) && !isEmpty(value));
  const rackLabels = entryOf(filter, "rack_labels");
  if (rackLabels !== undefined && !isNothing(rackLabels.value) && !isEmpty(rackLabels.value)) {
    item.report({
      rule: "unsupported-filter",
      severity: "error",
      message: "found rack_labels, expected names of racks: nodes are not selected by labels of their rack",
      hint: "name the racks in rack_names",
      at: rackLabels.keyPosition,
      field: "nodes",
    });
    return undefined;
  }
  if (union === undefined) return undefined;
  if (stated.length === 0) return nothing(filter.position, "a filter without criteria", item);
  const parts = stated.flatMap((entry) => selectorsOf(entry, union));
  return union ? joined(parts, true, filter.position) : mapOfEntries(stated.map(renamed), filter.position);
}

/** Each criterion of a union selects nodes by itself, and so does each label. */
function selectorsOf(entry: YamlEntry, union: boolean): readonly YamlMap[] {
  const { value, keyPosition } = renamed(entry);
  if (!union || entry.key !== "node_labels" || value.kind !== "map") {
    return [mapOfEntries([renamed(entry)], keyPosition)];
  }
  return value.entries.map((label) => {
    const one = mapOfEntries([label], label.keyPosition);
    return mapOfEntries([{ ...renamed(entry), value: one }], label.keyPosition);
  });
}

function renamed(entry: YamlEntry): YamlEntry {
  return { ...entry, key: criteria.get(entry.key) ?? entry.key };
}

function joined(selectors: readonly YamlMap[], union: boolean, position: SourcePosition): YamlMap {
  const [first, ...others] = selectors;
  if (first !== undefined && others.length === 0) return first;
  const key = union ? "any_of" : "all_of";
  return mapOfEntries([{ key, keyPosition: position, value: listOf(selectors, position) }], position);
}

function mapOfEntries(entries: readonly YamlEntry[], position: SourcePosition): YamlMap {
  return { kind: "map", entries, position };
}

function isEmpty(value: YamlNode): boolean {
  return (value.kind === "list" && value.items.length === 0) || (value.kind === "map" && value.entries.length === 0);
}

/** Whether a type is union; undefined, and reported, when it is no such word. Where none is given, it is intersection. */
function isUnion(filter: YamlMap, key: string, item: ItemContext): boolean | undefined {
  const written = valueAt(filter, key);
  if (written === undefined || isNothing(written)) {
    item.note("nodes", `without ${key} it is intersection`);
    return false;
  }
  const text = textOf(written);
  if (text !== undefined && words.includes(text)) return text === "union";
  const near = text === undefined ? undefined : suggest(text, words);
  item.report({
    rule: "invalid-value",
    severity: "error",
    message: `found ${text === undefined ? "something else" : quoteText(text)} as ${key}, expected ${words.join(" or ")}`,
    hint: near === undefined ? "write one of these words" : `did you mean ${near}?`,
    at: written.position,
    field: "nodes",
  });
  return undefined;
}

function reportUnknown(map: YamlMap, known: readonly string[], item: ItemContext): void {
  for (const { key, keyPosition } of map.entries) {
    if (known.includes(key)) continue;
    const near = suggest(key, known);
    item.report({
      rule: "unknown-field",
      severity: "error",
      message: `found ${quoteText(key)} in a filter of nodes, expected one of ${known.join(", ")}`,
      hint: near === undefined ? "remove it" : `did you mean ${near}?`,
      at: keyPosition,
      field: "nodes",
    });
  }
}

function nothing(at: SourcePosition, what: string, item: ItemContext): undefined {
  if (!item.complete) return undefined;
  item.report({
    rule: "missing-field",
    severity: "error",
    message: `found ${what} in a filter of nodes, expected at least one criterion`,
    hint: "give node_names, node_tags, node_labels or rack_names, or leave node_filter out for every node",
    at,
    field: "nodes",
  });
  return undefined;
}

function wrongType(at: YamlNode, expected: string, item: ItemContext): undefined {
  item.report({
    rule: "wrong-type",
    severity: "error",
    message: `found ${at.kind === "map" ? "a mapping" : at.kind === "list" ? "a list" : "a single value"} in a filter of nodes, expected ${expected}`,
    hint: "leave node_filter out for every node",
    at: at.position,
    field: "nodes",
  });
  return undefined;
}
