import { suggest } from "../text/suggest.ts";
import type { ScalarSchema } from "./kind-schema.ts";
import type { Tree } from "./tree.ts";
import { numberOfHabit, type ScalarHabit, truthOfHabit } from "./yaml-habits.ts";

/** Why a value can't be what its field holds: what was found and expected, for a message, and the next step. */
export interface ScalarProblem {
  readonly rule: "wrong-type" | "invalid-value";
  readonly found: string;
  readonly expected: string;
  readonly hint: string;
}

/** A value read by the type of its field, with what is to be told of the way it was written; or why it can't be. */
export type ScalarReading =
  | { readonly value: string | number | boolean; readonly habit?: ScalarHabit; readonly problem?: never }
  | { readonly problem: ScalarProblem };

const LONGEST_QUOTE = 64;
const WHOLE_NUMBER = /^(?:0|[1-9][0-9]{0,15})$/;
const INTEGER = /^-?(?:0|[1-9][0-9]{0,15})$/;
const NUMBER = /^-?(?:0|[1-9][0-9]{0,30})(?:\.[0-9]{1,30})?(?:[eE][+-]?[0-9]{1,3})?$/;

/**
 * Reads a value by the type of its field: a text field takes numbers and truth values as they were written, a number field takes a number in quotes.
 * Checks the field's bounds.
 */
export function readScalar(value: Tree, schema: ScalarSchema): ScalarReading {
  switch (schema.type) {
    case "string":
      if (typeof value === "string") return readText(value, schema);
      if (typeof value === "number" || typeof value === "boolean") return readText(String(value), schema);
      return {
        problem: { rule: "wrong-type", found: describeValue(value), expected: "text", hint: "write a single value" },
      };
    case "bool":
      return readTruth(value);
    case "integer":
      return readInteger(value, schema);
    case "number":
      return readNumber(value, schema);
  }
}

/** A value as a message may quote it: texts in quotes and shortened, lists and records by their sort alone. */
export function describeValue(value: Tree): string {
  if (value === null) return "nothing";
  if (typeof value === "string") return JSON.stringify(shortened(value));
  if (typeof value !== "object") return String(value);
  return Array.isArray(value) ? "a list" : "a record";
}

function shortened(text: string): string {
  if (text.length <= LONGEST_QUOTE) return text;
  const points = [...text.slice(0, 2 * LONGEST_QUOTE + 1)];
  return points.length <= LONGEST_QUOTE ? text : `${points.slice(0, LONGEST_QUOTE).join("")}…`;
}

function readText(text: string, schema: ScalarSchema): ScalarReading {
  if (schema.in !== undefined && !schema.in.includes(text)) {
    const near = suggest(text, schema.in);
    const expected = schema.in.map((each) => JSON.stringify(each)).join(", ");
    return outside(text, schema.in.length === 1 ? expected : `one of ${expected}`, near && `did you mean "${near}"?`);
  }
  if (schema.maxLength !== undefined && text.length > schema.maxLength) {
    const length = [...text].length;
    if (length > schema.maxLength) {
      const expected = `at most ${schema.maxLength}`;
      const problem = { found: `a text of ${length} characters`, expected, hint: "shorten it" };
      return { problem: { rule: "invalid-value", ...problem } };
    }
  }
  if (schema.minLength !== undefined && [...text].length < schema.minLength) {
    return outside(text, `at least ${schema.minLength} characters`);
  }
  if (schema.pattern !== undefined && !schema.pattern.test(text)) {
    return outside(text, `text of the form ${schema.pattern.source}`);
  }
  return { value: text };
}

function readTruth(value: Tree): ScalarReading {
  if (value === true || value === "true") return { value: true };
  if (value === false || value === "false") return { value: false };
  if (typeof value === "string") {
    if (value === "True" || value === "TRUE") return { value: true };
    if (value === "False" || value === "FALSE") return { value: false };
    const habit = truthOfHabit(value);
    if (habit !== undefined) return { value: habit, habit: { found: describeValue(value), read: String(habit) } };
  }
  const meant = typeof value === "string" ? truthWords.get(value.toLowerCase()) : undefined;
  const hint = `write ${meant ?? "true or false"}`;
  return { problem: { rule: "wrong-type", found: describeValue(value), expected: "true or false", hint } };
}

const truthWords: ReadonlyMap<string, boolean> = new Map([
  ...["1", "true"].map((word) => [word, true] as const),
  ...["0", "false"].map((word) => [word, false] as const),
]);

function readInteger(value: Tree, { gte = 0, lte = 0xffffffff }: ScalarSchema): ScalarReading {
  const isWritten = typeof value === "string" && (gte < 0 ? INTEGER : WHOLE_NUMBER).test(value);
  const number = isWritten ? Number(value) : value;
  if (Number.isInteger(number) && Number(number) >= gte && Number(number) <= lte) return { value: Number(number) };
  return noNumber(value, typeof number === "number", `a whole number${boundsText(gte, lte)}`);
}

function readNumber(value: Tree, schema: ScalarSchema): ScalarReading {
  const { gte = Number.NEGATIVE_INFINITY, lte = Number.POSITIVE_INFINITY } = schema;
  const number = typeof value === "string" && NUMBER.test(value) ? Number(value) : value;
  if (Number.isFinite(number) && Number(number) >= gte && Number(number) <= lte) return { value: Number(number) };
  return noNumber(value, typeof number === "number", `a number${boundsText(gte, lte)}`);
}

function noNumber(value: Tree, isNumber: boolean, expected: string): ScalarReading {
  const hint = (typeof value === "string" ? numberOfHabit(value) : undefined) ?? `write ${expected}`;
  return { problem: { rule: isNumber ? "invalid-value" : "wrong-type", found: describeValue(value), expected, hint } };
}

/** The bounds of a number, those that are as wide as numbers go left out. */
function boundsText(gte: number, lte: number): string {
  const [least, most] = [gte > Number.MIN_SAFE_INTEGER, lte < Number.MAX_SAFE_INTEGER];
  if (least && most) return ` from ${gte} to ${lte}`;
  if (least) return ` of at least ${gte}`;
  return most ? ` of at most ${lte}` : "";
}

function outside(text: string, expected: string, hint = `write ${expected}`): ScalarReading {
  return { problem: { rule: "invalid-value", found: describeValue(text), expected, hint } };
}
