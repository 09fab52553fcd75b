import type { Diagnostic } from "../design/diagnostic.ts";
import type { Document } from "../design/document.ts";
import type { YamlLimits } from "../yaml/limits.ts";
import type { YamlDocument } from "../yaml/node.ts";
import { readYamlDocuments } from "../yaml/read-yaml.ts";
import { createAicReader } from "./aic-yaml/aic-reader.ts";
import { createAirshipReader } from "./airship/airship-reader.ts";
import { createBedplateReader } from "./bedplate-v1/bedplate-reader.ts";
import type { FormReader, Owner } from "./reading/form-reader.ts";
import { isNothing } from "./reading/map-draft.ts";
import { createProblems, type Problems } from "./reading/problems.ts";
import { withoutUnresolved } from "./reading/unresolved.ts";

/** A file with a design: the name diagnostics shall show, and its text. */
export interface DesignFile {
  readonly uri: string;
  readonly text: string;
}

/** What was found in files: documents in the order of the files, and every problem. */
export interface Consumed {
  readonly documents: readonly Document[];
  readonly diagnostics: readonly Diagnostic[];
}

/** A reader of each form, in the order they are asked. */
function createReaders(): readonly FormReader[] {
  return [createBedplateReader(), createAirshipReader(), createAicReader()];
}

/** Ids of all forms that are read. */
export const forms: readonly string[] = createReaders().flatMap((reader) => reader.forms);

/**
 * Reads files of every form, mixed as they may be. Pure and deterministic; never throws; sound documents beside a broken one are read. Files are read
 * together: what an item inherits may stand in another file.
 */
export function readDesignFiles(files: readonly DesignFile[], limits: Partial<YamlLimits> = {}): Consumed {
  const readers = createReaders();
  const read = files.map((file) => readFile(file, limits, readers));
  const byReader: (readonly Document[])[] = [];
  for (const reader of readers) byReader.push(reader.finish(byReader));
  const documents = inFileOrder(byReader, files);
  const diagnostics = read.flatMap((file) => inOrder([...file.diagnostics, ...file.problems.diagnostics()]));
  return { documents, diagnostics };
}

interface ReadFile {
  /** Of the YAML itself. */
  readonly diagnostics: readonly Diagnostic[];
  /** Of what the YAML says; more come when the readers finish. */
  readonly problems: Problems;
}

function readFile(file: DesignFile, limits: Partial<YamlLimits>, readers: readonly FormReader[]): ReadFile {
  const problems = createProblems(file.uri);
  const part = partOf(file.uri);
  const owners: Owner[] = [];
  const diagnostics = readYamlDocuments(file, limits, (document) => {
    owners.push({ firstLine: document.firstLine, item: undefined });
    for (const each of readDocument(document, part, problems, readers)) owners.push(each);
  });
  return { diagnostics: diagnostics.map((each) => withOwner(each, owners)), problems };
}

/** The layer a file's name stands for, as the seed's three files divide the design; empty when the name says nothing. */
function partOf(uri: string): string {
  const name = uri.slice(uri.lastIndexOf("/") + 1).toLowerCase();
  if (name.includes("hwdefinition") || name.includes("hardware")) return "hardware";
  if (name.includes("profiles")) return "design";
  if (name.includes("seed")) return "formation";
  return "";
}

function readDocument(
  document: YamlDocument,
  part: string,
  problems: Problems,
  readers: readonly FormReader[],
): readonly Owner[] {
  const { complete } = document;
  const root = withoutUnresolved(document);
  if (root === null || isNothing(root)) return [];
  if (root.kind !== "map") {
    if (!complete) return [];
    problems.add({
      rule: "wrong-type",
      severity: "error",
      message: `found a document that is a ${root.kind === "list" ? "list" : "single value"}, expected a mapping`,
      hint: 'a document begins with keys such as "apiVersion:" or "host_profiles:"',
      at: root.position,
    });
    return [];
  }
  const reader = readers.find((each) => each.claims(root));
  if (reader !== undefined) return reader.read(document, root, { part, complete, problems });
  if (complete) {
    problems.add({
      rule: "unknown-form",
      severity: "error",
      message: "found a document of no form this consumer reads",
      hint: "a document has apiVersion, kind, metadata and spec, or host_profiles, network and nodes at its top",
      at: root.position,
    });
  }
  return [];
}

/** A problem of the YAML, with the item in whose document it is. */
function withOwner(diagnostic: Diagnostic, owners: readonly Owner[]): Diagnostic {
  const line = diagnostic.location?.line ?? 0;
  let [from, to] = [0, owners.length];
  while (from < to) {
    const middle = (from + to) >> 1;
    if ((owners[middle]?.firstLine ?? 0) <= line) from = middle + 1;
    else to = middle;
  }
  const item = owners[from - 1]?.item;
  return item === undefined ? diagnostic : { ...diagnostic, kind: item.kind, name: item.name };
}

/** Each reader's documents are in order already; those of several are brought into one. */
function inFileOrder(byReader: readonly (readonly Document[])[], files: readonly DesignFile[]): readonly Document[] {
  const [first = [], ...others] = byReader.filter((documents) => documents.length > 0);
  if (others.length === 0) return first;
  const order = new Map(files.map(({ uri }, index) => [uri, index]));
  const fileOf = ({ location }: Document) => order.get(location.uri) ?? files.length;
  return [first, ...others]
    .flat()
    .sort(
      (a, b) => fileOf(a) - fileOf(b) || a.location.line - b.location.line || a.location.column - b.location.column,
    );
}

function inOrder(diagnostics: readonly Diagnostic[]): readonly Diagnostic[] {
  return diagnostics.toSorted(
    (a, b) =>
      (a.location?.line ?? 0) - (b.location?.line ?? 0) || (a.location?.column ?? 0) - (b.location?.column ?? 0),
  );
}
