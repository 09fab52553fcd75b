import { type Json, number, object, objects, text } from "../client/json.ts";

/** A file system as MAAS has it. */
export interface Filesystem {
  readonly fstype: string;
  readonly label: string;
  readonly uuid: string;
  /** Empty when it is not mounted. */
  readonly mountPoint: string;
  readonly mountOptions: string;
}

/** A partition. */
export interface Partition {
  readonly id: number;
  readonly uuid: string;
  /** Bytes. */
  readonly size: bigint;
  readonly bootable: boolean;
  readonly filesystem: Filesystem | undefined;
}

/** A disk, or the device of a logical volume. */
export interface BlockDevice {
  readonly id: number;
  readonly name: string;
  readonly type: "physical" | "virtual";
  readonly model: string;
  readonly serial: string;
  readonly idPath: string;
  /** Empty or absent when MAAS does not know it. */
  readonly firmwareVersion?: string;
  /** Bytes. */
  readonly size: bigint;
  /** Bytes that neither a partition nor a file system takes. */
  readonly available: bigint;
  readonly partitions: readonly Partition[];
  readonly filesystem: Filesystem | undefined;
}

/** Reads a block device from its JSON. */
export function readBlockDevice(json: Json): BlockDevice {
  return {
    id: number(json.id),
    name: text(json.name),
    type: json.type === "virtual" ? "virtual" : "physical",
    model: text(json.model),
    serial: text(json.serial),
    idPath: text(json.id_path),
    firmwareVersion: text(json.firmware_version),
    size: bytes(json.size),
    available: bytes(json.available_size),
    partitions: objects(json.partitions).map((partition) => ({
      id: number(partition.id),
      uuid: text(partition.uuid),
      size: bytes(partition.size),
      bootable: partition.bootable === true,
      filesystem: readFilesystem(partition.filesystem),
    })),
    filesystem: readFilesystem(json.filesystem),
  };
}

/** A number of bytes; 0 for anything that is none. */
export function bytes(value: unknown): bigint {
  return BigInt(Math.trunc(number(value)));
}

function readFilesystem(value: unknown): Filesystem | undefined {
  const json = object(value);
  const fstype = text(json.fstype);
  if (fstype === "") return undefined;
  return {
    fstype,
    label: text(json.label),
    uuid: text(json.uuid),
    mountPoint: text(json.mount_point),
    mountOptions: text(json.mount_options),
  };
}
