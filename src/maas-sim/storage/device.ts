/** A filesystem on a block device or partition. */
export interface Filesystem {
  readonly fstype: string;
  readonly label: string;
  readonly uuid: string;
  mountPoint: string | null;
  mountOptions: string | null;
}

/** A partition. */
export interface Partition {
  readonly id: number;
  readonly uuid: string;
  /** The number in its path, from 1. */
  readonly number: number;
  /** Bytes, a multiple of 4 MiB. */
  readonly size: number;
  readonly bootable: boolean;
  tags: readonly string[];
  filesystem: Filesystem | null;
  /** The volume group it is a physical volume of. */
  volumeGroupId: number | null;
}

/** A disk, or the virtual block device of a logical volume. */
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
  readonly uuid: string | null;
  numaNode: number | null;
  tags: readonly string[];
  /** Absent as long as there is no partition table. */
  partitions: Partition[] | null;
  filesystem: Filesystem | null;
  /** Physical: the volume group it is a physical volume of. Virtual: the group it was cut from. */
  volumeGroupId: number | null;
}

/** An LVM volume group. */
export interface VolumeGroup {
  readonly id: number;
  name: string;
  readonly uuid: string;
}
