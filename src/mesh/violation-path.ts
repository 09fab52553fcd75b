import { type DescField, getOption } from "@bufbuild/protobuf";
import {
  isReflectList,
  isReflectMap,
  isReflectMessage,
  type Path,
  type ReflectMessage,
} from "@bufbuild/protobuf/reflect";
import { merge_key } from "../../gen/bedplate/type/v1/options_pb.js";

/**
 * A field path as people read and write it: `interfaces["bond0"].mtu`. Map values are addressed by their key, members of
 * a list by the list's primary key where it has one and the member gives it, else by position: `files[3].path`.
 */
export function fieldPath(message: ReflectMessage, path: Path): string {
  let text = "";
  let at: unknown = message;
  let list: DescField | undefined;
  for (const part of path) {
    switch (part.kind) {
      case "field":
        text += text === "" ? part.name : `.${part.name}`;
        at = isReflectMessage(at) && at.findNumber(part.number) !== undefined ? at.get(part) : undefined;
        list = part;
        break;
      case "oneof":
        text += text === "" ? part.name : `.${part.name}`;
        break;
      case "extension":
        text += `.[${part.typeName}]`;
        at = undefined;
        break;
      case "list_sub":
        at = isReflectList(at) ? at.get(part.index) : undefined;
        text += `[${primaryKey(list, at) ?? part.index}]`;
        break;
      case "map_sub":
        at = isReflectMap(at) ? at.get(part.key) : undefined;
        text += `[${JSON.stringify(String(part.key))}]`;
        break;
    }
  }
  return text;
}

function primaryKey(list: DescField | undefined, member: unknown): string | undefined {
  if (list === undefined || !isReflectMessage(member)) return undefined;
  const name = getOption(list, merge_key);
  const field = name === "" ? undefined : member.fields.find((each) => each.name === name);
  const value = field === undefined ? undefined : member.get(field);
  return typeof value === "string" && value !== "" ? JSON.stringify(value) : undefined;
}
