/** Everything MAAS allots on a disk is a multiple of 4 MiB. */
export const BLOCK = 4 * 1024 * 1024;

const FACTORS: Readonly<Record<string, number>> = { "": 1, K: 1e3, M: 1e6, G: 1e9, T: 1e12, P: 1e15 };

/** Reads a size: bytes, or a number with a suffix K, M, G, T or P of powers of 1000. `undefined` when it is neither. */
export function parseSize(source: string): number | undefined {
  const match = /^(\d{1,18}(?:\.\d{1,9})?)\s*([KMGTP]?)(?:i?B)?$/i.exec(source.trim());
  const factor = FACTORS[(match?.[2] ?? "").toUpperCase()];
  if (match?.[1] === undefined || factor === undefined) return undefined;
  const bytes = Math.floor(Number(match[1]) * factor);
  return Number.isSafeInteger(bytes) ? bytes : undefined;
}

/** Rounds down to a multiple of 4 MiB. */
export function roundDown(bytes: number): number {
  return Math.floor(bytes / BLOCK) * BLOCK;
}

/** A size for people, in powers of 1000, such as `107.4 GB`. */
export function humanSize(bytes: number): string {
  const units = ["bytes", "kB", "MB", "GB", "TB", "PB"];
  let value = bytes;
  let unit = 0;
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000;
    unit += 1;
  }
  return `${unit === 0 ? value : value.toFixed(1)} ${units[unit]}`;
}
