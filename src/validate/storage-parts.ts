import type { TreeMap } from "../design/tree.ts";
import { memberPath } from "./names.ts";
import { mapAt, membersAt, textAt } from "./tree-access.ts";

/** A partition or logical volume, and where an item says it. */
export interface StoragePart {
  /** Its path in an item, such as `storage.physical_devices["disk"].partitions["root"]`. */
  readonly path: string;
  /** What it is, for a message: `partition "root"`. */
  readonly label: string;
  readonly name: string;
  readonly size?: string;
  /** Of a partition: the volume group it belongs to. */
  readonly volumeGroup?: string;
  readonly bootable: boolean;
  readonly filesystem?: TreeMap;
  /** Where its file system is mounted, without a slash at the end. */
  readonly mountpoint?: string;
  readonly isRoot: boolean;
  readonly isBoot: boolean;
}

/** A disk or volume group with its parts, in order. */
export interface StorageArea {
  readonly type: "disk" | "group";
  readonly path: string;
  readonly name: string;
  /** Of a disk: the volume group the whole of it belongs to. */
  readonly volumeGroup?: string;
  readonly parts: readonly StoragePart[];
}

/** What an item says of its disks. */
export interface StorageParts {
  readonly bootDrive?: TreeMap;
  readonly disks: readonly StorageArea[];
  readonly groups: readonly StorageArea[];
  /** Disks and groups. */
  readonly areas: readonly StorageArea[];
}

const known = new WeakMap<TreeMap, StorageParts>();

/** The disks, groups and their parts of a host profile or node; undefined when it says nothing of its storage. Items that inherit theirs share one answer. */
export function storageParts(tree: TreeMap): StorageParts | undefined {
  const storage = mapAt(tree, "storage");
  if (storage === undefined) return undefined;
  const before = known.get(storage);
  if (before !== undefined) return before;
  const parts = readStorage(storage);
  known.set(storage, parts);
  return parts;
}

/** Something computed from an item's storage alone, once for all items that inherit the same. */
export function onceByStorage<Result>(compute: (parts: StorageParts) => Result): (tree: TreeMap) => Result | undefined {
  const results = new WeakMap<StorageParts, Result>();
  return (tree) => {
    const parts = storageParts(tree);
    if (parts === undefined) return undefined;
    const before = results.get(parts);
    if (before !== undefined) return before;
    const result = compute(parts);
    results.set(parts, result);
    return result;
  };
}

function readStorage(storage: TreeMap): StorageParts {
  const bootDrive = mapAt(storage, "boot_drive");
  const disks = membersAt(storage, "physical_devices").map((disk) => readArea(disk, "disk"));
  const groups = membersAt(storage, "volume_groups").map((group) => readArea(group, "group"));
  return { ...(bootDrive && { bootDrive }), disks, groups, areas: [...disks, ...groups] };
}

function readArea(area: TreeMap, type: StorageArea["type"]): StorageArea {
  const name = textAt(area, "name") ?? "";
  const path = memberPath(type === "disk" ? "storage.physical_devices" : "storage.volume_groups", name);
  const volumeGroup = type === "disk" ? textAt(area, "volume_group") : undefined;
  const list = type === "disk" ? "partitions" : "logical_volumes";
  const parts = membersAt(area, list).map((part) => readPart(part, `${path}.${list}`, type));
  return { type, path, name, ...(volumeGroup !== undefined && { volumeGroup }), parts };
}

function readPart(part: TreeMap, listPath: string, type: StorageArea["type"]): StoragePart {
  const name = textAt(part, "name") ?? "";
  const size = textAt(part, "size");
  const volumeGroup = type === "disk" ? textAt(part, "volume_group") : undefined;
  const filesystem = mapAt(part, "filesystem");
  const mountpoint = plainPath(textAt(filesystem, "mountpoint"));
  // A partition that says only its name is mounted by it, as earlier forms have it.
  const isNamed = (wanted: string) =>
    type === "disk" && mountpoint === undefined && volumeGroup === undefined && name === wanted;
  return {
    path: memberPath(listPath, name),
    label: `${type === "disk" ? "partition" : "logical volume"} ${JSON.stringify(name)}`,
    name,
    ...(size !== undefined && { size }),
    ...(volumeGroup !== undefined && { volumeGroup }),
    bootable: part.bootable === true,
    ...(filesystem !== undefined && { filesystem }),
    ...(mountpoint !== undefined && { mountpoint }),
    isRoot: mountpoint === "/" || isNamed("root"),
    isBoot: mountpoint === "/boot" || isNamed("boot"),
  };
}

/** A path without slashes at its end or doubled; swap space isn't mounted. */
function plainPath(path: string | undefined): string | undefined {
  if (path === undefined || path === "" || path === "none" || path === "swap") return undefined;
  const plain = path.replace(/\/{2,}/g, "/");
  return plain.length > 1 && plain.endsWith("/") ? plain.slice(0, -1) : plain;
}
