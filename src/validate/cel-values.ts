import type { CelInput, CelValue } from "@bufbuild/cel";
import { toJson } from "@bufbuild/protobuf";
import { isReflectMessage } from "@bufbuild/protobuf/reflect";
import type { Tree } from "../design/tree.ts";
import { celLibrary } from "./cel-library.ts";

/** A plain value as CEL has it: records are maps, whole numbers ints, other numbers doubles. */
export function celValue(tree: Tree): CelInput {
  if (typeof tree === "number") return Number.isSafeInteger(tree) ? BigInt(tree) : tree;
  if (typeof tree !== "object" || tree === null) return tree;
  if (Array.isArray(tree)) return tree.map((member: Tree) => celValue(member));
  return new Map(Object.entries(tree).map(([key, value]) => [key, celValue(value)]));
}

/**
 * A value of an expression as JSON, the same text for equal values: keys of records are sorted. Whole numbers of any size are numbers; what JSON hasn't is text.
 * Undefined when it would have more than `most` characters.
 */
export function celJson(value: CelValue, most: number): string | undefined {
  let left = most;
  const cel = celLibrary();
  const take = (text: string): string => {
    left -= text.length;
    if (left < 0) throw new TooLong();
    return text;
  };
  const write = (part: CelValue): string => {
    if (cel.isCelList(part)) {
      return `${take("[")}${[...part].map((member, index) => (index > 0 ? take(",") : "") + write(member)).join("")}${take("]")}`;
    }
    if (cel.isCelMap(part)) {
      const members = [...part].map(([key, member]): [string, CelValue] => [keyText(key), member]);
      members.sort(([one], [other]) => (one < other ? -1 : 1));
      const texts = members.map(([key, member], index) => take(`${index > 0 ? "," : ""}${key}:`) + write(member));
      return `${take("{")}${texts.join("")}${take("}")}`;
    }
    return take(scalarText(part));
  };
  const keyText = (key: unknown) => JSON.stringify(cel.isCelUint(key) ? String(key.value) : String(key));
  try {
    return write(value);
  } catch (error) {
    if (error instanceof TooLong || error instanceof RangeError) return undefined;
    throw error;
  }
}

class TooLong extends Error {}

function scalarText(value: CelValue): string {
  if (typeof value === "bigint") return String(value);
  if (typeof value === "number" && !Number.isFinite(value)) return JSON.stringify(String(value));
  if (value === null || typeof value !== "object") return JSON.stringify(value);
  if (value instanceof Uint8Array) return JSON.stringify(Buffer.from(value).toString("base64"));
  if (celLibrary().isCelUint(value)) return String(value.value);
  if (isReflectMessage(value)) return JSON.stringify(toJson(value.desc, value.message));
  return JSON.stringify(String(value));
}
