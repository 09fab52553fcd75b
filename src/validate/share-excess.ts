import { parseSizeExpression } from "../design/size.ts";
import type { StorageArea, StoragePart } from "./storage-parts.ts";

const micro = 10n ** 6n;

/** The first part of a disk or group with which the percentages come to more than 100, and what they come to; undefined where they don't. */
export function shareExcess({
  parts,
}: StorageArea): { readonly part: StoragePart; readonly percent: number } | undefined {
  let total = 0n;
  for (const part of parts) {
    const size = parseSizeExpression(part.size ?? "");
    if (size?.isShare !== true) continue;
    total += (size.amount * micro) / size.divisor;
    if (total > 100n * micro) return { part, percent: Number(total) / Number(micro) };
  }
  return undefined;
}
