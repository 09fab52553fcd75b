import type { Diagnostic } from "./diagnostic.ts";
import type { Document } from "./document.ts";

/** Rules of findings that cost a document, or the rest of a file. */
const COSTLY = new Set(["yaml-syntax", "yaml-limit", "not-text", "file-too-large"]);

/** The forms that keep a whole file in one document: what follows a break in it is lost with it. */
const ONE_DOCUMENT_FORM = /-a[0-9]*$/;

/** What may have been lost where sources broke off. */
export interface LostParts {
  /** Whether items of a kind may have been lost, so that a reference to one of them may well be right. */
  mayLose(kind: string): boolean;
  /**
   * Whether a further document of an item may have been lost, so that nothing follows from what it lacks. `layers` are those that have one of it: an item has
   * one document in a layer, so another of those isn't missed.
   */
  mayMiss(kind: string, layers: readonly string[]): boolean;
}

/**
 * Tells what may have been lost. Nothing is lost where the broken part is itself a document with kind and name; a lost hardware file costs hardware profiles
 * and what else it is seen to declare.
 */
export function lostParts(
  documents: readonly { readonly layer: string; readonly document: Document }[],
  diagnostics: readonly Diagnostic[],
): LostParts {
  const lost = lostFiles(
    documents.map((each) => each.document),
    diagnostics,
  );
  if (lost.size === 0) return { mayLose: () => false, mayMiss: () => false };
  const files = [...lost].map((uri) => ({ layer: undefined as string | undefined, kinds: new Set<string>(), uri }));
  const byUri = new Map(files.map((file) => [file.uri, file]));
  const isHardware = new Set<string>();
  for (const { layer, document } of documents) {
    const file = byUri.get(document.location.uri);
    if (file === undefined) continue;
    file.layer = layer;
    file.kinds.add(document.kind);
    if (document.part === "hardware") isHardware.add(file.uri);
  }
  const mayHold = ({ uri, kinds }: (typeof files)[number], kind: string) =>
    !isHardware.has(uri) || kind === "HardwareProfile" || kinds.has(kind);
  return {
    mayLose: (kind) => files.some((file) => mayHold(file, kind)),
    mayMiss: (kind, layers) =>
      files.some((file) => mayHold(file, kind) && (file.layer === undefined || !layers.includes(file.layer))),
  };
}

/** The files of which something is lost. */
function lostFiles(documents: readonly Document[], diagnostics: readonly Diagnostic[]): ReadonlySet<string> {
  const broken = documents.filter((document) => !document.complete);
  const costly = diagnostics.filter((each) => COSTLY.has(each.rule) && each.location !== undefined);
  const brokenPer = countBy(broken.map((document) => document.location.uri));
  const uris = new Set<string>();
  for (const document of broken) if (ONE_DOCUMENT_FORM.test(document.form)) uris.add(document.location.uri);
  for (const [uri, count] of countBy(costly.map((each) => each.location?.uri ?? ""))) {
    if (count > (brokenPer.get(uri) ?? 0)) uris.add(uri);
  }
  return uris;
}

function countBy(keys: readonly string[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const key of keys) counts.set(key, (counts.get(key) ?? 0) + 1);
  return counts;
}
