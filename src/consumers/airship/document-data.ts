import type { YamlNode } from "../../yaml/node.ts";
import { readYamlDocuments } from "../../yaml/read-yaml.ts";
import { valueAt } from "../reading/map-draft.ts";
import { withoutUnresolved } from "../reading/unresolved.ts";
import { type RawDocument, titleOf } from "./raw-document.ts";
import { traced } from "./traced-position.ts";

/** A document in words, with its layer. */
export function titleWithLayer(document: RawDocument): string {
  const { layer } = document;
  return layer === undefined ? titleOf(document) : `${titleOf(document)} in layer ${layer.text}`;
}

/**
 * The data of a document, read from its text again, at their places in the file: they aren't kept when a document is read, as most sites have many documents
 * nobody takes anything from. A document without data has null.
 */
export function readData(document: RawDocument): YamlNode {
  const { file, text, at } = document;
  let data: YamlNode | undefined;
  readYamlDocuments({ uri: file.uri, text }, {}, (read) => {
    const root = withoutUnresolved(read);
    if (root?.kind === "map") data ??= valueAt(root, "data");
  });
  const of = titleWithLayer(document);
  if (data !== undefined) return traced(data, { uri: file.uri, firstLine: document.firstLine }, of);
  const position = { line: at.line, column: at.column, uri: file.uri, of };
  return { kind: "scalar", value: null, text: "", style: "plain", position, start: 0, end: 0 };
}
