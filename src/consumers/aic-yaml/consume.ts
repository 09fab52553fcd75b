import type { Diagnostic } from "../../design/diagnostic.ts";
import type { Document } from "../../design/document.ts";
import type { YamlLimits } from "../../yaml/limits.ts";
import type { YamlDocument } from "../../yaml/node.ts";
import { readYaml } from "../../yaml/read-yaml.ts";
import { isOneFileForm, readOneFile } from "./form-a.ts";
import { type FileContext, readEnvelope } from "./form-b.ts";
import { type Fields, locate, openFields } from "./located.ts";
import { createProblems, type Problems } from "./problems.ts";

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

/** Reads files of the AIC YAML schema. Pure and deterministic; never throws; sound documents beside a broken one are read. */
export function consumeAicYaml(files: readonly DesignFile[], limits: Partial<YamlLimits> = {}): Consumed {
  const documents: Document[] = [];
  const diagnostics: Diagnostic[] = [];
  for (const file of files) {
    const reading = readYaml(file, limits);
    const problems = createProblems(file.uri);
    for (const document of reading.documents) documents.push(...readDocument(document, partOf(file.uri), problems));
    diagnostics.push(...inOrder([...reading.diagnostics, ...problems.diagnostics()]));
  }
  return { documents, diagnostics };
}

/** The layer a file's name stands for, as the seed's three files divide the design; empty when the name says nothing. */
function partOf(uri: string): string {
  const name = uri.slice(uri.lastIndexOf("/") + 1).toLowerCase();
  if (name.includes("hwdefinition") || name.includes("hardware")) return "hardware";
  if (name.includes("profiles")) return "design";
  if (name.includes("seed")) return "formation";
  return "";
}

function readDocument(document: YamlDocument, part: string, problems: Problems): Document[] {
  if (document.root === null) return [];
  const located = locate(document.root);
  const fields = openFields(located);
  const context: FileContext = { part, complete: document.complete };
  if (fields === undefined) {
    if (located.tree === null || !document.complete) return [];
    problems.add({
      rule: "wrong-type",
      severity: "error",
      message: "found a document that is no mapping",
      hint: 'a document begins with keys such as "apiVersion:" or "host_profiles:"',
      at: located.source,
    });
    return [];
  }
  if (isForeign(fields, problems)) return [];
  if (isOneFileForm(fields)) return readOneFile(located, fields, context, problems);
  if (["apiVersion", "kind", "metadata", "spec"].some((key) => fields.values.has(key))) {
    const declared = readEnvelope(located, fields, context, problems);
    return declared === undefined ? [] : [declared];
  }
  if (document.complete) {
    problems.add({
      rule: "unknown-form",
      severity: "error",
      message: "found a document of no form this consumer reads",
      hint: "a document has apiVersion, kind, metadata and spec, or host_profiles, network and nodes at its top",
      at: located.source,
    });
  }
  return [];
}

/** Documents of other tools are left alone, with a notice; the Deckhand form is ours and isn't read yet. */
function isForeign(fields: Fields, problems: Problems): boolean {
  const schema = fields.values.get("schema");
  const version = fields.values.get("apiVersion");
  if (typeof schema?.tree === "string") {
    const ours = schema.tree.startsWith("drydock/");
    problems.add({
      rule: ours ? "unsupported-form" : "foreign-document",
      severity: ours ? "error" : "info",
      message: ours
        ? `documents of schema ${schema.tree} are not read yet`
        : `a document of schema ${schema.tree} is left alone`,
      hint: ours ? "write the document with apiVersion and kind" : "nothing needs to be done",
      at: schema.source,
    });
    return true;
  }
  if (typeof version?.tree === "string" && version.tree.includes("/") && !version.tree.startsWith("drydock/")) {
    problems.add({
      rule: "foreign-document",
      severity: "info",
      message: `a document of apiVersion ${version.tree} is left alone`,
      hint: "nothing needs to be done",
      at: version.source,
    });
    return true;
  }
  return false;
}

function inOrder(diagnostics: readonly Diagnostic[]): Diagnostic[] {
  return diagnostics.toSorted(
    (a, b) =>
      (a.location?.line ?? 0) - (b.location?.line ?? 0) || (a.location?.column ?? 0) - (b.location?.column ?? 0),
  );
}
