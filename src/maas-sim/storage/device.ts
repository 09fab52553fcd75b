/** A filesystem on a block device or partition. */
export interface Filesystem {
  readonly fstype: string;
  readonly label: string;
  readonly uuid: string;
  mountPoint: string | null;
  mountOptions: string | null;
}

/** A file system in memory, which needs no device. */
export type SpecialFilesystem = Filesystem & { readonly mountPoint: string };

/** How a device or partition belongs to a stack. The API shows it in place of a file system. */
export type MemberType = "lvm-pv" | "raid" | "raid-spare" | "bcache-backing" | "bcache-cache";

/** What a device or partition belongs to. */
export interface Membership {
  readonly type: MemberType;
  /** Id of the volume group, RAID, bcache or cache set. */
  readonly id: number;
  readonly uuid: string;
}

/** A partition. */
export interface Partition {
  readonly id: number;
  readonly uuid: string;
  /** Bytes, a multiple of 4 MiB. */
  readonly size: number;
  readonly bootable: boolean;
  tags: readonly string[];
  filesystem: Filesystem | null;
  member: Membership | null;
}

/** What a virtual block device is of. */
export interface Origin {
  readonly kind: "volume-group" | "raid" | "bcache";
  readonly id: number;
}

/** A disk, or the virtual block device of a logical volume, RAID or bcache. */
export interface BlockDevice {
  readonly id: number;
  readonly type: "physical" | "virtual";
  name: string;
  model: string;
  serial: string;
  firmware: string;
  /** Bytes. */
  size: number;
  blockSize: number;
  idPath: string;
  uuid: string | null;
  numaNode: number | null;
  tags: readonly string[];
  /** In order. Absent as long as there is no partition table. */
  partitions: Partition[] | null;
  filesystem: Filesystem | null;
  member: Membership | null;
  /** Null for a physical one. */
  readonly origin: Origin | null;
}

/** What carries a file system or belongs to a stack. */
export type Holder = BlockDevice | Partition;

/** An LVM volume group. */
export interface VolumeGroup {
  readonly id: number;
  name: string;
  uuid: string;
}

/** The levels of RAID. */
export const RAID_LEVELS = ["raid-0", "raid-1", "raid-5", "raid-6", "raid-10"] as const;

/** A software RAID. */
export interface Raid {
  readonly id: number;
  name: string;
  uuid: string;
  readonly level: (typeof RAID_LEVELS)[number];
  /** Its block device. */
  readonly deviceId: number;
}

/** A cached device. */
export interface Bcache {
  readonly id: number;
  readonly name: string;
  readonly uuid: string;
  readonly cacheMode: string;
  readonly cacheSetId: number;
  readonly deviceId: number;
}

/** The cache of cached devices. */
export interface CacheSet {
  readonly id: number;
  readonly name: string;
}

/** A block device that nothing is on yet. */
export function blankDevice(
  fields: Pick<BlockDevice, "id" | "type" | "name" | "size" | "blockSize"> & Partial<BlockDevice>,
): BlockDevice {
  return {
    model: "",
    serial: "",
    firmware: "",
    idPath: "",
    uuid: null,
    numaNode: null,
    tags: [],
    partitions: null,
    filesystem: null,
    member: null,
    origin: null,
    ...fields,
  };
}
