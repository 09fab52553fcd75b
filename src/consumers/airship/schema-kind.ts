import { suggest } from "../../text/suggest.ts";
import { quoteText } from "../../yaml/quote-text.ts";
import { kindNamed, kindNames } from "../historical/kind-names.ts";
import type { Problems } from "../reading/problems.ts";
import type { PlacedText } from "./raw-document.ts";
import { ourNamespace, parseSchemaName } from "./schema-name.ts";

/**
 * The kind of the item that a document of this schema declares; undefined for one of another tool. One of ours with a slip in it is an error, and read as what
 * was meant, so that what refers to it is no second error.
 */
export function kindOfSchema({ text, at }: PlacedText, problems: Problems): string | undefined {
  const [namespace = "", written = "", version = ""] = text.split("/");
  const isOurs = namespace === ourNamespace;
  if (!isOurs && !isSlip(namespace, text)) return undefined;
  const kind = kindNamed(written);
  const near = kind === undefined ? suggest(written, kindNames) : written;
  if (isOurs && kind === undefined) {
    problems.add({
      rule: "unknown-kind",
      severity: "error",
      message: `found kind ${quoteText(written)}, expected one of ${kindNames.join(", ")}`,
      hint: near === undefined ? "the document is left out" : `did you mean ${near}? The document is checked as that`,
      at,
    });
  } else if (isOurs && parseSchemaName(text) !== undefined && version !== "v1") {
    problems.add({
      rule: "unknown-version",
      severity: "error",
      message: `found the version ${quoteText(version)}, expected v1`,
      hint: `write schema: ${ourNamespace}/${written}/v1`,
      at,
      ...(kind !== undefined && { kind }),
    });
  } else if (!isOurs || parseSchemaName(text) === undefined) {
    problems.add({
      rule: "invalid-schema",
      severity: "error",
      message: `found the schema ${quoteText(text)}, expected ${ourNamespace}, a kind and v1, with "/" between them`,
      hint:
        near === undefined ? `write schema: ${ourNamespace}/Network/v1` : `did you mean ${ourNamespace}/${near}/v1?`,
      at,
    });
  }
  return kind ?? (near === undefined ? undefined : kindNamed(near));
}

/** Whether a namespace that isn't ours was meant to be: by a letter or two, and a kind of ours behind it. */
function isSlip(namespace: string, text: string): boolean {
  const kind = text.split("/")[1] ?? "";
  return (
    suggest(namespace, [ourNamespace]) !== undefined && (kindNamed(kind) ?? suggest(kind, kindNames)) !== undefined
  );
}
