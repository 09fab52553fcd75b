import type { YamlMap } from "../../yaml/node.ts";
import { quoteText } from "../../yaml/quote-text.ts";
import { textOf, valueAt } from "../reading/map-draft.ts";
import type { Problems } from "../reading/problems.ts";
import { isForeignVersion } from "./version.ts";

/** Whether a document is of another tool, which is told. */
export function isForeign(document: YamlMap, problems: Problems | undefined): boolean {
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
