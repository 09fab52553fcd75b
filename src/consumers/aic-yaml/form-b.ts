import { suggest } from "../../text/suggest.ts";
import type { YamlMap, YamlNode } from "../../yaml/node.ts";
import { quoteText } from "../../yaml/quote-text.ts";
import type { Declaration } from "../historical/declaration.ts";
import { kindNamed, kindNames } from "../historical/kind-names.ts";
import { type EnvelopedItem, entryMeant, readSpec, reportUnknownKeys } from "../reading/envelope.ts";
import {
  closeMap,
  entryOf,
  isNothing,
  type MapDraft,
  putEntry,
  takeEntry,
  textOf,
  valueAt,
} from "../reading/map-draft.ts";
import { readName } from "../reading/names.ts";
import type { PartContext } from "../reading/part-context.ts";
import { checkVersion, envelopeKeys, isLaterForm } from "./version.ts";

const metadataKeys: readonly string[] = ["name", "title", "region", "date", "author", "description", "labels"];
/** Kinds whose items have labels of their own. */
const labelledKinds: readonly string[] = ["Network", "NetworkLink", "Rack"];

/** Whether a document has an envelope, or a part of one, or two keys that look like it. */
export function hasEnvelope(document: YamlMap): boolean {
  return (
    envelopeKeys.some((key) => entryOf(document, key) !== undefined) ||
    envelopeKeys.filter((key) => entryMeant(document, key, envelopeKeys) !== undefined).length > 1
  );
}

/** A declaration with an envelope, and the region it says it belongs to. */
export interface EnvelopedDeclaration extends Declaration {
  readonly region?: YamlNode;
}

/** Reads a document with an envelope of apiVersion, kind, metadata and spec; undefined when it declares nothing that can be told. */
export function readEnvelope(document: YamlMap, context: PartContext): EnvelopedDeclaration | undefined {
  const { part, complete, problems } = context;
  const kind = readKind(document, context);
  if (kind === undefined) return undefined;
  checkVersion(document, { kind, complete }, problems);
  const metadata = entryMeant(document, "metadata", envelopeKeys)?.value;
  const missing = complete ? (metadata?.position ?? document.position) : undefined;
  const inMetadata = metadata?.kind === "map" ? metadata : undefined;
  const nameNode = inMetadata && entryMeant(inMetadata, "name", metadataKeys)?.value;
  const name = readName(nameNode, kind, 'add "name:" below "metadata:"', missing, problems);
  if (name === undefined) return undefined;
  const item: EnvelopedItem = { kind, name, problems };
  reportUnknownKeys(document, envelopeKeys, "indent it if it belongs to the spec", item);
  if (inMetadata !== undefined) reportUnknownKeys(inMetadata, metadataKeys, "remove it, or move it to the spec", item);
  const fields = readSpec(document, entryMeant(document, "spec", envelopeKeys), item);
  if (inMetadata !== undefined) moveFromMetadata(inMetadata, fields, item);
  dropRepeatedName(fields, item);
  const region = inMetadata && valueAt(inMetadata, "region");
  const declaration = {
    kind,
    name,
    body: closeMap(fields),
    at: document.position,
    nameAt: nameNode?.position,
    form: isLaterForm(document) ? "aic-b2" : "aic-b",
    part,
    complete,
    problems,
  };
  return region === undefined ? declaration : { ...declaration, region };
}

/** A kind with a slip in it is an error, and the document is read as what was meant: so what refers to it is no second error. */
function readKind(document: YamlMap, { complete, problems }: PartContext): string | undefined {
  const written = entryMeant(document, "kind", envelopeKeys)?.value;
  const text = textOf(written);
  if (written === undefined || text === undefined) {
    if (!complete && isNothing(written)) return undefined;
    problems.add({
      rule: "missing-kind",
      severity: "error",
      message: isNothing(written) ? "found a document without a kind" : "found a kind that is no text",
      hint: `add a line such as "kind: Network"; kinds are ${kindNames.join(", ")}`,
      at: written?.position ?? document.position,
    });
    return undefined;
  }
  const kind = kindNamed(text);
  if (kind !== undefined) return kind;
  const near = suggest(text, kindNames);
  problems.add({
    rule: "unknown-kind",
    severity: "error",
    message: `found kind ${quoteText(text)}, expected one of ${kindNames.join(", ")}`,
    hint:
      near !== undefined
        ? `did you mean ${near}? The document is checked as that`
        : isOfOurForm(text)
          ? "write apiVersion: bedplate/v1, the form that has this kind"
          : "the document is left out",
    at: written.position,
  });
  return near === undefined ? undefined : kindNamed(near);
}

/** Kinds that only Bedplate's own form has. */
function isOfOurForm(kind: string): boolean {
  return ["Layer", "CustomKind", "Rule"].includes(kind) || kind.includes(".");
}

/** What earlier forms say of an item beside its spec, and items say inside. */
function moveFromMetadata(metadata: YamlMap, fields: MapDraft, { kind, name, problems }: EnvelopedItem): void {
  const description = entryOf(metadata, "description");
  if (description !== undefined && entryOf(fields, "description") === undefined) putEntry(fields, description);
  const labels = entryOf(metadata, "labels");
  if (labels === undefined || isNothing(labels.value)) return;
  if (labelledKinds.includes(kind) && entryOf(fields, "labels") === undefined) {
    putEntry(fields, labels);
    return;
  }
  problems.add({
    rule: "ignored-field",
    severity: "warning",
    message: "found labels in the metadata, which have no effect here",
    hint: labelledKinds.includes(kind)
      ? "bring them together in the spec"
      : "use metadata.owner_data or metadata.tags of the spec",
    at: labels.keyPosition,
    kind,
    name,
  });
}

/** Some historical files say the name once more inside the spec. */
function dropRepeatedName(fields: MapDraft, { kind, name, problems }: EnvelopedItem): void {
  const repeated = takeEntry(fields, "name");
  if (repeated === undefined || isNothing(repeated.value)) return;
  const text = textOf(repeated.value);
  const same = text === name;
  problems.add({
    rule: "name-in-spec",
    severity: same ? "warning" : "error",
    message: same
      ? `found the name ${quoteText(name)} in the spec as well, expected it in the metadata only`
      : `found ${text === undefined ? "another name" : quoteText(text)} as the name in the spec, expected ${quoteText(name)} as in the metadata`,
    hint: "keep the name in the metadata only",
    at: repeated.keyPosition,
    kind,
    name,
    field: "name",
  });
}
