import { type Json, number, objects, text } from "../client/json.ts";
import { type Filesystem, isDatastore, readFilesystem } from "./filesystem.ts";

/** A partition. */
export interface Partition {
  readonly id: number;
  readonly uuid: string;
  /** Its number on the disk, from its path; 0 when that tells none. */
  readonly number: number;
  /** Bytes. */
  readonly size: bigint;
  readonly bootable: boolean;
  readonly filesystem: Filesystem | undefined;
  /** Whether it is part of VMware's own layout. */
  readonly isDatastore: boolean;
}

/** A disk, or the device of a logical volume or RAID. */
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
  readonly uuid: string;
  /** In order. */
  readonly partitions: readonly Partition[];
  readonly filesystem: Filesystem | undefined;
  /** Whether MAAS named it without telling anything of it. */
  readonly isStub: boolean;
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
    uuid: text(json.uuid),
    partitions: objects(json.partitions)
      .map(readPartition)
      .sort((a, b) => a.number - b.number || a.id - b.id),
    filesystem: readFilesystem(json.filesystem),
    isStub: json.__incomplete__ === true || objects(json.partitions).some((part) => part.__incomplete__ === true),
  };
}

/** A number of bytes, exact up to 2^53; 0 for anything that is none. */
export function bytes(value: unknown): bigint {
  if (typeof value === "string" && /^\d{1,19}$/.test(value)) return BigInt(value);
  return BigInt(Math.trunc(number(value)));
}

function readPartition(json: Json): Partition {
  return {
    id: number(json.id),
    uuid: text(json.uuid),
    number: Number(/-part(\d{1,4})$/.exec(text(json.path))?.[1] ?? 0),
    size: bytes(json.size),
    bootable: json.bootable === true,
    filesystem: readFilesystem(json.filesystem),
    isDatastore: isDatastore(json.filesystem),
  };
}
