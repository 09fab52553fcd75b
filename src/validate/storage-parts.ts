import type { TreeMap } from "../design/tree.ts";
import { memberPath } from "./names.ts";
import { mapAt, membersAt, textAt } from "./tree-access.ts";

/** A partition, logical volume or RAID, and where an item says it. */
export interface StoragePart {
  /** Its path in an item, such as `storage.physical_devices["disk"].partitions["root"]`. */
  readonly path: string;
  /** What it is, for a message: `partition "root"`. */
  readonly label: string;
  readonly name: string;
  readonly size?: string;
  /** Of a partition or RAID: the volume group it belongs to. */
  readonly volumeGroup?: string;
  /** Of a partition: the RAID it belongs to. */
  readonly raid?: string;
  /** Whether it is a spare of that RAID. */
  readonly isSpare: boolean;
  readonly bootable: boolean;
  readonly filesystem?: TreeMap;
  /** Where its file system is mounted, without a slash at the end. */
  readonly mountpoint?: string;
  readonly isRoot: boolean;
  readonly isBoot: boolean;
}

/** A disk or volume group with its parts, in order; or all RAIDs. */
export interface StorageArea {
  readonly type: "disk" | "group" | "raids";
  readonly path: string;
  readonly name: string;
  /** Of a disk: the volume group the whole of it belongs to. */
  readonly volumeGroup?: string;
  /** Of a disk: the RAID the whole of it belongs to. */
  readonly raid?: string;
  /** Whether it is a spare of that RAID. */
  readonly isSpare: boolean;
  readonly parts: readonly StoragePart[];
}

/** A RAID: a part without a size. */
export interface StorageRaid {
  readonly part: StoragePart;
  readonly level?: string;
}

/** What an item says of its disks. */
export interface StorageParts {
  readonly bootDrive?: TreeMap;
  readonly disks: readonly StorageArea[];
  readonly groups: readonly StorageArea[];
  readonly raids: readonly StorageRaid[];
  /** Disks, groups, and the RAIDs together. */
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
  const raids = membersAt(storage, "raids").map((raid): StorageRaid => {
    const level = textAt(raid, "level");
    return { part: readPart(raid, "storage.raids", "raids"), ...(level !== undefined && { level }) };
  });
  const array: StorageArea = {
    type: "raids",
    path: "storage.raids",
    name: "",
    isSpare: false,
    parts: raids.map(({ part }) => part),
  };
  const areas = [...disks, ...groups, ...(raids.length > 0 ? [array] : [])];
  return { ...(bootDrive && { bootDrive }), disks, groups, raids, areas };
}

function readArea(area: TreeMap, type: "disk" | "group"): StorageArea {
  const name = textAt(area, "name") ?? "";
  const path = memberPath(type === "disk" ? "storage.physical_devices" : "storage.volume_groups", name);
  const list = type === "disk" ? "partitions" : "logical_volumes";
  const parts = membersAt(area, list).map((part) => readPart(part, `${path}.${list}`, type));
  return { type, path, name, ...(type === "disk" ? membership(area) : { isSpare: false }), parts };
}

/** What a disk or partition belongs to. */
function membership(owner: TreeMap): Pick<StoragePart, "volumeGroup" | "raid" | "isSpare"> {
  const [volumeGroup, raid] = [textAt(owner, "volume_group"), textAt(owner, "raid")];
  return {
    ...(volumeGroup !== undefined && { volumeGroup }),
    ...(raid !== undefined && { raid }),
    isSpare: owner.raid_spare === true,
  };
}

const words = { disk: "partition", group: "logical volume", raids: "RAID" } as const;

function readPart(part: TreeMap, listPath: string, type: StorageArea["type"]): StoragePart {
  const name = textAt(part, "name") ?? "";
  const size = textAt(part, "size");
  const member = type === "group" ? { isSpare: false } : membership(part);
  const filesystem = mapAt(part, "filesystem");
  const mountpoint = plainPath(textAt(filesystem, "mountpoint"));
  const isMember = "volumeGroup" in member || "raid" in member;
  // A partition that says only its name is mounted by it, as earlier forms have it.
  const isNamed = (wanted: string) => type === "disk" && mountpoint === undefined && !isMember && name === wanted;
  return {
    path: memberPath(listPath, name),
    label: `${words[type]} ${JSON.stringify(name)}`,
    name,
    ...(size !== undefined && { size }),
    ...member,
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
