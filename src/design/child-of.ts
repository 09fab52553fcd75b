import type { Declared, DeclaredTree } from "./declared.ts";
import { isTreeMap, type Tree } from "./tree.ts";

/** The part of a declaration that one step leads to: a field, a member or map entry by its key, a member of a plain list by its index. */
export function childOf(declared: Declared | undefined, step: string | number): Declared | undefined {
  switch (declared?.type) {
    case "message":
      return typeof step === "string" && Object.hasOwn(declared.fields, step) ? declared.fields[step] : undefined;
    case "group":
      return typeof step === "string" ? declared.members.get(step) : undefined;
    case "list":
      return typeof step === "number" ? declared.items[step] : undefined;
    case "tree":
      return partOf(declared, step);
    default:
      return undefined;
  }
}

function partOf({ value, origin, at }: DeclaredTree, step: string | number): DeclaredTree | undefined {
  const part: Tree | undefined =
    typeof step === "number"
      ? Array.isArray(value)
        ? value[step]
        : undefined
      : isTreeMap(value) && Object.hasOwn(value, step)
        ? value[step]
        : undefined;
  if (part === undefined) return undefined;
  const node = typeof step === "number" ? at.items?.[step] : at.fields?.[step];
  return { type: "tree", value: part, origin, at: node ?? at };
}
