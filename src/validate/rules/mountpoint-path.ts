import type { Finding, ItemRule } from "../rule.ts";
import { shown } from "../shown.ts";
import { onceByStorage, type StoragePart } from "../storage-parts.ts";
import { textAt } from "../tree-access.ts";

/** A file system is mounted at a place there can be. */
export const mountpointPath: ItemRule = {
  id: "mountpoint-path",
  severity: "error",
  summary: "A mountpoint is an absolute path without . and .. in it, and swap space has none.",
  why: `Mountpoints are written into the machine's \`fstab\` as they stand. A relative path, or one that leads out of itself, isn't mounted at boot, and the machine stops there. Swap space is used without being
mounted: leave its mountpoint out, or write \`none\`.`,
  kinds: ["HostProfile", "Node"],
  looksAt: { Node: ["storage"] },
  check: ({ tree }) => check(tree) ?? [],
};

const check = onceByStorage(({ areas }) => areas.flatMap(({ parts }) => parts.flatMap(faultOf)));

function faultOf({ path, mountpoint, filesystem }: StoragePart): Finding[] {
  if (mountpoint === undefined) return [];
  const field = `${path}.filesystem.mountpoint`;
  if (textAt(filesystem, "fstype") === "swap") {
    const message = `swap space isn't mounted, and found the mountpoint ${shown(mountpoint)}`;
    return [{ field, message, hint: "leave the mountpoint out, or write none" }];
  }
  const steps = mountpoint.split("/");
  const isPlain = mountpoint.startsWith("/") && !/[\s\p{Cc}]/u.test(mountpoint);
  if (isPlain && !steps.includes(".") && !steps.includes("..")) return [];
  const message = `found ${shown(mountpoint)}, expected an absolute path`;
  return [{ field, message, hint: "write a path from the root, such as /var/log" }];
}
