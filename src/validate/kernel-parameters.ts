import type { EffectiveItem } from "../design/effective-item.ts";
import type { TreeMap } from "../design/tree.ts";
import { memberPath } from "./names.ts";
import { mapAt } from "./tree-access.ts";

/** A kernel parameter of a node or host profile, and where it says it. */
export interface KernelParameter {
  readonly name: string;
  readonly value: string;
  readonly field: string;
}

/** What a value begins with that is taken from the hardware profile. */
export const hardwareReference = "hardwareprofile:";

const known = new WeakMap<TreeMap, readonly KernelParameter[]>();

/** The kernel parameters of an item, references that lead somewhere replaced by what they lead to. */
export function kernelParameters({ tree }: Pick<EffectiveItem, "tree">): readonly KernelParameter[] {
  const parameters = mapAt(mapAt(tree, "platform"), "kernel_params");
  if (parameters === undefined) return [];
  const before = known.get(parameters);
  if (before !== undefined) return before;
  const found = Object.entries(parameters).flatMap(([name, value]) =>
    typeof value === "string" ? [{ name, value, field: memberPath("platform.kernel_params", name) }] : [],
  );
  known.set(parameters, found);
  return found;
}
