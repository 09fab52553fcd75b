import type { CelInput } from "@bufbuild/cel";
import type { Tree } from "../design/tree.ts";

/** A plain value as CEL has it: records are maps, whole numbers ints, other numbers doubles. */
export function celValue(tree: Tree): CelInput {
  if (typeof tree === "number") return Number.isSafeInteger(tree) ? BigInt(tree) : tree;
  if (typeof tree !== "object" || tree === null) return tree;
  if (Array.isArray(tree)) return tree.map((member: Tree) => celValue(member));
  return new Map(Object.entries(tree).map(([key, value]) => [key, celValue(value)]));
}
