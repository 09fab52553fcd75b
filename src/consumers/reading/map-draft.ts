import type { SourcePosition, YamlEntry, YamlList, YamlMap, YamlNode, YamlScalar } from "../../yaml/node.ts";

/** A mapping being rewritten: its entries in order, no key twice, each value still at the place it was written. */
export interface MapDraft {
  readonly entries: YamlEntry[];
  readonly position: SourcePosition;
}

/** The entries of a mapping, to be rewritten; undefined when the value is no mapping. The value itself stays as it is. */
export function openMap(node: YamlNode | undefined): MapDraft | undefined {
  return node?.kind === "map" ? { entries: [...node.entries], position: node.position } : undefined;
}

/** The mapping as it now is. */
export function closeMap({ entries, position }: MapDraft): YamlMap {
  return { kind: "map", entries, position };
}

/** The entry under a key. */
export function entryOf(map: MapDraft | YamlMap, key: string): YamlEntry | undefined {
  for (const entry of map.entries) if (entry.key === key) return entry;
  return undefined;
}

/** The value under a key. */
export function valueAt(map: MapDraft | YamlMap, key: string): YamlNode | undefined {
  return entryOf(map, key)?.value;
}

/** The mapping under a key; undefined when there is none. */
export function mapOf(map: MapDraft | YamlMap | undefined, key: string): YamlMap | undefined {
  const value = map && valueAt(map, key);
  return value?.kind === "map" ? value : undefined;
}

/** Takes the entry under a key away and gives it back. */
export function takeEntry(draft: MapDraft, key: string): YamlEntry | undefined {
  const at = draft.entries.findIndex((entry) => entry.key === key);
  return at < 0 ? undefined : draft.entries.splice(at, 1)[0];
}

/** Puts an entry in the place of the one with its key, or behind all others. */
export function putEntry(draft: MapDraft, entry: YamlEntry): void {
  const at = draft.entries.findIndex((other) => other.key === entry.key);
  if (at < 0) draft.entries.push(entry);
  else draft.entries[at] = entry;
}

/** Gives a value, or its removal (`!key`), another name, unless that name is taken. Answers whether it did. */
export function rename(draft: MapDraft, from: string, to: string): boolean {
  if (entryOf(draft, to) !== undefined || entryOf(draft, `!${to}`) !== undefined) return false;
  const at = draft.entries.findIndex(({ key }) => key === from || key === `!${from}`);
  const entry = draft.entries[at];
  if (entry === undefined) return false;
  draft.entries[at] = { ...entry, key: entry.key === from ? to : `!${to}` };
  return true;
}

/** Replaces the value under a key by what `change` makes of it; undefined takes the entry away. An absent one stays absent. */
export function rewrite(draft: MapDraft, key: string, change: (value: YamlNode) => YamlNode | undefined): void {
  const at = draft.entries.findIndex((entry) => entry.key === key);
  const entry = draft.entries[at];
  if (entry === undefined) return;
  const value = change(entry.value);
  if (value === undefined) draft.entries.splice(at, 1);
  else if (value !== entry.value) draft.entries[at] = { ...entry, value };
}

/** Rewrites a mapping; any other value stays as it is, for the engine to report. */
export function rewriteMap(node: YamlNode, change: (draft: MapDraft) => void): YamlNode {
  const draft = openMap(node);
  if (draft === undefined) return node;
  change(draft);
  return closeMap(draft);
}

/** Rewrites each member of a list; any other value stays as it is, for the engine to report. */
export function rewriteMembers(node: YamlNode, change: (member: YamlNode, index: number) => YamlNode): YamlNode {
  return node.kind === "list" ? listOf(node.items.map(change), node.position) : node;
}

/** A list of these members, standing at that place. */
export function listOf(items: readonly YamlNode[], position: SourcePosition): YamlList {
  return { kind: "list", items, position };
}

/** A text standing where another value stood. */
export function textAt(text: string, position: SourcePosition): YamlScalar {
  return { kind: "scalar", value: text, text, style: "plain", position, start: 0, end: 0 };
}

/** What a scalar says, whatever its type, as the engine will read it where a text belongs; undefined for anything else and for nothing. */
export function textOf(node: YamlNode | undefined): string | undefined {
  if (node?.kind !== "scalar" || node.value === null) return undefined;
  return String(faithfulScalar(node));
}

/** Whether nothing was written: no value, or null. */
export function isNothing(node: YamlNode | undefined): boolean {
  return node === undefined || (node.kind === "scalar" && node.value === null);
}

/** Whether a value is the mark that unsets an inherited one. */
export function isRemoval(node: YamlNode): boolean {
  return node.kind === "scalar" && (node.value === "!" || node.value === -1);
}

/**
 * The plain value of a scalar. Numbers and truth values whose usual spelling isn't what was written (`1.10`, `017`, beyond 2^53, `True`) stay text, so that
 * nothing is lost before the field's type is known.
 */
export function faithfulScalar(scalar: YamlScalar): string | number | boolean | null {
  if (typeof scalar.value !== "number" && typeof scalar.value !== "boolean") return scalar.value;
  return String(scalar.value) === scalar.text ? scalar.value : scalar.text;
}
