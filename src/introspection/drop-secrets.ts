import type { DescMessage, Message } from "@bufbuild/protobuf";
import { isReflectMessage, type ReflectMessage, reflect } from "@bufbuild/protobuf/reflect";
import { SecretSchema } from "../../gen/bedplate/type/v1/secret_pb.js";

/** Clears every secret of a message, references included, however deep: a node learns nothing it could open a controller with. Changes the message. */
export function dropSecrets(schema: DescMessage, message: Message): void {
  clear(reflect(schema, message));
}

function clear(message: ReflectMessage): void {
  for (const field of message.fields) {
    if (!message.isSet(field)) continue;
    if (field.fieldKind === "message") {
      if (field.message.typeName === SecretSchema.typeName) message.clear(field);
      else clear(message.get(field));
    } else if (field.fieldKind === "list" && field.listKind === "message") {
      for (const member of message.get(field)) if (isReflectMessage(member)) clear(member);
    } else if (field.fieldKind === "map" && field.mapKind === "message") {
      for (const member of message.get(field).values()) if (isReflectMessage(member)) clear(member);
    }
  }
}
