import type { Document } from "../../design/document.ts";
import type { TreeMap } from "../../design/tree.ts";
import { suggest } from "../../text/suggest.ts";
import type { YamlMap } from "../../yaml/node.ts";
import { nodeToPlain, type PlainWithSource } from "../../yaml/node-to-plain.ts";
import { quoteText } from "../../yaml/quote-text.ts";
import { entryMeant, readSpec, reportUnknownKeys } from "../reading/envelope.ts";
import { closeMap, entryOf, faithfulScalar, isNothing, type MapDraft, textOf, valueAt } from "../reading/map-draft.ts";
import { readName } from "../reading/names.ts";
import { packedDocument } from "../reading/packed-document.ts";
import type { PartContext } from "../reading/part-context.ts";
import { isCustomKind, kindNames, kindOfEarlierName } from "./kinds.ts";
import { metadataKeys, readMetadata } from "./metadata.ts";

/** The version of the form, and the one there is. */
const version = "bedplate/v1";
const envelopeKeys: readonly string[] = ["apiVersion", "kind", "metadata", "spec"];

/** Whether a document says it is of this form, in whatever version, or means to. */
export function isOurs(root: YamlMap): boolean {
  const written = entryOf(root, "apiVersion");
  // The mark of another form: no slip is looked for in its keys, of which there may be many thousand documents.
  if (written === undefined && entryOf(root, "schema") !== undefined) return false;
  const text = textOf((written ?? entryMeant(root, "apiVersion", envelopeKeys))?.value);
  if (text === undefined) return false;
  return text === version || text.toLowerCase().startsWith("bedplate") || suggest(text, [version]) !== undefined;
}

/**
 * Reads one document of this form; undefined when it declares nothing that can be told. Its spec is taken as written: whether the fields are those of the kind
 * is for the engine to say. The layer is the metadata's own; a file's name suggests none.
 */
export function readOwnDocument(root: YamlMap, context: PartContext): Document | undefined {
  const { complete, problems } = context;
  checkVersion(root, context);
  const kind = readKind(root, context);
  if (kind === undefined) return reportKeys(root, { problems });
  const metadata = entryMeant(root, "metadata", envelopeKeys)?.value;
  const missing = complete ? (metadata?.position ?? root.position) : undefined;
  const inMetadata = metadata?.kind === "map" ? metadata : undefined;
  const nameNode = inMetadata && entryMeant(inMetadata, "name", metadataKeys)?.value;
  const name = readName(nameNode, kind, 'add "name:" below "metadata:"', missing, problems);
  if (name === undefined) return reportKeys(root, { problems });
  const item = { kind, name, problems };
  reportKeys(root, item);
  const part = inMetadata === undefined ? "" : readMetadata(inMetadata, item);
  const fields = readSpec(root, entryMeant(root, "spec", envelopeKeys), item);
  const location = { uri: problems.uri, line: root.position.line, column: root.position.column };
  return packedDocument(
    { kind, name, location, part, complete, form: "bedplate-v1", conversions: [] },
    plainSpec(kind, fields),
    // Of a custom kind the engine says at the kind that nobody declares it.
    (isCustomKind(kind) ? entryMeant(root, "kind", envelopeKeys)?.value : nameNode)?.position,
  );
}

/** Reports what stands beside the four keys; with the item, so that nothing follows from what was meant for its spec. */
function reportKeys(root: YamlMap, item: Parameters<typeof reportUnknownKeys>[3]): undefined {
  const inMetadata = root.entries.filter(({ key }) => metadataKeys.includes(key));
  const others = root.entries.filter(({ key }) => !metadataKeys.includes(key));
  reportUnknownKeys({ ...root, entries: inMetadata }, envelopeKeys, "indent it: it belongs to the metadata", item);
  reportUnknownKeys({ ...root, entries: others }, envelopeKeys, "indent it if it belongs to the spec", item);
}

/** What a Struct of the contract holds has no type of its own: its values are those of YAML itself, as in a JSON Schema. */
const untyped: ReadonlyMap<string, string> = new Map([["CustomKind", "json_schema"]]);

function plainSpec(kind: string, fields: MapDraft): PlainWithSource {
  const plain = nodeToPlain(closeMap(fields), faithfulScalar);
  const field = untyped.get(kind);
  const value = field === undefined ? undefined : valueAt(fields, field);
  if (field === undefined || value === undefined) return plain;
  return { ...plain, tree: { ...(plain.tree as TreeMap), [field]: nodeToPlain(value).tree } };
}

function checkVersion(root: YamlMap, { problems }: PartContext): void {
  const written = entryOf(root, "apiVersion")?.value;
  const text = textOf(written);
  if (written === undefined || text === version) return;
  problems.add({
    rule: "unknown-version",
    severity: "error",
    message: `found ${text === undefined ? "no version" : `the version ${quoteText(text)}`}, expected ${version}`,
    hint: `write apiVersion: ${version}; the document is checked as that`,
    at: written.position,
  });
}

/** A kind with a slip in it is an error, and the document is read as what was meant: so what refers to it is no second error. */
function readKind(root: YamlMap, { complete, problems }: PartContext): string | undefined {
  const written = entryMeant(root, "kind", envelopeKeys)?.value;
  const text = textOf(written);
  if (written === undefined || text === undefined || text === "") {
    if (!complete && isNothing(written)) return undefined;
    problems.add({
      rule: "missing-kind",
      severity: "error",
      message: isNothing(written) ? "found a document without a kind" : "found a kind that is no text",
      hint: `add a line such as "kind: Network"; kinds are ${kindNames.join(", ")}, and those the design declares`,
      at: written?.position ?? root.position,
    });
    return undefined;
  }
  if (kindNames.includes(text)) return text;
  if (isCustomKind(text)) return readName(written, "kind", "", undefined, problems);
  const near = kindOfEarlierName(text) ?? suggest(text, kindNames);
  problems.add({
    rule: "unknown-kind",
    severity: "error",
    message: `found kind ${quoteText(text)}, expected one of ${kindNames.join(", ")}, or a name with a dot for a kind the design declares`,
    hint: near === undefined ? "the document is left out" : `did you mean ${near}? The document is checked as that`,
    at: written.position,
  });
  return near;
}
