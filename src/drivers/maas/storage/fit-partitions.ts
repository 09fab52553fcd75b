import { invalidField } from "../driver-error.ts";
import type { Machine } from "../server/machine.ts";
import type { BlockDevice, Partition } from "./block-device.ts";
import { BLOCK, isRounded, leastBytes, requiredBytes, type SizeExpression, wholeBlocks } from "./size.ts";
import type { WantedPartition } from "./wanted-storage.ts";

const MIB = 1024n * 1024n;

/** A wanted partition with what is there of it. */
export interface FittedPartition {
  readonly wanted: WantedPartition;
  /** Undefined when it is to be made. */
  readonly present: Partition | undefined;
  /** Bytes to ask MAAS for; undefined for all that is left. */
  readonly asked: bigint | undefined;
  /** Bytes it has or will have, about. */
  readonly size: bigint;
}

/**
 * The wanted partitions of a disk, in order: the first that are there as wanted are kept, and from the first that isn't on all
 * are made anew. A size is one of the whole disk; one that takes what is left is counted after all others, wherever it stands.
 * HARDWARE_MISMATCH when one doesn't fit.
 */
export function fitPartitions(
  machine: Machine,
  disk: BlockDevice,
  wanted: readonly WantedPartition[],
): FittedPartition[] {
  const room = partitionRoom(machine, disk);
  const sizes = new Map<WantedPartition, Sized>();
  let taken = 0n;
  for (const want of inOrderOfSizes(wanted)) {
    const sized = wantedBytes(machine, disk, want, taken, room - taken);
    sizes.set(want, sized);
    taken += wholeBlocks(sized.bytes);
  }
  let isKeeping = true;
  return wanted.map((want, index): FittedPartition => {
    const { bytes, isRest } = sizes.get(want) ?? { bytes: 0n, isRest: false };
    const found = disk.partitions[index];
    isKeeping &&= found !== undefined && isAsWanted(found, want) && isRounded(found.size, bytes, isRest);
    const present = isKeeping ? found : undefined;
    // MAAS alone knows to the byte what its table takes of the rest.
    const takesAll = isRest && index === wanted.length - 1 && want.size?.isMinimum !== true;
    return { wanted: want, present, asked: takesAll ? undefined : bytes, size: present?.size ?? wholeBlocks(bytes) };
  });
}

interface Sized {
  readonly bytes: bigint;
  /** Whether it takes all that is left, about. */
  readonly isRest: boolean;
}

/** Those that take what is left after all others. */
export function inOrderOfSizes<W extends { readonly size: SizeExpression | undefined }>(wanted: readonly W[]): W[] {
  const takesRest = ({ size }: W) => size === undefined || size.isMinimum;
  return [...wanted.filter((want) => !takesRest(want)), ...wanted.filter(takesRest)];
}

/** What MAAS lets partitions of a disk take together: its table, a boot loader's place and rounding are off. */
export function partitionRoom({ architecture, bootMethod }: Machine, disk: BlockDevice): bigint {
  if (disk.partitions.length > 0) return disk.partitions.reduce((sum, { size }) => sum + size, disk.available);
  const isPower = architecture.startsWith("ppc64el");
  const isBios = architecture.startsWith("amd64") && bootMethod !== "uefi";
  return wholeBlocks(disk.size - 5n * MIB - (isPower ? 8n * MIB : 0n) - (isBios ? MIB : 0n));
}

function wantedBytes(
  { hostname }: Machine,
  disk: BlockDevice,
  { name, field, size }: WantedPartition,
  taken: bigint,
  left: bigint,
): Sized {
  const label = `partition ${name} of disk ${disk.name}`;
  const rest = { isMinimum: true, amount: BLOCK, divisor: 1n, isShare: false, source: "at least 4 MiB" };
  const available = disk.size - taken;
  if (size === undefined) {
    requiredBytes(rest, { total: disk.size, available: left }, label, hostname);
    return { bytes: left, isRest: true };
  }
  const least = requiredBytes({ ...size, isMinimum: false }, { total: disk.size, available }, label, hostname);
  if (least < BLOCK && !size.isMinimum) {
    throw invalidField(`spec.${field}`, `${label} of ${size.source} is smaller than 4 MiB, the least MAAS allots`);
  }
  // Its tables may take the last few MiB of what a size asks for.
  if (size.isMinimum) requiredBytes(rest, { total: disk.size, available: left }, label, hostname);
  const bytes = size.isMinimum && left - BLOCK >= leastBytes(size, disk.size) ? left - BLOCK : least;
  return { bytes: bytes > left ? left : bytes, isRest: size.isMinimum || bytes > left };
}

function isAsWanted(present: Partition, { uuid, isBootable }: WantedPartition): boolean {
  return (
    !present.isDatastore &&
    (uuid === "" || present.uuid.toLowerCase() === uuid.toLowerCase()) &&
    (!isBootable || present.bootable)
  );
}
