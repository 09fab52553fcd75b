import type { YamlNode } from "../../yaml/node.ts";
import { readYamlDocuments } from "../../yaml/read-yaml.ts";
import { valueAt } from "../reading/map-draft.ts";
import { withoutUnresolved } from "../reading/unresolved.ts";
import { type RawDocument, titleOf } from "./raw-document.ts";
import { placedIn } from "./traced-position.ts";

/** A document in words, with its layer. */
export function titleWithLayer(document: RawDocument): string {
  const { layer } = document;
  return layer === undefined ? titleOf(document) : `${titleOf(document)} in layer ${layer.text}`;
}

/**
 * The data of a document, read from its text again, at their places in the file: they aren't kept when a document is read, as most sites have many documents
 * nobody takes anything from. Data that others take something from know their file and document. A document without data has null.
 */
export function readData(document: RawDocument, isTaken: boolean): YamlNode {
  const { file, text, at, firstLine } = document;
  let data: YamlNode | undefined;
  readYamlDocuments({ uri: file.uri, text }, {}, (read) => {
    const root = withoutUnresolved(read);
    if (root?.kind === "map") data ??= valueAt(root, "data");
  });
  const of = isTaken ? titleWithLayer(document) : undefined;
  if (data !== undefined) return placedIn(data, { uri: file.uri, firstLine }, of);
  const nothing: YamlNode = { kind: "scalar", value: null, text: "", style: "plain", position: at, start: 0, end: 0 };
  return placedIn(nothing, { uri: file.uri, firstLine: 1 }, of);
}
