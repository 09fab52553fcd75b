import { type DescMessage, type Message, toJson } from "@bufbuild/protobuf";
import type { Document as DocumentMessage } from "../../gen/bedplate/design/v1/document_pb.js";
import type { EffectiveItem as EffectiveItemMessage } from "../../gen/bedplate/design/v1/item_pb.js";
import { type Diagnostic as DiagnosticMessage, Severity } from "../../gen/bedplate/type/v1/diagnostic_pb.js";
import type {
  Location as LocationMessage,
  SourceNode as SourceNodeMessage,
} from "../../gen/bedplate/type/v1/location_pb.js";
import type { Diagnostic, SourceLocation } from "./diagnostic.ts";
import type { Document } from "./document.ts";
import type { EffectiveItem } from "./effective-item.ts";
import type { SourceNode } from "./source-node.ts";
import { specCases } from "./to-message.ts";
import type { TreeMap } from "./tree.ts";

/** An effective item of the contract as a plain tree in the kind's field names. Messages don't say what an item was made from: `inputs` is itself. */
export function effectiveItemFromMessage(message: EffectiveItemMessage): EffectiveItem {
  const { kind, name, spec } = message;
  const inputs = [`${kind}/${name}`];
  if (spec.case === undefined) return { kind, name, tree: {}, inputs };
  if (spec.case === "custom") return { kind, name, tree: spec.value as TreeMap, inputs };
  const schema: DescMessage | undefined = specCases.get(kind)?.schema;
  const value: Message = spec.value;
  const tree = schema === undefined ? {} : toJson(schema, value, { useProtoFieldName: true });
  return { kind, name, tree: tree as TreeMap, inputs };
}

/** A document of the contract in plain form. One without a location is located by its item: what comes from no file has no lines. */
export function documentFromMessage(message: DocumentMessage): Document {
  const { kind, name, spec, location, source, part, complete, form, conversions } = message;
  return {
    ...{ kind, name, part, complete, form },
    spec: (spec ?? {}) as TreeMap,
    location: location ? locationFromMessage(location) : { uri: `${kind}/${name}`, line: 0, column: 0 },
    source: source ? sourceNodeFromMessage(source) : { line: 0, column: 0 },
    conversions: conversions.map(({ field, message, location }) => ({
      ...{ field, message },
      ...(location && { location: locationFromMessage(location) }),
    })),
  };
}

/** Places of values in plain form: what is 0 or empty in the message is absent. */
export function sourceNodeFromMessage(message: SourceNodeMessage): SourceNode {
  const { line, column, keyLine, keyColumn, items, uri } = message;
  let fields: Record<string, SourceNode> | undefined;
  for (const key in message.fields) {
    const node = message.fields[key];
    if (node === undefined) continue;
    fields ??= Object.create(null) as Record<string, SourceNode>;
    fields[key] = sourceNodeFromMessage(node);
  }
  return {
    line,
    column,
    ...(uri !== "" && { uri }),
    ...(keyLine > 0 && { keyLine, keyColumn }),
    ...(fields && { fields }),
    ...(items.length > 0 && { items: items.map(sourceNodeFromMessage) }),
  };
}

/** A diagnostic of the contract in plain form; an unspecified severity is an error. */
export function diagnosticFromMessage(message: DiagnosticMessage): Diagnostic {
  const { rule, hint, kind, name, field, location, related } = message;
  return {
    rule,
    severity: message.severity === Severity.INFO ? "info" : message.severity === Severity.WARNING ? "warning" : "error",
    message: message.message,
    ...(hint !== "" && { hint }),
    ...(kind !== "" && { kind }),
    ...(name !== "" && { name }),
    ...(field !== "" && { field }),
    ...(location && { location: locationFromMessage(location) }),
    related: related.map((each) => ({
      message: each.message,
      location: each.location ? locationFromMessage(each.location) : { uri: "", line: 0, column: 0 },
    })),
  };
}

function locationFromMessage({ uri, line, column }: LocationMessage): SourceLocation {
  return { uri, line, column };
}
