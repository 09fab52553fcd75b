import type { Diagnostic } from "../design/diagnostic.ts";
import type { Conversion, Document } from "../design/document.ts";
import { traitsOf } from "../design/form-traits.ts";
import type { KindSchema } from "../design/kind-schema.ts";
import { prepareFile } from "./convert-file.ts";
import { type Decision, decisionOfFinding, decisionsAbout } from "./decision.ts";
import { literalSecretFinder } from "./literal-secrets.ts";
import { truthWriter } from "./plain-truths.ts";
import { usedPlaces } from "./source-parts.ts";
import { type Anchor, type WrittenDocument, writtenDocument } from "./written-document.ts";

/** What is converted: files, and what the readers made of them. */
export interface ConversionInput {
  readonly files: readonly { readonly uri: string; readonly text: string }[];
  readonly documents: readonly Document[];
  readonly diagnostics: readonly Diagnostic[];
  /** The kinds whose secrets are known. */
  readonly kinds: ReadonlyMap<string, KindSchema>;
}

/** A file in Bedplate's own form. `uri` is that of its source; `documents` says how many it holds. */
export interface ConvertedFile {
  readonly uri: string;
  readonly text: string;
  readonly documents: number;
}

/** A design in Bedplate's own form, a file for each source file that has something of it, and everything that was decided. */
export interface ConvertedDesign {
  readonly files: readonly ConvertedFile[];
  readonly decisions: readonly Decision[];
}

/**
 * Rewrites documents of any form in Bedplate's own: what they say, removals and fields nobody knows included, is kept as it was read, and so are comments.
 * Documents that are in that form stay as they are, byte for byte. Pure. Findings of the readers that are no errors become decisions. Throws
 * `TooLargeError`.
 */
export function convertDesign({ files, documents, diagnostics, kinds }: ConversionInput): ConvertedDesign {
  const byFile = Map.groupBy(documents, ({ location }) => location.uri);
  const notices = Map.groupBy(
    diagnostics.filter(({ severity }) => severity !== "error"),
    ({ location }) => location?.uri ?? "",
  );
  const written = new Map<Document, WrittenDocument>();
  const anchors = new Map<string, Anchor[]>();
  const plainTruths = truthWriter(kinds);
  const truths = new Map<Document, readonly Conversion[]>();
  for (const document of documents) {
    if (isOwn(document)) continue;
    const { spec, conversions } = plainTruths(document.kind, document.spec);
    if (conversions.length > 0) truths.set(document, conversions);
    const made = writtenDocument(document, spec);
    written.set(document, made.written);
    for (const anchor of made.anchors) {
      const known = anchors.get(anchor.uri);
      if (known === undefined) anchors.set(anchor.uri, [anchor]);
      else known.push(anchor);
    }
  }
  const used = usedPlaces([...written.keys()]);
  const literalSecrets = literalSecretFinder(kinds);

  const prepared = files.map(({ uri, text }) => {
    const own = byFile.get(uri) ?? [];
    const isKept = own.length > 0 && !own.some((each) => written.has(each));
    if (isKept || (own.length === 0 && !anchors.has(uri))) return undefined;
    const about = { anchors: anchors.get(uri) ?? [], used: used.get(uri) ?? new Set<string>() };
    return prepareFile({ uri, text, documents: own, written, ...about });
  });

  const converted: ConvertedFile[] = [];
  const decisions: Decision[] = [];
  for (const [index, { uri, text }] of files.entries()) {
    const own = byFile.get(uri) ?? [];
    const found = (notices.get(uri) ?? []).map((each) => decisionOfFinding(each, uri));
    for (const document of own) {
      if (!written.has(document)) continue;
      const secrets = literalSecrets(document.kind, document.spec).map(literalSecret);
      const further = [...secrets, ...(truths.get(document) ?? [])];
      for (const each of decisionsAbout(document, further)) found.push(each);
    }
    if (own.length === 0) found.push(leftOut(uri));
    else {
      const file = prepared[index];
      for (const each of file?.decisions ?? []) found.push(each);
      converted.push({ uri, text: file?.text() ?? text, documents: own.length });
    }
    found.sort((a, b) => a.location.line - b.location.line || a.location.column - b.location.column);
    for (const each of found) decisions.push(each);
  }
  return { files: converted, decisions };
}

/** A document that is in Bedplate's own form already, and whole. */
function isOwn({ form, complete }: Document): boolean {
  return traitsOf(form).isOwn === true && complete;
}

function leftOut(uri: string): Decision {
  const message = "the file holds no document of a design and is left out";
  return { field: "", message, kind: "", name: "", location: { uri, line: 1, column: 1 } };
}

function literalSecret(field: string): Conversion {
  const message =
    'a secret in clear is kept as it is; write a reference such as {ref: "file:NAME"}: this form takes one in clear for an error, unless the layer allows it';
  return { field, message };
}
