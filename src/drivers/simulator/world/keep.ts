import type { Fields } from "./fields.ts";

const POOL_MAX = 50_000;
const LONGEST = 64;
const pool = new Map<string, string>();

/** The same fields in the least memory: machines have most values in common, so each text is kept once. */
export function keepFields(fields: Fields): Fields {
  const kept: Record<string, string> = {};
  for (const field in fields) kept[field] = keepText(fields[field] ?? "");
  return kept;
}

/** The same text, kept once when it is short. */
export function keepText(text: string): string {
  if (text.length > LONGEST) return text;
  const known = pool.get(text);
  if (known !== undefined) return known;
  if (pool.size < POOL_MAX) pool.set(text, text);
  return text;
}
