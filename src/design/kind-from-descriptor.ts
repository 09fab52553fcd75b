import { type DescField, type DescMessage, getOption, hasOption, ScalarType } from "@bufbuild/protobuf";
import {
  effective_default,
  formation,
  hardware_alias,
  kind,
  merge_key,
  optional_reference,
  own,
  parent,
  references,
  secret,
} from "../../gen/bedplate/type/v1/options_pb.js";
import { type FieldRules, field as rulesOption } from "../../gen/buf/validate/validate_pb.js";
import type { FieldSchema, FieldShape, KindSchema, MessageSchema, ScalarSchema } from "./kind-schema.ts";

/** Thrown when a descriptor declares what the engine can't express: a fault of the contract, never of a design. */
export class UnsupportedDescriptorError extends Error {
  constructor(what: string, why: string) {
    super(`${what}: ${why}`);
    this.name = "UnsupportedDescriptorError";
  }
}

/** The schema of the kind a message is the specification of, or undefined for a message that is none. */
export function kindFromDescriptor(descriptor: DescMessage): KindSchema | undefined {
  const name = getOption(descriptor, kind);
  if (name === "") return undefined;
  const message = messageSchema(descriptor, new Map());
  const parentField = [...message.fields.values()].find((each) => each.parent !== undefined);
  return { kind: name, message, ...(parentField && { parentField }) };
}

/** The schema of a message that items hold, such as a secret. */
export function messageSchema(descriptor: DescMessage, done = new Map<string, MessageSchema>()): MessageSchema {
  const known = done.get(descriptor.typeName);
  if (known !== undefined) return known;
  const fields = new Map<string, FieldSchema>();
  const hasSecret = descriptor.fields.some((each) => getOption(each, secret));
  const message = { name: descriptor.name, fields, hasSecret };
  done.set(descriptor.typeName, message);
  for (const each of descriptor.fields) fields.set(each.name, fieldSchema(each, done));
  return message;
}

function fieldSchema(descriptor: DescField, done: Map<string, MessageSchema>): FieldSchema {
  const shape = fieldShape(descriptor, done);
  const named = getOption(descriptor, references);
  const inherited = getOption(descriptor, parent);
  return {
    name: descriptor.name,
    shape,
    ...(named !== "" && { references: named }),
    ...(getOption(descriptor, optional_reference) && { optionalReference: true }),
    ...(inherited !== "" && { parent: inherited }),
    // What an item inherits from is its own affair, too.
    ...((getOption(descriptor, own) || inherited !== "") && { own: true }),
    formation: getOption(descriptor, formation),
    secret: getOption(descriptor, secret),
    hardwareAlias: getOption(descriptor, hardware_alias),
    ...(hasOption(descriptor, effective_default) && { effectiveDefault: defaultValue(descriptor, shape) }),
    ...(descriptor.oneof && { oneof: descriptor.oneof.name }),
  };
}

function fieldShape(descriptor: DescField, done: Map<string, MessageSchema>): FieldShape {
  const rules = getOption(descriptor, rulesOption);
  switch (descriptor.fieldKind) {
    case "scalar":
      return { type: "scalar", scalar: scalarSchema(descriptor.scalar, rules, descriptor) };
    case "enum":
      return {
        type: "scalar",
        scalar: { type: "string", in: descriptor.enum.values.slice(1).map(({ name }) => name) },
      };
    case "message":
      if (descriptor.message.typeName === "google.protobuf.Struct") return { type: "any" };
      return { type: "message", message: messageSchema(descriptor.message, done) };
    case "map": {
      if (descriptor.mapKind !== "scalar") throw unsupported(descriptor, "maps hold scalars only");
      const { values, maxPairs } = rules.type.case === "map" ? rules.type.value : {};
      return { type: "map", value: scalarSchema(descriptor.scalar, values, descriptor), ...bound(maxPairs) };
    }
    case "list": {
      const { items, maxItems } = rules.type.case === "repeated" ? rules.type.value : {};
      if (descriptor.listKind === "scalar") {
        if (descriptor.scalar !== ScalarType.STRING)
          throw unsupported(descriptor, "lists hold messages or strings only");
        return { type: "strings", item: scalarSchema(descriptor.scalar, items, descriptor), ...bound(maxItems) };
      }
      if (descriptor.listKind !== "message") throw unsupported(descriptor, "lists hold messages or strings only");
      const message = messageSchema(descriptor.message, done);
      const key = getOption(descriptor, merge_key);
      if (key === "") return { type: "list", message, ...bound(maxItems) };
      if (message.fields.get(key)?.shape.type !== "scalar")
        throw unsupported(descriptor, `merge key ${key} is no scalar`);
      return { type: "keyed", message, key, ...bound(maxItems) };
    }
  }
}

function bound(maxItems: bigint | undefined): { maxItems?: number } {
  return maxItems ? { maxItems: Number(maxItems) } : {};
}

function scalarSchema(type: ScalarType, rules: FieldRules | undefined, descriptor: DescField): ScalarSchema {
  const given = rules?.type;
  switch (type) {
    case ScalarType.BOOL:
      return { type: "bool" };
    case ScalarType.UINT32: {
      const { lessThan, greaterThan } = given?.case === "uint32" ? given.value : {};
      return {
        type: "integer",
        gte: greaterThan?.case === "gte" ? greaterThan.value : 0,
        lte: lessThan?.case === "lte" ? lessThan.value : 0xffffffff,
      };
    }
    case ScalarType.STRING: {
      if (given?.case !== "string") return { type: "string" };
      const { in: allowed, pattern, minLen, maxLen } = given.value;
      return {
        type: "string",
        ...(allowed.length > 0 && { in: allowed }),
        ...(pattern !== "" && { pattern: new RegExp(pattern, "u") }),
        ...(minLen && { minLength: Number(minLen) }),
        ...(maxLen && { maxLength: Number(maxLen) }),
      };
    }
    default:
      throw unsupported(descriptor, `items hold no ${ScalarType[type]}`);
  }
}

function defaultValue(descriptor: DescField, shape: FieldShape): string | number | boolean {
  const text = getOption(descriptor, effective_default);
  if (shape.type !== "scalar") throw unsupported(descriptor, "only scalars have an effective default");
  switch (shape.scalar.type) {
    case "string":
      return text;
    case "bool":
      return text === "true";
    case "integer":
    case "number":
      return Number(text);
  }
}

function unsupported(descriptor: DescField, why: string): UnsupportedDescriptorError {
  return new UnsupportedDescriptorError(`${descriptor.parent.typeName}.${descriptor.name}`, why);
}
