import {
  create,
  type DescMessage,
  fromJson,
  getOption,
  type JsonObject,
  type JsonValue,
  type MessageInitShape,
} from "@bufbuild/protobuf";
import type { DocumentSchema } from "../../gen/bedplate/design/v1/document_pb.js";
import {
  type EffectiveItem as EffectiveItemMessage,
  EffectiveItemSchema,
} from "../../gen/bedplate/design/v1/item_pb.js";
import { type DiagnosticSchema, Severity } from "../../gen/bedplate/type/v1/diagnostic_pb.js";
import type { SourceNodeSchema } from "../../gen/bedplate/type/v1/location_pb.js";
import { kind as kindOption } from "../../gen/bedplate/type/v1/options_pb.js";
import type { Diagnostic } from "./diagnostic.ts";
import type { Document } from "./document.ts";
import type { SourceNode } from "./source-node.ts";
import type { TreeMap } from "./tree.ts";

/** A kind's case of the union of specifications, and its message. */
interface SpecCase {
  readonly case: string;
  readonly schema: DescMessage;
}

/** The kinds that have a case of their own in the effective item's union. */
export const specCases: ReadonlyMap<string, SpecCase> = new Map(
  EffectiveItemSchema.oneofs.flatMap((oneof) =>
    oneof.fields.flatMap((field): [string, SpecCase][] => {
      const kind = field.message === undefined ? "" : getOption(field.message, kindOption);
      return field.message === undefined || kind === ""
        ? []
        : [[kind, { case: field.localName, schema: field.message }]];
    }),
  ),
);

/** What an effective item's message says beside its specification. */
export interface EffectiveItemStamp {
  readonly digest?: string;
  readonly fromRevision?: bigint;
  readonly resolverVersion?: string;
}

/** An effective item in the contract's form: a message of its own kind, or a record for kinds the contract doesn't know. */
export function effectiveItemToMessage(
  item: { readonly kind: string; readonly name: string; readonly tree: TreeMap },
  stamp: EffectiveItemStamp = {},
): EffectiveItemMessage {
  const known = specCases.get(item.kind);
  const json = item.tree as JsonObject;
  // The cases are the union's own fields, so case and message belong together.
  const spec = (
    known === undefined
      ? { case: "custom", value: json }
      : { case: known.case, value: fromJson(known.schema, json as JsonValue) }
  ) as EffectiveItemMessage["spec"];
  return create(EffectiveItemSchema, { kind: item.kind, name: item.name, ...stamp, spec });
}

/** A document in the contract's form, with the places of all its values. */
export function documentToMessage(document: Document): MessageInitShape<typeof DocumentSchema> {
  return {
    ...document,
    spec: document.spec as JsonObject,
    conversions: [...document.conversions],
    source: sourceNodeToMessage(document.source),
  };
}

/** Places of values in the contract's form. */
export function sourceNodeToMessage(source: SourceNode): MessageInitShape<typeof SourceNodeSchema> {
  const fields: Record<string, MessageInitShape<typeof SourceNodeSchema>> = {};
  for (const key in source.fields) {
    const node = source.fields[key];
    if (node !== undefined) fields[key] = sourceNodeToMessage(node);
  }
  return {
    line: source.line,
    column: source.column,
    keyLine: source.keyLine ?? 0,
    keyColumn: source.keyColumn ?? 0,
    fields,
    items: (source.items ?? []).map(sourceNodeToMessage),
    uri: source.uri ?? "",
  };
}

const severities = { error: Severity.ERROR, warning: Severity.WARNING, info: Severity.INFO } as const;

/** A diagnostic in the contract's form, its texts cut to the contract's bounds. */
export function diagnosticToMessage(diagnostic: Diagnostic): MessageInitShape<typeof DiagnosticSchema> {
  const { rule, severity, message, hint = "", kind = "", name = "", field = "", location, related } = diagnostic;
  return {
    rule,
    severity: severities[severity],
    message: cut(message, 2048),
    hint: cut(hint, 2048),
    kind: cut(kind, 253),
    name: cut(name, 253),
    field: cut(field, 2048),
    ...(location && { location }),
    related: related.slice(0, 100).map((each) => ({ message: cut(each.message, 1024), location: each.location })),
  };
}

/** Cuts by code points, so that no character is halved. */
function cut(text: string, most: number): string {
  return text.length <= most ? text : [...text].slice(0, most).join("");
}
