import type { Document } from "../design/document.ts";
import type { SourceNode } from "../design/source-node.ts";
import type { SourcePosition, YamlMap, YamlNode, YamlScalar } from "../yaml/node.ts";
import type { WrittenEntry } from "./write-yaml.ts";

/** Places of a file whose values are in some document, as `placeKey` has them. */
export type UsedPlaces = ReadonlySet<string>;

/** The places that documents hold values of, by file. */
export function usedPlaces(documents: readonly Document[]): ReadonlyMap<string, UsedPlaces> {
  const used = new Map<string, Set<string>>();
  for (const { source, location } of documents) visit(source, location.uri);
  return used;

  function visit(node: SourceNode, uri: string): void {
    const own = node.uri ?? uri;
    const places = used.get(own);
    if (places === undefined) used.set(own, new Set([placeKey(node)]));
    else places.add(placeKey(node));
    for (const key in node.fields) visit(node.fields[key] ?? node, own);
    for (const item of node.items ?? []) visit(item, own);
  }
}

function placeKey({ line, column }: SourcePosition): string {
  return `${line}:${column}`;
}

/** What people write about a document in its metadata, and no form reads. */
const REMARKS: readonly string[] = ["title", "date", "author", "description"];

/** Remarks of a document's metadata that are in no field, for its annotations. */
export function keptRemarks(
  root: YamlNode | null,
  used: UsedPlaces,
): readonly (WrittenEntry & { at: SourcePosition })[] {
  const metadata = root?.kind === "map" ? entry(root, "metadata") : undefined;
  if (metadata?.kind !== "map") return [];
  return metadata.entries.flatMap(({ key, value }) => {
    if (!REMARKS.includes(key) || value.kind !== "scalar" || value.value === null) return [];
    if (used.has(placeKey(value.position))) return [];
    return [{ key, value: { type: "scalar" as const, value: textOf(value) }, above: [], at: value.position }];
  });
}

/** A value of a source that no document holds. */
export interface UnusedValue {
  /** In the terms of the source: keys and indexes with dots between. */
  readonly path: string;
  readonly at: SourcePosition;
}

/** What tells a reader what a document is, and is told otherwise now. */
const ENVELOPE = /^(?:apiVersion|kind|schema|metadata\.(?:name|schema|layer))$/;

/** The values of a source document that are in none of the documents made of it, beside names, its envelope and its remarks. */
export function unusedValues(root: YamlNode, used: UsedPlaces, documents: readonly Document[]): readonly UnusedValue[] {
  const names = new Set(documents.map(({ name }) => name));
  const found: UnusedValue[] = [];
  const seen = new Set<YamlNode>();
  visit(root, "");
  return found;

  function visit(node: YamlNode, path: string): void {
    if (seen.has(node)) return;
    seen.add(node);
    if (node.kind === "map") {
      for (const { key, value } of node.entries) {
        if (value.kind === "scalar" && isName(key, value)) continue;
        visit(value, path === "" ? key : `${path}.${key}`);
      }
    } else if (node.kind === "list") for (const [index, item] of node.items.entries()) visit(item, `${path}[${index}]`);
    else if (node.value !== null && !used.has(placeKey(node.position)) && !ENVELOPE.test(path) && !isRemark(path)) {
      found.push({ path, at: node.position });
    }
  }

  function isName(key: string, value: YamlScalar): boolean {
    return (key === "name" || key === "site_name") && names.has(textOf(value));
  }
}

function isRemark(path: string): boolean {
  return path.startsWith("metadata.") && REMARKS.includes(path.slice("metadata.".length));
}

/** The key whose value stands somewhere else in the document as well: an alias or a merged value; undefined when there is none. */
export function firstShared(root: YamlNode): SourcePosition | undefined {
  const seen = new Set<YamlNode>();
  const visit = (node: YamlNode, at: SourcePosition): SourcePosition | undefined => {
    if (seen.has(node)) return at;
    seen.add(node);
    if (node.kind === "scalar") return undefined;
    if (node.kind === "list") return first(node.items, (item) => visit(item, at));
    return first(node.entries, ({ keyPosition, value }) => visit(value, keyPosition));
  };
  return visit(root, root.position);
}

function first<T, R>(items: readonly T[], find: (item: T) => R | undefined): R | undefined {
  for (const item of items) {
    const found = find(item);
    if (found !== undefined) return found;
  }
  return undefined;
}

function entry(map: YamlMap, key: string): YamlNode | undefined {
  return map.entries.find((each) => each.key === key)?.value;
}

function textOf({ value, text }: YamlScalar): string {
  return typeof value === "string" ? value : text;
}
