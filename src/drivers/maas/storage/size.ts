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
  /** Bytes not taken yet. */
  readonly available: bigint;
}

/** MAAS allots space in blocks of 4 MiB and rounds down. */
const BLOCK = 4n * 1024n * 1024n;

/** Differences below this are rounding: of the block size and of a volume's metadata. */
const TOLERANCE = 4n * BLOCK;

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

/** Reads `[>]N unit`, where N may have decimals and the unit is m, g, t (of 1000), mi, gi, ti (of 1024) or %. */
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

/** The bytes a size comes to at least; a share is of the whole, whatever is left of it. */
export function leastBytes(size: SizeExpression, total: bigint): bigint {
  return (size.isShare ? size.amount * total : size.amount) / size.divisor;
}

/**
 * The bytes to ask MAAS for; undefined for everything that is left, which a minimum means and a share may come to. MAAS
 * alone knows how much of the rest its tables take. HARDWARE_MISMATCH when there is not as much left.
 */
export function allot(size: SizeExpression, room: Room, what: string, machine: string): bigint | undefined {
  const least = leastBytes(size, room.total);
  if (least > room.available + TOLERANCE) {
    throw hardwareMismatch(
      machine,
      `${what} of machine ${machine} needs ${size.source}, ${least} bytes, and ${room.available} bytes are left`,
      "make it smaller in the design, or give the machine a larger disk",
    );
  }
  return size.isMinimum || least + TOLERANCE > room.available ? undefined : least;
}

/** Whether something of so many bytes is what a size asks for, rounding aside. */
export function isOfSize(size: SizeExpression, present: bigint, total: bigint): boolean {
  const difference = present - leastBytes(size, total);
  if (size.isMinimum) return difference > -TOLERANCE;
  return difference < TOLERANCE && difference > -TOLERANCE;
}

/** Whether so few bytes are left that nothing more could be made of them. */
export function isUsedUp(available: bigint): boolean {
  return available < 4n * TOLERANCE;
}
