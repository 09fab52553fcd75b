import { suggest } from "../../text/suggest.ts";
import type { YamlMap } from "../../yaml/node.ts";
import { quoteText } from "../../yaml/quote-text.ts";
import { entryMeant } from "../reading/envelope.ts";
import { textOf } from "../reading/map-draft.ts";
import type { Problems } from "../reading/problems.ts";

/** Keys of a document with an envelope, and those of the header of a file of many items. */
export const envelopeKeys: readonly string[] = ["apiVersion", "kind", "metadata", "spec"];

const versions: readonly string[] = ["v1", "v1.0", "1.0", "1"];
/** Documents of the same form under their later name, whatever version it has. */
const laterForm = "drydock/";

/** Whether an apiVersion is that of another tool. One that looks like ours with a slip in it is not. */
export function isForeignVersion(version: string): boolean {
  if (!version.includes("/") || version.startsWith(laterForm)) return false;
  return suggest(version, [`${laterForm}v1`]) === undefined;
}

/** Whether a document is of the form's later name. */
export function isLaterForm(document: YamlMap): boolean {
  return textOf(entryMeant(document, "apiVersion", envelopeKeys)?.value)?.startsWith(laterForm) === true;
}

/** Reports an apiVersion that is none of this form's. A document without one is read, with a warning, as far as it is known to lack it. */
export function checkVersion(
  document: YamlMap,
  item: { readonly kind: string; readonly complete: boolean } | undefined,
  problems: Problems,
): void {
  const version = entryMeant(document, "apiVersion", envelopeKeys)?.value;
  const about = item === undefined ? {} : { kind: item.kind };
  if (version === undefined) {
    if (item?.complete === false) return;
    problems.add({
      rule: "unknown-version",
      severity: "warning",
      message: "found no apiVersion; the document is read as v1.0",
      hint: "add apiVersion: 'v1.0'",
      at: document.position,
      ...about,
    });
    return;
  }
  const text = textOf(version);
  if (text !== undefined && (versions.includes(text) || text.startsWith(laterForm))) return;
  problems.add({
    rule: "unknown-version",
    severity: "error",
    message: `found ${text === undefined ? "no version" : `the version ${quoteText(text)}`}, expected one of ${versions.join(", ")} or ${laterForm}v1`,
    hint: "write apiVersion: 'v1.0'",
    at: version.position,
    ...about,
  });
}
