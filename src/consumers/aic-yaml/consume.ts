import type { Diagnostic } from "../../design/diagnostic.ts";
import type { Document } from "../../design/document.ts";
import type { YamlLimits } from "../../yaml/limits.ts";
import type { YamlDocument } from "../../yaml/node.ts";
import { readYamlDocuments } from "../../yaml/read-yaml.ts";
import type { Declaration } from "./declaration.ts";
import { isForeign } from "./foreign.ts";
import { isOneFileForm, readOneFile } from "./form-a.ts";
import { type EnvelopedDeclaration, hasEnvelope, readEnvelope } from "./form-b.ts";
import { createGatherer, type Gatherer } from "./gather.ts";
import { isNothing } from "./map-draft.ts";
import { createProblems, type Problems } from "./problems.ts";
import { withoutUnresolved } from "./unresolved.ts";

/** A file given to the consumer: the name diagnostics shall show, and its text. */
export interface DesignFile {
  readonly uri: string;
  readonly text: string;
}

/** What was found in files: documents in the order of the files, and every problem. */
export interface Consumed {
  readonly documents: readonly Document[];
  readonly diagnostics: readonly Diagnostic[];
}

/** Forms this consumer reads. */
export const forms: readonly string[] = ["aic-a", "aic-b"];

/**
 * Reads files of the AIC YAML schema. Pure and deterministic; never throws; sound documents beside a broken one are read. Files are read together: what an
 * item inherits may stand in another file.
 */
export function consumeAicYaml(files: readonly DesignFile[], limits: Partial<YamlLimits> = {}): Consumed {
  const gatherer = createGatherer();
  const read = files.map((file) => readFile(file, limits, gatherer));
  const documents = gatherer.finish();
  const diagnostics = read.flatMap((file) => inOrder([...file.diagnostics, ...file.problems.diagnostics()]));
  return { documents, diagnostics };
}

interface ReadFile {
  /** Of the YAML itself. */
  readonly diagnostics: readonly Diagnostic[];
  /** Of what the YAML says; more come when the gatherer is finished. */
  readonly problems: Problems;
}

function readFile(file: DesignFile, limits: Partial<YamlLimits>, gatherer: Gatherer): ReadFile {
  const problems = createProblems(file.uri);
  const part = partOf(file.uri);
  const owners: Owner[] = [];
  const diagnostics = readYamlDocuments(file, limits, (document) => {
    const declared = readDocument(document, part, problems);
    for (const each of declared) gatherer.add(each);
    for (const each of ownersOf(document, declared)) owners.push(each);
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

function readDocument(document: YamlDocument, part: string, problems: Problems): readonly EnvelopedDeclaration[] {
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
  if (isForeign(root, problems)) return [];
  const context = { part, complete, problems };
  if (isOneFileForm(root)) return readOneFile(root, context);
  if (hasEnvelope(root)) {
    const declared = readEnvelope(root, context);
    return declared === undefined ? [] : [declared];
  }
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

/** The lines from one on, and the item they belong to, if to one. */
interface Owner {
  readonly firstLine: number;
  readonly item: Pick<Declaration, "kind" | "name"> | undefined;
}

/** A document with an envelope is its item's; of a file of many items each has the lines from its own first to whatever follows it. */
function ownersOf({ firstLine, root }: YamlDocument, declared: readonly Declaration[]): readonly Owner[] {
  const [only] = declared;
  if (only?.form === "aic-b") return [{ firstLine, item: { kind: only.kind, name: only.name } }];
  const keys = root?.kind === "map" ? root.entries : [];
  const inner = keys.flatMap(({ key, value }) => (key === "network" && value.kind === "map" ? value.entries : []));
  const starts = [...keys, ...inner].map(({ keyPosition }) => ({ firstLine: keyPosition.line, item: undefined }));
  const items = declared
    .filter(({ kind }) => kind !== "Site")
    .map(({ at, kind, name }) => ({ firstLine: at.line, item: { kind, name } }));
  return [{ firstLine, item: undefined }, ...starts, ...items].sort((a, b) => a.firstLine - b.firstLine);
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

function inOrder(diagnostics: readonly Diagnostic[]): readonly Diagnostic[] {
  return diagnostics.toSorted(
    (a, b) =>
      (a.location?.line ?? 0) - (b.location?.line ?? 0) || (a.location?.column ?? 0) - (b.location?.column ?? 0),
  );
}
