/** Bytes of each unit: m, g and t are decimal, mi, gi and ti binary; a "b" may follow. */
const units: ReadonlyMap<string, bigint> = new Map([
  ["m", 10n ** 6n],
  ["g", 10n ** 9n],
  ["t", 10n ** 12n],
  ["mi", 2n ** 20n],
  ["gi", 2n ** 30n],
  ["ti", 2n ** 40n],
]);

/** Units of sizes that hardware is known by, which may be exact numbers of bytes. */
const moreUnits: ReadonlyMap<string, bigint> = new Map([["", 1n], ["k", 10n ** 3n], ["ki", 2n ** 10n], ...units]);

/** What a size of everything that is left leaves free, in bytes. */
const RESERVE = 4n * 1024n * 1024n;

/** A size of a partition or logical volume: so many bytes or hundredths of the whole, exactly or at least. */
export interface SizeExpression {
  /** Everything that is left is meant, if it is at least this much. */
  readonly isMinimum: boolean;
  /** A percentage of the disk or volume group. */
  readonly isShare: boolean;
  /** Bytes, or percent, over `divisor`. */
  readonly amount: bigint;
  /** A power of ten: sizes may have decimals. */
  readonly divisor: bigint;
}

/** Reads `[>]N unit`, N above zero with at most six decimals, the unit one of m, g, t, mi, gi, ti (a "b" may follow) or %; undefined for anything else. */
export function parseSizeExpression(text: string): SizeExpression | undefined {
  const match = /^(>?)\s*(\d{1,15})(?:\.(\d{1,6}))?\s*([a-z]{1,3}|%)$/i.exec(text.trim());
  if (match === null) return undefined;
  const [, sign, digits = "", decimals = "", unit = ""] = match;
  const isShare = unit === "%";
  const factor = isShare ? 1n : units.get(unitName(unit));
  const number = BigInt(`${digits}${decimals}`);
  const divisor = 10n ** BigInt(decimals.length);
  if (factor === undefined || number === 0n || (isShare && number > 100n * divisor)) return undefined;
  return { isMinimum: sign === ">", isShare, amount: number * factor, divisor };
}

/** The bytes a size comes to at least, rounded down; a share is of the total, whatever is left of it. */
export function leastBytes({ isShare, amount, divisor }: SizeExpression, total: bigint): bigint {
  return isShare ? (amount * total) / (100n * divisor) : amount / divisor;
}

/**
 * The bytes a size takes of a disk or group of so many bytes in total and so many still available; undefined when it doesn't fit. A minimum takes all that is
 * available but 4 MiB.
 */
export function bytesTaken(size: SizeExpression, total: bigint, available: bigint): bigint | undefined {
  const least = leastBytes(size, total);
  if (least > available) return undefined;
  if (!size.isMinimum) return least;
  return available > RESERVE ? available - RESERVE : 0n;
}

/** The bytes of a size that hardware is known by, such as "480g" (decimal), "256gi" (binary) or bytes without a unit; undefined for other text. */
export function parseBytes(text: string): bigint | undefined {
  const match = /^(\d{1,19})(?:\.(\d{1,6}))?\s*([a-z]{0,3})$/i.exec(text.trim());
  if (match === null) return undefined;
  const [, digits = "", decimals = "", unit = ""] = match;
  const factor = moreUnits.get(unitName(unit));
  return factor === undefined ? undefined : (BigInt(`${digits}${decimals}`) * factor) / 10n ** BigInt(decimals.length);
}

/** Bytes as people read them: "480.1 GB", rounded down. */
export function bytesText(bytes: bigint): string {
  const scale = [
    ["TB", 10n ** 12n],
    ["GB", 10n ** 9n],
    ["MB", 10n ** 6n],
  ] as const;
  for (const [unit, factor] of scale) {
    if (bytes < factor) continue;
    const tenths = (bytes * 10n) / factor;
    return `${tenths / 10n}${tenths % 10n === 0n ? "" : `.${tenths % 10n}`} ${unit}`;
  }
  return `${bytes} bytes`;
}

function unitName(unit: string): string {
  return unit.toLowerCase().replace(/b$/, "");
}
