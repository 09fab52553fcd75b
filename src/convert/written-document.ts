import type { Document } from "../design/document.ts";
import type { SourceNode } from "../design/source-node.ts";
import { isTreeMap, type Tree, type TreeMap } from "../design/tree.ts";
import {
  type Remarks,
  type WrittenEntry,
  type WrittenItem,
  type WrittenMap,
  type WrittenNode,
  writeYaml,
} from "./write-yaml.ts";

/** A document about to be written in Bedplate's own form, with its comments. */
export interface WrittenDocument {
  readonly document: Document;
  /** Comments before everything else. */
  readonly above: string[];
  /** Remarks in which Bedplate reads nothing, for `metadata.annotations`. */
  readonly annotations: WrittenEntry[];
  readonly spec: WrittenMap;
  /** Comments behind everything else. */
  readonly below: string[];
  /** How many characters its keys and values have together. */
  readonly size: number;
}

/** Something that was written on a line of a file, and that comments of that file may belong to in what is written now. */
export interface Anchor {
  readonly uri: string;
  readonly line: number;
  readonly remarks: Remarks;
  /** Whether a comment may stand behind it, on its line. */
  readonly takesBehind: boolean;
}

/**
 * The written form of a document, and its anchors in the order they are written, the outer before the inner. Its fields and members keep their order, removals
 * and unknown fields included. `fields` stand for those of the document where they are to be written in other words.
 */
export function writtenDocument(
  document: Document,
  fields: TreeMap = document.spec,
): {
  readonly written: WrittenDocument;
  readonly anchors: readonly Anchor[];
} {
  const anchors: Anchor[] = [];
  const own = document.location.uri;
  const above: string[] = [];
  let size = 0;
  anchors.push({ uri: own, line: document.location.line, remarks: { above }, takesBehind: false });
  const spec = mapOf(fields, document.source);
  return { written: { document, above, annotations: [], spec, below: [], size }, anchors };

  function mapOf(tree: TreeMap, source: SourceNode | undefined): WrittenMap {
    const entries: WrittenEntry[] = [];
    for (const [key, value] of Object.entries(tree)) {
      const from = source?.fields?.[key];
      size += key.length;
      const remarks: Remarks = { above: [] };
      if (from !== undefined) {
        anchors.push({ uri: from.uri ?? own, line: from.keyLine ?? from.line, remarks, takesBehind: true });
      }
      entries.push(Object.assign(remarks, { key, value: nodeOf(value, from) }));
    }
    return { type: "map", entries };
  }

  function nodeOf(value: Tree, source: SourceNode | undefined): WrittenNode {
    if (isTreeMap(value)) return mapOf(value, source);
    if (!Array.isArray(value)) {
      size += typeof value === "string" ? value.length : 1;
      return { type: "scalar", value: value as string | number | boolean | null };
    }
    const items = value.map((member: Tree, index): WrittenItem => {
      const from = source?.items?.[index];
      const remarks: Remarks = { above: [] };
      const takesBehind = typeof member !== "object" || member === null;
      if (from !== undefined) anchors.push({ uri: from.uri ?? own, line: from.line, remarks, takesBehind });
      return Object.assign(remarks, { value: nodeOf(member, from) });
    });
    return { type: "list", items };
  }
}

/** The lines of a document: its envelope, and its comments. */
export function documentLines({ document, above, annotations, spec, below }: WrittenDocument): readonly string[] {
  const { kind, name, part } = document;
  const entry = (key: string, value: WrittenNode): WrittenEntry => ({ key, value, above: [] });
  const metadata = [
    entry("name", { type: "scalar", value: name }),
    ...(part === "" ? [] : [entry("layer", { type: "scalar", value: part })]),
    ...(annotations.length === 0 ? [] : [entry("annotations", { type: "map", entries: annotations })]),
  ];
  const entries = [
    entry("apiVersion", { type: "scalar", value: "bedplate/v1" }),
    entry("kind", { type: "scalar", value: kind }),
    entry("metadata", { type: "map", entries: metadata }),
    entry("spec", spec),
  ];
  return [...above, ...writeYaml({ type: "map", entries }), ...below];
}
