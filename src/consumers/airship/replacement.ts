import { quoteText } from "../../yaml/quote-text.ts";
import type { Fault } from "./fault.ts";
import { type RawDocument, titleOf } from "./raw-document.ts";

/** Documents by schema and name, and which of them takes the place of which. */
export interface Replacements {
  /** The document that stands for this one wherever it is a parent: its replacement, or itself. */
  standIn(document: RawDocument): RawDocument;
  /** Whether another document takes its place. */
  isReplaced(document: RawDocument): boolean;
  /** The document substitutions take from: concrete, or a replacement. */
  source(schema: string, name: string): RawDocument | undefined;
  /** All documents of a schema and name. */
  named(schema: string, name: string): readonly RawDocument[];
}

const keyOf = (schema: string, name: string) => `${schema}\0${name}`;

/** The replacements among documents; `parentOf` answers with the parent a document selects, if it selects one. */
export function findReplacements(
  documents: readonly RawDocument[],
  parentOf: (document: RawDocument) => RawDocument | undefined,
): Replacements {
  const byName = new Map<string, RawDocument[]>();
  for (const document of documents) {
    const key = keyOf(document.schema, document.name);
    const same = byName.get(key);
    if (same === undefined) byName.set(key, [document]);
    else same.push(document);
  }
  const named = (schema: string, name: string): readonly RawDocument[] => byName.get(keyOf(schema, name)) ?? [];
  const replacing = new Map<RawDocument, RawDocument>();
  for (const group of byName.values()) {
    if (group.length < 2) continue;
    for (const document of group) {
      const parent = document.replacementAt === undefined ? undefined : parentOf(document);
      // A replacement of a replacement is refused, and the first of several counts.
      if (parent === undefined || parent.replacementAt !== undefined) continue;
      if (parent.schema !== document.schema || parent.name !== document.name) continue;
      if (!replacing.has(parent)) replacing.set(parent, document);
    }
  }
  const standing = new Set(replacing.values());
  const sources = new Map<string, RawDocument | undefined>();
  const standIn = (document: RawDocument) => replacing.get(document) ?? document;
  return {
    standIn,
    isReplaced: (document) => replacing.has(document),
    named,
    source(schema, name) {
      const key = keyOf(schema, name);
      if (!sources.has(key)) {
        const group = named(schema, name);
        sources.set(key, group.find((each) => standing.has(each)) ?? group.find((each) => !each.abstract));
      }
      return sources.get(key);
    },
  };
}

/** What is wrong with the replacement a document is, or should be. */
export function replacementFault(document: RawDocument, parent: RawDocument | undefined): Fault | undefined {
  const { replacementAt, schema, name } = document;
  const isNamesake = parent !== undefined && parent.schema === schema && parent.name === name;
  if (replacementAt === undefined) {
    if (!isNamesake) return undefined;
    return invalid(
      document,
      `found ${titleOf(document)} with a parent of its own name, expected it to say that it replaces it`,
      "add replacement: true to its metadata, or give it another name",
      parent,
    );
  }
  if (parent === undefined) {
    return invalid(
      document,
      "found a replacement without a parent, expected its parentSelector to find the document it replaces",
      "correct the parentSelector, or remove replacement:; documents that are rendered already need no layering policy beside them",
    );
  }
  if (!isNamesake) {
    return invalid(
      document,
      `found a replacement of ${titleOf(parent)}, expected a parent of the name ${quoteText(name)}`,
      "give both the same name, or remove replacement:",
      parent,
    );
  }
  if (parent.replacementAt === undefined) return undefined;
  return invalid(
    document,
    "found a replacement of a document that is a replacement itself, expected one level",
    "select the document that is replaced first",
    parent,
  );
}

/** What is wrong with a document that replaces what another one replaces. */
export function secondReplacementFault(document: RawDocument, rival: RawDocument): Fault {
  if (document.layer?.text === rival.layer?.text) return namesakeFault(document, rival);
  return invalid(
    document,
    `found a second replacement of ${titleOf(document)}, expected one`,
    "remove one of them, or give it another name and parent",
    rival,
  );
}

/** What is wrong with a second document of a schema and name that replaces nothing. */
export function namesakeFault(document: RawDocument, first: RawDocument): Fault {
  if (document.layer?.text === first.layer?.text) {
    return {
      rule: "duplicate-document",
      message: `found ${titleOf(document)} a second time in layer ${document.layer?.text ?? "(none)"}, expected it once`,
      hint: "remove one of them, or give it another name",
      at: document.nameAt,
      related: [{ message: "the first is here", at: { ...first.nameAt, uri: first.file.uri } }],
    };
  }
  return invalid(
    document,
    `found ${titleOf(document)} in layer ${document.layer?.text ?? ""} beside the one in layer ${first.layer?.text ?? ""}, expected only one that replaces nothing`,
    "let it select the other as its parent and add replacement: true, or give it another name",
    first,
  );
}

function invalid(document: RawDocument, message: string, hint: string, other?: RawDocument): Fault {
  return {
    rule: "invalid-document-replacement",
    message,
    hint,
    at: document.replacementAt ?? document.nameAt,
    ...(other !== undefined && {
      related: [{ message: `${titleOf(other)} is here`, at: { ...other.nameAt, uri: other.file.uri } }],
    }),
  };
}
