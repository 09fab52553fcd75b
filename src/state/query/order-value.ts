import { canonicalJson } from "../../design/canonical.ts";
import type { Tree } from "../../design/tree.ts";

/** Texts are told apart by so many characters, so that a page token stays short. */
const COMPARED_CHARACTERS = 128;

/** A value as lists are ordered by it: null where there is none; a list or record as its canonical JSON, in a list of one. */
export type OrderValue = null | boolean | number | string | readonly [string];

/** The value to order by. */
export function orderValue(value: Tree | undefined): OrderValue {
  if (value === undefined || value === null) return null;
  if (typeof value === "boolean" || typeof value === "number") return value;
  return typeof value === "string" ? cut(value) : [cut(canonicalJson(value))];
}

/** Whether something read from outside is a value to order by. */
export function isOrderValue(value: unknown): value is OrderValue {
  if (Array.isArray(value)) return value.length === 1 && typeof value[0] === "string";
  return value === null || ["boolean", "number", "string"].includes(typeof value);
}

/** Negative when one comes before the other, rising or falling. What isn't there comes last, either way. */
export function compareOrderValues(one: OrderValue, other: OrderValue, descending: boolean): number {
  if (one === null || other === null) return one === other ? 0 : one === null ? 1 : -1;
  const rising = rank(one) - rank(other) || compareAlike(one, other);
  return descending ? -rising : rising;
}

/** Negative when one text comes before the other by code point, as the database sorts names. */
export function compareTexts(one: string, other: string): number {
  if (one === other) return 0;
  const length = Math.min(one.length, other.length);
  for (let at = 0; at < length; at++) {
    const [a, b] = [one.charCodeAt(at), other.charCodeAt(at)];
    // Halves of a character beyond the first plane come after everything of that plane.
    if (a !== b) return (isHalf(a) ? a + 0x10000 : a) - (isHalf(b) ? b + 0x10000 : b);
  }
  return one.length - other.length;
}

function isHalf(unit: number): boolean {
  return unit >= 0xd800 && unit <= 0xdfff;
}

function rank(value: OrderValue): number {
  if (typeof value === "boolean") return 0;
  if (typeof value === "number") return 1;
  return typeof value === "string" ? 2 : 3;
}

function compareAlike(one: OrderValue, other: OrderValue): number {
  if (Array.isArray(one) && Array.isArray(other)) return compareTexts(one[0] ?? "", other[0] ?? "");
  if (typeof one === "string" && typeof other === "string") return compareTexts(one, other);
  return Number(one) - Number(other);
}

function cut(text: string): string {
  if (text.length <= COMPARED_CHARACTERS) return text;
  return [...text.slice(0, COMPARED_CHARACTERS * 2)].slice(0, COMPARED_CHARACTERS).join("");
}
