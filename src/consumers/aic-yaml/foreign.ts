import type { YamlMap } from "../../yaml/node.ts";
import { quoteText } from "../../yaml/quote-text.ts";
import { textOf, valueAt } from "../reading/map-draft.ts";
import type { Problems } from "../reading/problems.ts";
import { isForeignVersion } from "./version.ts";

/** Whether a document is of another tool, which is told, or of the Deckhand form, which is ours and isn't read yet. */
export function isForeign(document: YamlMap, problems: Problems | undefined): boolean {
  const schemaNode = valueAt(document, "schema");
  const schema = textOf(schemaNode);
  if (schemaNode !== undefined && schema !== undefined && schema !== "") {
    const ours = schema.startsWith("drydock/");
    problems?.add({
      rule: ours ? "unsupported-form" : "foreign-document",
      severity: ours ? "error" : "info",
      message: ours
        ? `found a document of schema ${quoteText(schema)}, which isn't read yet`
        : `found a document of schema ${quoteText(schema)}, which is left alone`,
      hint: ours ? "write the document with apiVersion, kind, metadata and spec" : "nothing needs to be done",
      at: schemaNode.position,
    });
    return true;
  }
  const versionNode = valueAt(document, "apiVersion");
  const version = textOf(versionNode);
  if (versionNode === undefined || version === undefined || !isForeignVersion(version)) return false;
  problems?.add({
    rule: "foreign-document",
    severity: "info",
    message: `found a document of apiVersion ${quoteText(version)}, which is left alone`,
    hint: "nothing needs to be done",
    at: versionNode.position,
  });
  return true;
}
