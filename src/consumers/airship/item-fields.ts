import { type DescField, type DescMessage, getOption, ScalarType } from "@bufbuild/protobuf";
import { file_bedplate_design_v1_item } from "../../../gen/bedplate/design/v1/item_pb.js";
import { kind as kindOption, merge_key, secret } from "../../../gen/bedplate/type/v1/options_pb.js";
import { fieldBelow, memberPath } from "../reading/names.ts";

/** A part of an item: its path in the item's terms, and what is known of the parts below it. */
export interface ItemField {
  readonly path: string;
  /** Whether what stands there is never shown. */
  readonly secret: boolean;
  /** A part by its key in a mapping. */
  at(key: string): ItemField;
  /** A part by its place in a list, and the plain value there: members that have a name are called by it. */
  member(index: number, value: unknown): ItemField;
}

let messages: ReadonlyMap<string, DescMessage> | undefined;

/** The item of a kind as a whole. */
export function itemOf(kind: string): ItemField {
  messages ??= new Map(
    [file_bedplate_design_v1_item, ...file_bedplate_design_v1_item.dependencies]
      .flatMap((file) => file.messages)
      .map((message) => [getOption(message, kindOption), message]),
  );
  return fieldAt("", false, messages.get(kind));
}

function fieldAt(path: string, isSecret: boolean, message: DescMessage | undefined, collection?: DescField): ItemField {
  return {
    path,
    secret: isSecret,
    at(key) {
      const name = key.replace(/^!/, "");
      const field = message?.fields.find((each) => each.name === name);
      if (field === undefined) {
        const isField = collection === undefined && /^[A-Za-z_][A-Za-z0-9_]*$/.test(name);
        return fieldAt(isField ? fieldBelow(path, name) : memberPath(path, name), isSecret, undefined);
      }
      const own = fieldBelow(path, name);
      const hidden = isSecret || getOption(field, secret);
      if (field.fieldKind !== "message") return fieldAt(own, hidden, undefined, field);
      return fieldAt(own, hidden, field.message.typeName === "google.protobuf.Struct" ? undefined : field.message);
    },
    member(index, value) {
      const below = collection?.fieldKind === "list" ? collection.message : undefined;
      return fieldAt(pathOfMember(path, index, value, collection), isSecret, below);
    },
  };
}

function pathOfMember(path: string, index: number, value: unknown, list: DescField | undefined): string {
  if (list?.fieldKind !== "list") return `${path}[${index}]`;
  const key = getOption(list, merge_key);
  if (key !== "" && typeof value === "object" && value !== null && Object.hasOwn(value, key)) {
    return memberPath(path, String((value as Record<string, unknown>)[key]).replace(/^!/, ""));
  }
  const isText = list.listKind === "scalar" && list.scalar === ScalarType.STRING;
  return isText && typeof value !== "object" ? memberPath(path, String(value).replace(/^!/, "")) : `${path}[${index}]`;
}
