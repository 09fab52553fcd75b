import type {
  FilesystemSpec,
  LogicalVolumeSpec,
  PartitionSpec,
  StorageSpec,
} from "../../../../gen/bedplate/driver/v1/server_spec_pb.js";
import { invalidField } from "../driver-error.ts";
import { parseSize, type SizeExpression } from "./size.ts";

/** How the disk with the root file system is laid out. */
export interface WantedLayout {
  readonly kind: "lvm" | "flat";
  /** Device of the specification; empty for the boot disk MAAS chose. */
  readonly device: string;
  /** Of root's partition, or of the physical volume of its volume group; undefined for the rest of the disk. */
  readonly rootSize: SizeExpression | undefined;
  readonly bootSize: SizeExpression | undefined;
  readonly groupName: string;
  readonly volumeName: string;
  /** Undefined for the whole volume group. */
  readonly volumeSize: SizeExpression | undefined;
  /** What is said of the root and boot file systems beyond the layout. */
  readonly root: FilesystemSpec | undefined;
  readonly boot: FilesystemSpec | undefined;
}

/** A partition beside those of the layout. */
export interface WantedPartition {
  readonly name: string;
  readonly size: SizeExpression;
  readonly uuid: string;
  readonly isBootable: boolean;
  readonly group: string;
  readonly filesystem: FilesystemSpec | undefined;
}

/** What a disk is to hold beside the layout. */
export interface WantedDisk {
  readonly device: string;
  /** Volume group of the whole disk; empty for none. */
  readonly group: string;
  readonly partitions: readonly WantedPartition[];
}

/** A logical volume beside root's. */
export interface WantedVolume {
  readonly name: string;
  readonly size: SizeExpression;
  readonly uuid: string;
  readonly filesystem: FilesystemSpec | undefined;
}

/** A volume group. */
export interface WantedGroup {
  readonly name: string;
  readonly uuid: string;
  readonly volumes: readonly WantedVolume[];
}

/** A storage specification as MAAS is brought to it. */
export interface WantedStorage {
  readonly layout: WantedLayout | undefined;
  readonly disks: readonly WantedDisk[];
  readonly groups: readonly WantedGroup[];
}

const ROOT = "/";
const BOOT = "/boot";
const DEFAULT_GROUP = "vgroot";
const DEFAULT_VOLUME = "lvroot";

/**
 * Sorts a storage specification into the layout of the root disk and what comes beside it. Root is looked for in the volume
 * groups, then in the partitions; without one the specification's own layout fields say how. INVALID_ARGUMENT for sizes and
 * combinations that cannot be.
 */
export function wantedStorage(storage: StorageSpec): WantedStorage {
  const rootPlace = findRoot(storage);
  const boot = findPartition(storage, isBoot);
  const layout = rootPlace === undefined ? plainLayout(storage) : rootPlace.layout(boot);
  const isLaidOut = (partition: PartitionSpec) =>
    layout !== undefined &&
    (partition === rootPlace?.partition || (rootPlace !== undefined && partition === boot?.partition));
  return {
    layout,
    disks: storage.disks.map(({ device, volumeGroup, partitions }, disk) => ({
      device,
      group: rootPlace?.wholeDisk === device ? "" : volumeGroup,
      partitions:
        volumeGroup !== ""
          ? []
          : partitions.flatMap((partition, index) =>
              isLaidOut(partition)
                ? []
                : [readPartition(partition, `spec.storage.disks[${disk}].partitions[${index}]`)],
            ),
    })),
    groups: storage.volumeGroups.map(({ name, vgUuid, logicalVolumes }, group) => ({
      name,
      uuid: vgUuid,
      volumes: logicalVolumes.flatMap((volume, index) =>
        volume === rootPlace?.volume
          ? []
          : [readVolume(volume, `spec.storage.volume_groups[${group}].logical_volumes[${index}]`)],
      ),
    })),
  };
}

interface RootPlace {
  /** The partition the layout makes: root's own, or the physical volume of its group. */
  readonly partition: PartitionSpec | undefined;
  readonly volume: LogicalVolumeSpec | undefined;
  /** The disk that is the physical volume as a whole. */
  readonly wholeDisk: string | undefined;
  layout(boot: FoundPartition | undefined): WantedLayout;
}

interface FoundPartition {
  readonly device: string;
  readonly partition: PartitionSpec;
  readonly path: string;
}

function isRoot({ name, filesystem }: PartitionSpec): boolean {
  const mountpoint = filesystem?.mountpoint ?? "";
  return mountpoint === ROOT || (mountpoint === "" && name === "root");
}

function isBoot({ name, filesystem }: PartitionSpec): boolean {
  const mountpoint = filesystem?.mountpoint ?? "";
  return mountpoint === BOOT || (mountpoint === "" && name === "boot");
}

function findPartition(storage: StorageSpec, fits: (partition: PartitionSpec) => boolean): FoundPartition | undefined {
  for (const [disk, { device, volumeGroup, partitions }] of storage.disks.entries()) {
    const index = volumeGroup === "" ? partitions.findIndex(fits) : -1;
    const partition = partitions[index];
    if (partition !== undefined) {
      return { device, partition, path: `spec.storage.disks[${disk}].partitions[${index}]` };
    }
  }
  return undefined;
}

function findRoot(storage: StorageSpec): RootPlace | undefined {
  for (const [group, { name, logicalVolumes }] of storage.volumeGroups.entries()) {
    const index = logicalVolumes.findIndex(({ filesystem }) => filesystem?.mountpoint === ROOT);
    const volume = logicalVolumes[index];
    if (volume === undefined) continue;
    const path = `spec.storage.volume_groups[${group}]`;
    const whole = storage.disks.filter(({ volumeGroup }) => volumeGroup === name);
    const part = findPartition(storage, ({ volumeGroup }) => volumeGroup === name);
    const device = whole[0]?.device ?? part?.device;
    if (device === undefined || whole.length + (part === undefined ? 0 : 1) > 1) {
      throw invalidField(
        path,
        `volume group ${name} holds root and needs exactly one disk or partition`,
        "give it one",
      );
    }
    return {
      partition: part?.partition,
      volume,
      wholeDisk: whole[0]?.device,
      layout: (boot) => ({
        kind: "lvm",
        device,
        rootSize: part === undefined ? undefined : sized(part.partition.size, `${part.path}.size`),
        bootSize: bootSize(boot, device),
        groupName: name,
        volumeName: volume.name,
        volumeSize: sized(volume.size, `${path}.logical_volumes[${index}].size`),
        root: volume.filesystem,
        boot: boot?.partition.filesystem,
      }),
    };
  }
  const root = findPartition(storage, isRoot);
  if (root === undefined) return undefined;
  return {
    partition: root.partition,
    volume: undefined,
    wholeDisk: undefined,
    layout: (boot) => ({
      kind: "flat",
      device: root.device,
      rootSize: sized(root.partition.size, `${root.path}.size`),
      bootSize: bootSize(boot, root.device),
      groupName: "",
      volumeName: "",
      volumeSize: undefined,
      root: root.partition.filesystem,
      boot: boot?.partition.filesystem,
    }),
  };
}

function bootSize(boot: FoundPartition | undefined, device: string): SizeExpression | undefined {
  if (boot === undefined) return undefined;
  if (boot.device !== device) {
    throw invalidField(boot.path, `/boot is on ${boot.device} and root on ${device}: MAAS lays both out on one disk`);
  }
  return sized(boot.partition.size, `${boot.path}.size`);
}

function plainLayout(storage: StorageSpec): WantedLayout | undefined {
  if (storage.layout === "") return undefined;
  if (storage.layout !== "lvm" && storage.layout !== "flat") {
    throw invalidField("spec.storage.layout", `the MAAS driver has no layout "${storage.layout}"`, "use lvm or flat");
  }
  return {
    kind: storage.layout,
    device: storage.bootDevice,
    rootSize: sized(storage.rootSize, "spec.storage.root_size"),
    bootSize: sized(storage.bootSize, "spec.storage.boot_size"),
    groupName: storage.layout === "lvm" ? DEFAULT_GROUP : "",
    volumeName: storage.layout === "lvm" ? DEFAULT_VOLUME : "",
    volumeSize: undefined,
    root: undefined,
    boot: undefined,
  };
}

function sized(source: string, path: string): SizeExpression | undefined {
  return source === "" ? undefined : parseSize(source, path);
}

function readPartition(partition: PartitionSpec, path: string): WantedPartition {
  const { name, size, partUuid, bootable, volumeGroup, filesystem } = partition;
  const expression = parseSize(size, `${path}.size`);
  return { name, size: expression, uuid: partUuid, isBootable: bootable, group: volumeGroup, filesystem };
}

function readVolume({ name, size, lvUuid, filesystem }: LogicalVolumeSpec, path: string): WantedVolume {
  return { name, size: parseSize(size, `${path}.size`), uuid: lvUuid, filesystem };
}
