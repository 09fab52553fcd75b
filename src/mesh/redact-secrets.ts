import {
  clone,
  type DescField,
  type DescMessage,
  getOption,
  type JsonValue,
  type MessageShape,
  toJson,
} from "@bufbuild/protobuf";
import { type ReflectMessage, reflect } from "@bufbuild/protobuf/reflect";
import { secret } from "../../gen/bedplate/type/v1/options_pb.js";

/** Whether a field's contract says it holds a secret: `(bedplate.type.v1.secret)`, or protobuf's own `debug_redact`. */
export function isSecret(field: DescField): boolean {
  return getOption(field, secret) || field.proto.options?.debugRedact === true;
}

/**
 * A message as JSON without its secrets: every field marked as one is left out, at any depth. Whoever prints a message
 * prints this. `protoNames` writes field names as the contract does (snake_case), instead of canonical camelCase.
 */
export function redactSecrets<S extends DescMessage>(
  schema: S,
  message: MessageShape<S>,
  options: { readonly protoNames?: boolean } = {},
): JsonValue {
  const copy = clone(schema, message);
  scrub(reflect(schema, copy));
  return toJson(schema, copy, { useProtoFieldName: options.protoNames ?? false });
}

function scrub(message: ReflectMessage): void {
  for (const field of message.fields) {
    if (!message.isSet(field)) continue;
    if (isSecret(field)) message.clear(field);
    else if (field.fieldKind === "message") scrub(message.get(field));
    else if (field.fieldKind === "list" && field.listKind === "message") {
      for (const member of message.get(field)) scrub(member as ReflectMessage);
    } else if (field.fieldKind === "map" && field.mapKind === "message") {
      for (const member of message.get(field).values()) scrub(member as ReflectMessage);
    }
  }
}
