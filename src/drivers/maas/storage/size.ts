import { hardwareMismatch, invalidField } from "../driver-error.ts";

/** A size as a design writes it: exactly or at least so many bytes, or a share of the whole. */
export interface SizeExpression {
  readonly source: string;
  /** Whether everything that is left is meant, if it is at least this much. */
  readonly isMinimum: boolean;
  /** Numerator over `divisor`: bytes, or hundredths of the whole. */
  readonly amount: bigint;
  readonly divisor: bigint;
  readonly isShare: boolean;
}

/** What a size is measured against. */
export interface Room {
  /** Bytes of the disk or volume group. */
  readonly total: bigint;
  /** Bytes nothing else takes. */
  readonly available: bigint;
}

/** MAAS allots space in blocks of 4 MiB and rounds down; extents of LVM are as large. */
export const BLOCK = 4n * 1024n * 1024n;

/** Exact sizes differ by less than this when only MAAS's rounding differs. */
const ROUNDING = 2n * BLOCK;

/** Sizes of all that is left differ by less than this: by rounding, the reserve and a partition table. */
const REST_ROUNDING = 4n * BLOCK;

const UNITS: ReadonlyMap<string, bigint> = new Map([
  ["", 1n],
  ["b", 1n],
  ["k", 10n ** 3n],
  ["m", 10n ** 6n],
  ["g", 10n ** 9n],
  ["t", 10n ** 12n],
  ["ki", 2n ** 10n],
  ["mi", 2n ** 20n],
  ["gi", 2n ** 30n],
  ["ti", 2n ** 40n],
]);

/** Reads `[>]N unit`, where N may have decimals and the unit is b, m, g, t (of 1000), mi, gi, ti (of 1024) or %. */
export function parseSize(source: string, path: string): SizeExpression {
  const match = /^(>?)\s*(\d{1,19})(?:\.(\d{1,6}))?\s*(%|[a-z]*)$/i.exec(source.trim());
  const unit = (match?.[4] ?? "").toLowerCase();
  const scale = unit === "%" ? 1n : (UNITS.get(unit) ?? UNITS.get(unit.replace(/b$/, "")));
  if (match === null || scale === undefined) {
    throw invalidField(path, `"${source}" is not a size`, 'write sizes such as "50g", "2gi", "20%" or ">100g"');
  }
  const decimals = match[3] ?? "";
  const amount = BigInt(`${match[2]}${decimals}`) * scale;
  const divisor = 10n ** BigInt(decimals.length) * (unit === "%" ? 100n : 1n);
  return { source: source.trim(), isMinimum: match[1] === ">", amount, divisor, isShare: unit === "%" };
}

/** The bytes a size comes to at least, rounded down; a share is of the whole, whatever is left of it. */
export function leastBytes(size: SizeExpression, total: bigint): bigint {
  return (size.isShare ? size.amount * total : size.amount) / size.divisor;
}

/**
 * The bytes a size takes: a minimum takes all that is available but 4 MiB. Undefined when as much is not available.
 */
export function bytesTaken(size: SizeExpression, { total, available }: Room): bigint | undefined {
  const least = leastBytes(size, total);
  if (least > available) return undefined;
  if (!size.isMinimum) return least;
  return available > BLOCK ? available - BLOCK : 0n;
}

/** The same, but HARDWARE_MISMATCH, with both sizes, when as much is not available. */
export function requiredBytes(size: SizeExpression, room: Room, what: string, machine: string): bigint {
  const taken = bytesTaken(size, room);
  if (taken !== undefined) return taken;
  throw hardwareMismatch(
    machine,
    `${what} of machine ${machine} needs ${size.source}, ${leastBytes(size, room.total)} bytes, and ${room.available} bytes are left`,
    "make it smaller in the design, or give the machine a larger disk",
  );
}

/** Rounds down to what MAAS allots. */
export function wholeBlocks(bytes: bigint): bigint {
  return bytes < 0n ? 0n : bytes - (bytes % BLOCK);
}

/** Whether something of `present` bytes is what was asked for with `wanted` bytes, MAAS's rounding aside. */
export function isRounded(present: bigint, wanted: bigint, isRest: boolean): boolean {
  const tolerance = isRest ? REST_ROUNDING : ROUNDING;
  const difference = present - wanted;
  return difference < tolerance && difference > -tolerance;
}
