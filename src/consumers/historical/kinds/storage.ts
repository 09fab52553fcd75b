import type { YamlNode } from "../../../yaml/node.ts";
import { rename, rewrite, rewriteMap, rewriteMembers, textAt, textOf, valueAt } from "../../reading/map-draft.ts";
import { fieldBelow, memberPath } from "../../reading/names.ts";
import type { ItemContext } from "../item-context.ts";
import { namedMembers } from "../named-members.ts";
import { devicesPath, movePartitions } from "./listed-partitions.ts";

/**
 * Rewrites storage: the boot drive's earlier names, partitions listed apart from their disk, and mappings by name. `inherits` says whether the host has a
 * profile it inherits from.
 */
export function convertStorage(value: YamlNode, inherits: boolean, item: ItemContext): YamlNode {
  return rewriteMap(value, (storage) => {
    if (rename(storage, "bootdisk", "boot_drive")) item.note("storage.boot_drive", "bootdisk is boot_drive");
    rewrite(storage, "boot_drive", (drive) =>
      rewriteMap(drive, (fields) => {
        if (rename(fields, "bootsize", "boot_size")) item.note("storage.boot_drive.boot_size", "bootsize is boot_size");
        if (rename(fields, "rootsize", "root_size")) item.note("storage.boot_drive.root_size", "rootsize is root_size");
        rewrite(fields, "boot_size", (size) => withoutBoot(size, inherits, item));
      }),
    );
    rewrite(storage, "physical_devices", (devices) => withInnerMembers(devices, devicesPath, "partitions", item));
    rewrite(storage, "volume_groups", (groups) =>
      withInnerMembers(groups, "storage.volume_groups", "logical_volumes", item),
    );
    rewrite(storage, "partitions", (listed) => namedMembers(listed, "name", "storage.partitions", item));
    movePartitions(storage, item);
  });
}

/** A boot volume of no size is none: an inherited one goes away. */
function withoutBoot(size: YamlNode, inherits: boolean, item: ItemContext): YamlNode | undefined {
  if (textOf(size) !== "0") return size;
  item.note("storage.boot_drive.boot_size", "a size of 0 is no boot volume of its own");
  return inherits ? textAt("!", size.position) : undefined;
}

/** Members by name, and the members by name inside each. */
function withInnerMembers(value: YamlNode, path: string, inner: string, item: ItemContext): YamlNode {
  const members = namedMembers(value, "name", path, item);
  if (value.kind === "map") item.note(path, `${path.slice(path.indexOf(".") + 1)} by name are a list`);
  return rewriteMembers(members, (member) =>
    rewriteMap(member, (fields) => {
      const own = fieldBelow(memberPath(path, textOf(valueAt(fields, "name")) ?? ""), inner);
      rewrite(fields, inner, (members) =>
        rewriteMembers(namedMembers(members, "name", own, item), (one) => withVolumeGroup(one, own, item)),
      );
    }),
  );
}

/** `vg`, as the earlier reader of partitions had it. */
function withVolumeGroup(member: YamlNode, path: string, item: ItemContext): YamlNode {
  if (member.kind !== "map" || valueAt(member, "vg") === undefined) return member;
  return rewriteMap(member, (fields) => {
    if (rename(fields, "vg", "volume_group"))
      item.note(
        fieldBelow(memberPath(path, textOf(valueAt(fields, "name")) ?? ""), "volume_group"),
        "vg is volume_group",
      );
  });
}
