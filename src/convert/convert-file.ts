import type { Document } from "../design/document.ts";
import type { SourcePosition, YamlDocument } from "../yaml/node.ts";
import { readYaml } from "../yaml/read-yaml.ts";
import type { Decision } from "./decision.ts";
import { placeComments } from "./place-comments.ts";
import { readComments } from "./read-comments.ts";
import { firstShared, keptRemarks, type UsedPlaces, unusedValues } from "./source-parts.ts";
import { TooLargeError } from "./too-large-error.ts";
import { type Anchor, documentLines, type WrittenDocument } from "./written-document.ts";

/** A file to be converted, and what is known of it. */
export interface FileConversion {
  readonly uri: string;
  readonly text: string;
  /** The documents it holds. */
  readonly documents: readonly Document[];
  /** What documents that are not in Bedplate's own form become. */
  readonly written: ReadonlyMap<Document, WrittenDocument>;
  /** Of its lines, in the order they are written. */
  readonly anchors: readonly Anchor[];
  /** Its places whose values are in some document. */
  readonly used: UsedPlaces;
}

/** One YAML document of the file. */
interface Part extends YamlDocument {
  readonly contentLine: number;
  readonly endLine: number;
  readonly documents: readonly Document[];
  readonly written: readonly WrittenDocument[];
  /** Its text, when it stays as it is. */
  readonly kept: string | undefined;
}

/** What a file may have that is read again. */
const MOST_CHARACTERS = 16 * 1024 * 1024;

/** A file whose comments are placed, also those that go with values to other files. */
export interface PreparedFile {
  /** What was decided beside what the readers recorded. */
  readonly decisions: readonly Decision[];
  /** The file in Bedplate's own form; to be asked for when all files are prepared. */
  text(): string;
}

/** Prepares the conversion of one file. Throws `TooLargeError`. */
export function prepareFile(input: FileConversion): PreparedFile {
  const size = input.documents.reduce((sum, each) => sum + (input.written.get(each)?.size ?? 0), 0);
  if (size > MOST_CHARACTERS) throw new TooLargeError(input.uri, MOST_CHARACTERS);
  const parts = partsOf(input);
  const decisions: Decision[] = [...layerDecisions(parts, input.uri)];
  for (const part of parts) {
    if (part.kept === undefined) for (const each of decisionsOf(part, input)) decisions.push(each);
  }
  let at = -1;
  const comments = readComments(input.text, parts).filter(({ line }) => {
    while ((parts[at + 1]?.firstLine ?? line + 1) <= line) at++;
    return parts[at]?.kept === undefined;
  });
  const { head, left } = placeComments(comments, parts, input.anchors);
  for (const { line } of left) {
    const message = "a comment of a document that is left out is left out with it";
    decisions.push({ field: "", message, kind: "", name: "", location: { uri: input.uri, line, column: 1 } });
  }
  return {
    decisions,
    text() {
      const documents = parts.flatMap((part) =>
        part.kept === undefined ? part.written.map((each) => `${documentLines(each).join("\n")}\n`) : [part.kept],
      );
      return head.map((line) => `${line}\n`).join("") + joinDocuments(documents);
    },
  };
}

/** Documents, each whole, as one text. */
export function joinDocuments(documents: readonly string[]): string {
  const marked = documents.map((text, index) => {
    const begins = /^\ufeff?(?:[ \t]*(?:#.*)?\r?\n)*(?:(---)(?:\s|$)|%)/.exec(text);
    if (index === 0 || begins?.[1] !== undefined) return text;
    return `${begins === null ? "---" : "..."}\n${text}`;
  });
  return marked.join("");
}

/** The text of a document that stays as it is, without the marker it begins with where that says nothing. */
function keptText(text: string): string {
  const bare = text.replace(/^---[ \t]*(?:(#.*)\r?)?\n/, (_, comment = "") => (comment === "" ? "" : `${comment}\n`));
  return bare.endsWith("\n") ? bare : `${bare}\n`;
}

function partsOf({ uri, text, documents, written }: FileConversion): readonly Part[] {
  const yaml = readYaml({ uri, text }).documents;
  const inOrder = documents.toSorted((a, b) => a.location.line - b.location.line);
  let next = 0;
  return yaml.map((each, index): Part => {
    const endLine = yaml[index + 1]?.firstLine ?? Number.POSITIVE_INFINITY;
    const from = next;
    while ((inOrder[next]?.location.line ?? endLine) < endLine) next++;
    const own = inOrder.slice(from, next);
    const made = own.flatMap((document) => written.get(document) ?? []);
    const kept = own.length === 1 && made.length === 0 ? keptText(each.text) : undefined;
    return { ...each, contentLine: each.position.line, endLine, documents: own, written: made, kept };
  });
}

/** Layers that documents had by their file's name: one decision for each. */
function layerDecisions(parts: readonly Part[], uri: string): readonly Decision[] {
  const first = new Map<string, Document>();
  for (const { written } of parts) {
    for (const { document } of written) if (!first.has(document.part)) first.set(document.part, document);
  }
  first.delete("");
  return [...first].map(([layer, { location }]) => ({
    ...{ field: "", kind: "", name: "" },
    message: `the layer ${layer}, suggested by the file's name, stands in the metadata of its documents`,
    location: { uri, line: location.line, column: location.column },
  }));
}

function decisionsOf(part: Part, { uri, used }: FileConversion): readonly Decision[] {
  const { root, documents, written } = part;
  const [first] = written;
  if (root === null || first === undefined) return [];
  const inOrder = documents.toSorted((a, b) => a.location.line - b.location.line);
  const decision = (message: string, at: SourcePosition): Decision => {
    const { kind = "", name = "" } = inOrder.findLast(({ location }) => location.line <= at.line) ?? {};
    return { field: "", message, kind, name, location: { uri, line: at.line, column: at.column } };
  };
  const found: Decision[] = [];
  for (const { at, ...entry } of keptRemarks(root, used)) {
    first.annotations.push(entry);
    found.push(decision(`metadata.${entry.key} is an annotation`, at));
  }
  const dropped = new Map<string, SourcePosition>();
  for (const { path, at } of unusedValues(root, used, documents)) {
    const inMetadata = /^metadata\.([^.[]+)/.exec(path)?.[1];
    if (inMetadata === undefined) {
      found.push(decision(`${path} is in no document as it was written`, at));
    } else if (!dropped.has(inMetadata)) dropped.set(inMetadata, at);
  }
  for (const at of [...dropped.values()].slice(0, 1)) {
    found.push(decision(`left out of the metadata: ${[...dropped.keys()].join(", ")}`, at));
  }
  const shared = firstShared(root);
  if (shared !== undefined) found.push(decision("anchors, aliases and merge keys are written out in full", shared));
  return found;
}
