import type { SourcePosition, YamlDocument, YamlMap, YamlNode } from "../../yaml/node.ts";
import { quoteText } from "../../yaml/quote-text.ts";
import { textOf } from "../reading/map-draft.ts";
import type { Problems } from "../reading/problems.ts";
import type { EnvelopeFault } from "./envelope-faults.ts";
import type { LabelTable } from "./labels.ts";
import { readMetadata } from "./metadata.ts";
import type { PlacedText, RawDocument } from "./raw-document.ts";

const topKeys: readonly string[] = ["schema", "metadata", "data"];
const noFaults: readonly EnvelopeFault[] = [];

/** What is known beside the document's own text. */
export interface EnvelopeContext {
  readonly order: number;
  readonly schema: PlacedText;
  readonly kind: string | undefined;
  readonly labels: LabelTable;
  readonly complete: boolean;
  readonly file: Problems;
}

/** Reads the envelope of a document. */
export function readEnvelope(document: YamlDocument, root: YamlMap, context: EnvelopeContext): RawDocument {
  const { order, schema, kind, complete, file } = context;
  const faults: EnvelopeFault[] = [];
  let metadata: YamlNode | undefined;
  for (const { key, keyPosition, value } of root.entries) {
    if (key === "metadata") metadata = value;
    else if (!topKeys.includes(key)) faults.push(unknownTopKey(key, keyPosition, root));
  }
  const parts = readMetadata(metadata, { at: root.position, labels: context.labels, faults });
  return {
    ...parts,
    order,
    schema: schema.text,
    schemaAt: schema.at,
    kind,
    at: root.position,
    text: document.text,
    firstLine: document.firstLine,
    complete,
    file,
    faults: faults.length === 0 ? noFaults : faults,
  };
}

function unknownTopKey(key: string, at: SourcePosition, root: YamlMap): EnvelopeFault {
  const isData = key === "spec" && root.entries.every((entry) => entry.key !== "data");
  return {
    rule: "unknown-field",
    severity: isData ? "error" : "warning",
    message: `found ${quoteText(key)} beside schema, metadata and data, where it has no effect`,
    hint: isData ? "did you mean data?" : "indent it below data:, or remove it",
    at,
  };
}

/** The schema of a document that has the Deckhand envelope, with its place; undefined for any other document. */
export function schemaOf(root: YamlMap): PlacedText | undefined {
  for (const { key, value } of root.entries) {
    if (key !== "schema") continue;
    const text = textOf(value);
    return text === undefined || text === "" ? undefined : { text, at: value.position };
  }
  return undefined;
}
