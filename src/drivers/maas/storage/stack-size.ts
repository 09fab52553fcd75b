import { BLOCK } from "./size.ts";

/** What the superblock of a RAID takes of each member. */
const SUPERBLOCK = 128n * 1024n;

/** Bytes of a volume group over physical volumes of these sizes: whole extents, one of each volume for its metadata. */
export function groupBytes(sizes: readonly bigint[]): bigint {
  const extents = sum(sizes) / BLOCK - BigInt(sizes.length);
  return extents > 0n ? extents * BLOCK : 0n;
}

/** Bytes of a RAID of members of these sizes. The smallest tells what each gives, except at level 0. */
export function raidBytes(level: string, active: readonly bigint[], spares: readonly bigint[] = []): bigint {
  const smallest = [...active, ...spares].reduce<bigint | undefined>(
    (least, size) => (least === undefined || size < least ? size : least),
    undefined,
  );
  if (smallest === undefined) return 0n;
  const members = BigInt(active.length);
  switch (level) {
    case "raid-0":
      return sum(active) - SUPERBLOCK * members;
    case "raid-5":
      return smallest * (members - 1n) - SUPERBLOCK;
    case "raid-6":
      return smallest * (members - 2n) - SUPERBLOCK;
    case "raid-10":
      return (smallest * members) / 2n - SUPERBLOCK;
    default:
      return smallest - SUPERBLOCK;
  }
}

function sum(sizes: readonly bigint[]): bigint {
  return sizes.reduce((total, size) => total + size, 0n);
}
