import type { Diagnostic } from "./diagnostic.ts";
import type { Document } from "./document.ts";

/** Rules of findings that cost a document, or the rest of a file. */
const COSTLY = new Set(["yaml-syntax", "yaml-limit", "not-text"]);

/** The forms that keep a whole file in one document: what follows a break in it is lost with it. */
const ONE_DOCUMENT_FORM = /-a[0-9]*$/;

/**
 * Tells whether items of a kind may have been lost where a source broke off, so that a reference to one of them may well be right. Nothing is lost where the
 * broken part is itself a document with kind and name; a lost hardware file costs hardware profiles only.
 */
export function lostParts(
  documents: readonly Document[],
  diagnostics: readonly Diagnostic[],
): (kind: string) => boolean {
  const broken = documents.filter((document) => !document.complete);
  const costly = diagnostics.filter((each) => COSTLY.has(each.rule) && each.location !== undefined);
  if (broken.length === 0 && costly.length === 0) return () => false;
  const brokenPer = countBy(broken.map((document) => document.location.uri));
  const costlyPer = countBy(costly.map((each) => each.location?.uri ?? ""));
  const partOf = new Map(documents.map((document) => [document.location.uri, document.part]));
  const uris = new Set<string>();
  for (const document of broken) if (ONE_DOCUMENT_FORM.test(document.form)) uris.add(document.location.uri);
  for (const [uri, count] of costlyPer) if (count > (brokenPer.get(uri) ?? 0)) uris.add(uri);
  const parts = new Set([...uris].map((uri) => partOf.get(uri)));
  const hardware = parts.has("hardware");
  const other = [...parts].some((part) => part !== "hardware");
  const unknown = parts.has(undefined);
  return (kind) => unknown || (kind === "HardwareProfile" ? hardware || other : other);
}

function countBy(keys: readonly string[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const key of keys) counts.set(key, (counts.get(key) ?? 0) + 1);
  return counts;
}
