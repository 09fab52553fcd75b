import type {
  FilesystemSpec,
  LogicalVolumeSpec,
  PartitionSpec,
  RaidSpec,
  StorageSpec,
} from "../../../../gen/bedplate/driver/v1/server_spec_pb.js";
import { invalidField } from "../driver-error.ts";
import { requireRaids } from "./require-raids.ts";
import { parseSize, type SizeExpression } from "./size.ts";
import { groupField, partitionField, raidField, volumeField } from "./storage-field.ts";

/** A file system as it is wanted: an empty text is whatever MAAS has, except that an empty mountpoint is none. */
export type WantedFilesystem = Pick<FilesystemSpec, "mountpoint" | "fstype" | "mountOptions" | "fsUuid" | "fsLabel">;

/** What a disk, partition, volume or RAID is for. */
export type WantedUse =
  | { readonly kind: "group"; readonly name: string }
  | { readonly kind: "raid"; readonly name: string; readonly isSpare: boolean }
  | { readonly kind: "filesystem"; readonly filesystem: WantedFilesystem }
  | { readonly kind: "nothing" };

/** A partition. */
export interface WantedPartition {
  readonly name: string;
  /** Path in the specification. */
  readonly field: string;
  /** Undefined for all that is left. */
  readonly size: SizeExpression | undefined;
  readonly uuid: string;
  readonly isBootable: boolean;
  readonly use: WantedUse;
}

/** What a disk is to hold; one of which nothing is said is left alone. */
export type WantedContent =
  | { readonly kind: "partitions"; readonly partitions: readonly WantedPartition[] }
  | { readonly kind: "whole"; readonly use: WantedUse }
  | { readonly kind: "alone" };

/** A disk. */
export interface WantedDisk {
  readonly device: string;
  readonly content: WantedContent;
}

/** A RAID. */
export interface WantedRaid {
  readonly name: string;
  readonly field: string;
  readonly level: string;
  readonly uuid: string;
  readonly use: WantedUse;
}

/** A logical volume. */
export interface WantedVolume {
  readonly name: string;
  readonly field: string;
  /** Undefined for all that is left. */
  readonly size: SizeExpression | undefined;
  readonly uuid: string;
  readonly use: WantedUse;
}

/** A volume group. */
export interface WantedGroup {
  readonly name: string;
  readonly field: string;
  readonly uuid: string;
  readonly volumes: readonly WantedVolume[];
}

/** The layout of a boot disk whose root no part of the specification describes. */
export interface WantedLayout {
  readonly kind: "lvm" | "flat";
  /** Of root's partition, or of the physical volume of its volume group; undefined for the rest of the disk. */
  readonly rootSize: SizeExpression | undefined;
  readonly bootSize: SizeExpression | undefined;
}

/** A storage specification as MAAS is brought to it. */
export interface WantedStorage {
  /** Device to boot from; empty when the specification doesn't say. */
  readonly bootDevice: string;
  readonly layout: WantedLayout | undefined;
  /** Whether an operating system can be installed on what is described. */
  readonly hasRoot: boolean;
  readonly disks: readonly WantedDisk[];
  readonly raids: readonly WantedRaid[];
  readonly groups: readonly WantedGroup[];
}

const ROOT = "/";
const BOOT = "/boot";

/** Reads a storage specification. INVALID_ARGUMENT for sizes and combinations that cannot be. */
export function wantedStorage(storage: StorageSpec): WantedStorage {
  requireRaids(storage);
  const mounts = new Set(filesystems(storage).map(({ mountpoint }) => mountpoint));
  const named = (name: string) =>
    storage.disks.some(({ partitions }) => partitions.some((partition) => isNamedOnly(partition, name)));
  const rootByName = !mounts.has(ROOT) && named("root");
  const hasRoot = mounts.has(ROOT) || rootByName;
  const bootByName = hasRoot && !mounts.has(BOOT);
  const layout = hasRoot ? undefined : plainLayout(storage);
  const readPartition = (device: string, partition: PartitionSpec, path: string): WantedPartition => ({
    name: partition.name,
    field: partitionField(device, partition.name),
    size: parseSize(partition.size, `${path}.size`),
    uuid: partition.partUuid,
    isBootable: partition.bootable,
    use: partitionUse(partition, rootByName, bootByName),
  });
  return {
    bootDevice: storage.bootDevice,
    layout,
    hasRoot: hasRoot || layout !== undefined,
    disks: storage.disks.map(({ device, volumeGroup, raid, raidSpare, partitions }, index) => ({
      device,
      content: diskContent(volumeGroup, raid, raidSpare, () =>
        partitions.map((each, at) => readPartition(device, each, `spec.storage.disks[${index}].partitions[${at}]`)),
      ),
    })),
    raids: storage.raids.map((raid) => ({
      name: raid.name,
      field: raidField(raid.name),
      level: raid.level,
      uuid: raid.uuid,
      use: useOf(raid.volumeGroup, "", false, raid.filesystem),
    })),
    groups: wantedGroups(storage),
  };
}

/** A partition that only its name says the mountpoint of, as designs of earlier forms have it. */
function isNamedOnly({ name, volumeGroup, raid, filesystem }: PartitionSpec, wanted: string): boolean {
  return name === wanted && volumeGroup === "" && raid === "" && (filesystem?.mountpoint ?? "") === "";
}

function partitionUse(partition: PartitionSpec, rootByName: boolean, bootByName: boolean): WantedUse {
  const { volumeGroup, raid, raidSpare, filesystem } = partition;
  const mountpoint =
    rootByName && isNamedOnly(partition, "root")
      ? ROOT
      : bootByName && isNamedOnly(partition, "boot")
        ? BOOT
        : undefined;
  if (mountpoint === undefined) return useOf(volumeGroup, raid, raidSpare, filesystem);
  return { kind: "filesystem", filesystem: filesystemAt(mountpoint, filesystem) };
}

/** A file system with a mountpoint, otherwise as it is described, if it is. */
export function filesystemAt(mountpoint: string, more?: Partial<WantedFilesystem>): WantedFilesystem {
  const { fstype = "", mountOptions = "", fsUuid = "", fsLabel = "" } = more ?? {};
  return { mountpoint, fstype, mountOptions, fsUuid, fsLabel };
}

function useOf(group: string, raid: string, isSpare: boolean, filesystem: FilesystemSpec | undefined): WantedUse {
  if (group !== "") return { kind: "group", name: group };
  if (raid !== "") return { kind: "raid", name: raid, isSpare };
  return filesystem === undefined ? { kind: "nothing" } : { kind: "filesystem", filesystem };
}

function diskContent(
  group: string,
  raid: string,
  isSpare: boolean,
  partitions: () => readonly WantedPartition[],
): WantedContent {
  if (group !== "" || raid !== "") return { kind: "whole", use: useOf(group, raid, isSpare, undefined) };
  const parts = partitions();
  return parts.length === 0 ? { kind: "alone" } : { kind: "partitions", partitions: parts };
}

/** The groups in the order they are described, then those that are only named. */
function wantedGroups({ volumeGroups, disks, raids }: StorageSpec): WantedGroup[] {
  const described = volumeGroups.map(({ name, vgUuid, logicalVolumes }, group) => ({
    name,
    field: groupField(name),
    uuid: vgUuid,
    volumes: logicalVolumes.map((volume, index) =>
      readVolume(name, volume, `spec.storage.volume_groups[${group}].logical_volumes[${index}]`),
    ),
  }));
  const names = [...disks, ...disks.flatMap(({ partitions }) => partitions), ...raids].map((each) => each.volumeGroup);
  const others = [...new Set(names)].filter((name) => name !== "" && !described.some((each) => each.name === name));
  return [...described, ...others.map((name) => ({ name, field: groupField(name), uuid: "", volumes: [] }))];
}

function readVolume(group: string, { name, size, lvUuid, filesystem }: LogicalVolumeSpec, path: string): WantedVolume {
  return {
    name,
    field: volumeField(group, name),
    size: parseSize(size, `${path}.size`),
    uuid: lvUuid,
    use: useOf("", "", false, filesystem),
  };
}

function filesystems({ disks, volumeGroups, raids }: StorageSpec): FilesystemSpec[] {
  return [
    ...disks.flatMap(({ partitions }) => partitions),
    ...volumeGroups.flatMap(({ logicalVolumes }) => logicalVolumes),
    ...(raids satisfies RaidSpec[]),
  ].flatMap(({ filesystem }) => filesystem ?? []);
}

function plainLayout(storage: StorageSpec): WantedLayout | undefined {
  if (storage.layout === "") return undefined;
  if (storage.layout !== "lvm" && storage.layout !== "flat") {
    throw invalidField("spec.storage.layout", `the MAAS driver has no layout "${storage.layout}"`, "use lvm or flat");
  }
  const sized = (source: string, path: string) => (source === "" ? undefined : parseSize(source, path));
  return {
    kind: storage.layout,
    rootSize: sized(storage.rootSize, "spec.storage.root_size"),
    bootSize: sized(storage.bootSize, "spec.storage.boot_size"),
  };
}
