import { isAbstract } from "../is-abstract.ts";
import type { Finding, ItemRule } from "../rule.ts";
import { shown } from "../shown.ts";
import { onceByStorage, type StoragePart } from "../storage-parts.ts";

/** A place in the tree of directories holds one file system. */
export const duplicateMountpoint: ItemRule = {
  id: "duplicate-mountpoint",
  severity: "error",
  summary: "A mountpoint is that of one partition or logical volume.",
  why: `Of two file systems mounted at one place the first is hidden below the second: its space is lost, and which of them is the second is left to chance. A child profile that moves a mountpoint to
another disk takes the inherited partition away, or gives it another mountpoint.`,
  kinds: ["HostProfile", "Node"],
  looksAt: { Node: ["storage"] },
  check(item, context) {
    if (isAbstract(item, context)) return [];
    const { kind, name, tree } = item;
    return (twice(tree) ?? []).map(
      ({ first, second }): Finding => ({
        field: `${second.path}.filesystem.mountpoint`,
        message: `${shown(second.mountpoint ?? "")} is the mountpoint of ${first.label}, too`,
        hint: "give each file system a mountpoint of its own",
        related: [{ kind, name, field: first.path, message: first.label }],
      }),
    );
  },
};

const twice = onceByStorage(({ areas }) => {
  const owners = new Map<string, StoragePart>();
  const found: { readonly first: StoragePart; readonly second: StoragePart }[] = [];
  for (const part of areas.flatMap(({ parts }) => parts)) {
    const { mountpoint } = part;
    const first = mountpoint === undefined ? undefined : owners.get(mountpoint);
    if (first !== undefined) found.push({ first, second: part });
    else if (mountpoint !== undefined) owners.set(mountpoint, part);
  }
  return found;
});
