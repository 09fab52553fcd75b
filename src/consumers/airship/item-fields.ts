import { type DescField, type DescMessage, getOption, ScalarType } from "@bufbuild/protobuf";
import { file_bedplate_design_v1_item } from "../../../gen/bedplate/design/v1/item_pb.js";
import {
  hardware_alias,
  kind as kindOption,
  merge_key,
  parent,
  references,
  secret,
} from "../../../gen/bedplate/type/v1/options_pb.js";
import { field as rulesOption } from "../../../gen/buf/validate/validate_pb.js";
import type { YamlNode } from "../../yaml/node.ts";
import { textOf, valueAt } from "../reading/map-draft.ts";
import { fieldBelow, memberPath } from "../reading/names.ts";
import { traceOf } from "./traced-position.ts";

/** A part of an item, as far as its kind knows it. */
export interface ItemField {
  /** Whether what stands there is never shown. */
  readonly secret: boolean;
  readonly shape: Shape;
  /** What it is a part of; absent for the item itself. */
  readonly above: ItemField | undefined;
  /** Its key in a mapping, or its place in a list. */
  readonly step: string | number;
  /** What stands there, in a list. */
  readonly value: YamlNode | undefined;
}

/** What a kind says of the fields of a message, or of the members of a field. */
export interface Shape {
  readonly secret: boolean;
  /** Of a message. */
  readonly fields?: ReadonlyMap<string, Shape>;
  /** Of the members of a list. */
  readonly members?: Shape;
  /** What members of a list are called by: one of their fields, or their own text. */
  readonly key?: string | "text";
  /** Whether it holds a number, a truth value, or a text of a certain form, which findings about it repeat. */
  readonly isExact?: boolean;
  /** Whether keys are anybody's choice. */
  readonly isMap?: boolean;
}

const unknown: Shape = { secret: false };
const TEXT = "text";
let shapes: ReadonlyMap<string, Shape> | undefined;

/** The item of a kind as a whole. */
export function itemOf(kind: string): ItemField {
  shapes ??= new Map(
    [file_bedplate_design_v1_item, ...file_bedplate_design_v1_item.dependencies]
      .flatMap((file) => file.messages)
      .map((message) => [getOption(message, kindOption), message] as const)
      .filter(([name]) => name !== "")
      .map(([name, message]) => [name, shapeOf(message, new Map())]),
  );
  return { secret: false, shape: shapes.get(kind) ?? unknown, above: undefined, step: "", value: undefined };
}

/** A part by its key in a mapping. */
export function partAt(above: ItemField, key: string): ItemField {
  const { fields } = above.shape;
  const shape = fields?.get(key) ?? fields?.get(key.replace(/^!/, "")) ?? unknown;
  return { secret: above.secret || shape.secret, shape, above, step: key, value: undefined };
}

/** A part by its place in a list. */
export function memberAt(above: ItemField, index: number, value: YamlNode): ItemField {
  return { secret: above.secret, shape: above.shape.members ?? unknown, above, step: index, value };
}

/** The path of a part in the item's terms: members that have a name are called by it. */
export function pathOf({ above, step, value }: ItemField): string {
  if (above === undefined) return "";
  const path = pathOf(above);
  const { isMap, key } = above.shape;
  if (typeof step === "string") {
    const name = step.replace(/^!/, "");
    const isName = isMap !== true && /^[A-Za-z_][A-Za-z0-9_]*$/.test(name);
    return isName ? fieldBelow(path, name) : memberPath(path, name);
  }
  const name = key === undefined || value === undefined ? undefined : nameOf(value, key);
  return name === undefined ? `${path}[${step}]` : memberPath(path, name.replace(/^!/, ""));
}

function shapeOf(message: DescMessage, done: Map<DescMessage, Shape>): Shape {
  const known = done.get(message);
  if (known !== undefined) return known;
  const fields = new Map<string, Shape>();
  const shape: Shape = message.typeName === "google.protobuf.Struct" ? unknown : { secret: false, fields };
  done.set(message, shape);
  if (shape === unknown) return shape;
  for (const each of message.fields) {
    const hidden = getOption(each, secret);
    if (each.fieldKind === "message") fields.set(each.name, { ...shapeOf(each.message, done), secret: hidden });
    else if (each.fieldKind === "map") fields.set(each.name, { secret: hidden, isMap: true });
    else if (each.fieldKind === "list") {
      const key = getOption(each, merge_key);
      const isText = each.listKind === "scalar" && each.scalar === ScalarType.STRING;
      const members =
        each.listKind === "message" ? shapeOf(each.message, done) : { secret: false, isExact: isExact(each) };
      fields.set(each.name, { secret: hidden, members, ...(isText ? { key: TEXT } : key !== "" && { key }) });
    } else fields.set(each.name, { secret: hidden, isExact: isExact(each) });
  }
  return shape;
}

/** Longest text that is an address, a size or a date, and longest one that is a name: rules quote those they know nothing of. */
const longest = { address: 64, name: 253 } as const;

function isExact(field: DescField): boolean {
  if (field.fieldKind !== "scalar" && field.fieldKind !== "list") return true;
  if (field.scalar !== ScalarType.STRING) return true;
  if ([references, parent].some((option) => getOption(field, option) !== "")) return true;
  if (getOption(field, hardware_alias)) return true;
  const rules = getOption(field, rulesOption).type;
  const { type } = rules.case === "repeated" ? (rules.value.items ?? { type: undefined }) : { type: rules };
  if (type?.case !== "string") return false;
  const { in: allowed, pattern, maxLen } = type.value;
  if (allowed.length > 0 || pattern !== "") return true;
  // An account is kept beside its password in many stores, and no rule quotes it.
  const isBesideSecret = field.parent.fields.some((each) =>
    each.message?.fields.some((part) => getOption(part, secret)),
  );
  return maxLen !== 0n && maxLen <= (isBesideSecret ? longest.address : longest.name);
}

/** A member is never called by a secret. */
function nameOf(value: YamlNode, key: string): string | undefined {
  const name = key === TEXT ? value : value.kind === "map" ? valueAt(value, key) : undefined;
  return name === undefined || traceOf(name.position)?.sealed === true ? undefined : textOf(name);
}
