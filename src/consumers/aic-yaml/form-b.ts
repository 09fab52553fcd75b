import type { Document } from "../../design/document.ts";
import { suggest } from "../../text/suggest.ts";
import { declare } from "./declare.ts";
import { converters } from "./kinds/convert.ts";
import { type Fields, type Located, openFields } from "./located.ts";
import type { Problems } from "./problems.ts";

/** Earlier names of kinds. */
const earlierKinds: Readonly<Record<string, string>> = { Region: "Site", BaremetalNode: "Node" };
const versions: readonly string[] = ["v1", "v1.0", "1.0", "1", "drydock/v1"];
const envelopeKeys: readonly string[] = ["apiVersion", "kind", "metadata", "spec"];
const metadataKeys: readonly string[] = ["name", "title", "region", "date", "author", "description", "labels"];

/** What is known of the file a document stands in. */
export interface FileContext {
  readonly part: string;
  readonly complete: boolean;
}

/** Reads a document with an envelope of apiVersion, kind, metadata and spec; undefined when it declares nothing that can be told. */
export function readEnvelope(
  document: Located,
  envelope: Fields,
  context: FileContext,
  problems: Problems,
): Document | undefined {
  const written = envelope.values.get("kind");
  const kind = kindOf(written, document, context, problems);
  if (kind === undefined) return undefined;
  checkVersion(envelope, document, kind, context, problems);
  const metadata = openFields(envelope.values.get("metadata"));
  const name = nameOf(metadata, envelope, document, kind, context, problems);
  if (name === undefined) return undefined;
  reportUnknownKeys(envelope, envelopeKeys, kind, name, problems);
  if (metadata !== undefined) reportUnknownKeys(metadata, metadataKeys, kind, name, problems);
  const fields = specOf(envelope, document, kind, name, problems);
  const description = metadata?.values.get("description");
  if (typeof description?.tree === "string" && !fields.values.has("description"))
    fields.values.set("description", description);
  dropRepeatedName(fields, kind, name, problems);
  return declare({ kind, name, fields, at: document.source, form: "aic-b", ...context }, problems);
}

function kindOf(
  written: Located | undefined,
  document: Located,
  context: FileContext,
  problems: Problems,
): string | undefined {
  if (typeof written?.tree !== "string") {
    if (context.complete || written !== undefined) {
      problems.add({
        rule: "missing-kind",
        severity: "error",
        message: written === undefined ? "found a document without a kind" : "found a kind that is no text",
        hint: `add a line such as "kind: Network"; kinds are ${knownKinds().join(", ")}`,
        at: written?.source ?? document.source,
      });
    }
    return undefined;
  }
  const kind = earlierKinds[written.tree] ?? written.tree;
  if (kind in converters) return kind;
  const near = suggest(written.tree, knownKinds());
  problems.add({
    rule: "unknown-kind",
    severity: "error",
    message: `kind ${JSON.stringify(written.tree)} is not known`,
    hint: near === undefined ? `kinds are ${knownKinds().join(", ")}` : `did you mean ${near}?`,
    at: written.source,
  });
  return undefined;
}

function knownKinds(): string[] {
  return [...Object.keys(converters), ...Object.keys(earlierKinds)].sort();
}

function checkVersion(
  envelope: Fields,
  document: Located,
  kind: string,
  context: FileContext,
  problems: Problems,
): void {
  const version = envelope.values.get("apiVersion");
  if (version === undefined) {
    if (!context.complete) return;
    problems.add({
      rule: "unknown-version",
      severity: "warning",
      message: "found no apiVersion; the document is read as v1.0",
      hint: "add apiVersion: 'v1.0'",
      at: document.source,
      kind,
    });
    return;
  }
  if (versions.includes(String(version.tree))) return;
  problems.add({
    rule: "unknown-version",
    severity: "error",
    message: `apiVersion ${JSON.stringify(version.tree)} is not known`,
    hint: `this form has the versions ${versions.join(", ")}`,
    at: version.source,
    kind,
  });
}

function nameOf(
  metadata: Fields | undefined,
  envelope: Fields,
  document: Located,
  kind: string,
  context: FileContext,
  problems: Problems,
): string | undefined {
  const name = metadata?.values.get("name");
  if (typeof name?.tree === "string" && name.tree !== "") return name.tree;
  if (typeof name?.tree === "number" || typeof name?.tree === "boolean") return String(name.tree);
  if (!context.complete) return undefined;
  problems.add({
    rule: "missing-name",
    severity: "error",
    message: `found a ${kind} without a name`,
    hint: 'add "name:" below "metadata:"',
    at: name?.source ?? envelope.values.get("metadata")?.source ?? document.source,
    kind,
  });
  return undefined;
}

function specOf(envelope: Fields, document: Located, kind: string, name: string, problems: Problems): Fields {
  const spec = envelope.values.get("spec");
  const fields = openFields(spec);
  if (fields !== undefined) return fields;
  if (spec !== undefined && spec.tree !== null) {
    problems.add({
      rule: "wrong-type",
      severity: "error",
      message: "found a spec that is no mapping",
      hint: 'write the fields below "spec:", one a line, indented',
      at: spec.source,
      kind,
      name,
    });
  }
  return { values: new Map(), source: spec?.source ?? document.source };
}

/** Some historical files say the name once more inside the spec. */
function dropRepeatedName(fields: Fields, kind: string, name: string, problems: Problems): void {
  const repeated = fields.values.get("name");
  if (repeated === undefined) return;
  fields.values.delete("name");
  const same = repeated.tree === name;
  problems.add({
    rule: "name-in-spec",
    severity: same ? "warning" : "error",
    message: same
      ? `name ${JSON.stringify(name)} stands in the spec as well`
      : `the spec names ${JSON.stringify(repeated.tree)}, the metadata ${JSON.stringify(name)}`,
    hint: "keep the name in metadata only",
    at: repeated.source,
    atKey: true,
    kind,
    name,
    field: "name",
  });
}

function reportUnknownKeys(
  fields: Fields,
  known: readonly string[],
  kind: string,
  name: string,
  problems: Problems,
): void {
  for (const [key, value] of fields.values) {
    if (known.includes(key)) continue;
    const near = suggest(key, known);
    problems.add({
      rule: "unknown-field",
      severity: "error",
      message: `field ${JSON.stringify(key)} is not known here`,
      hint: near === undefined ? `fields are ${known.join(", ")}` : `did you mean ${near}?`,
      at: value.source,
      atKey: true,
      kind,
      name,
    });
  }
}
