import { type FieldMessages, invalidFields } from "./api-error.ts";

/** Raw field values in the order they were sent; a repeated key is a list. */
export type FieldValues = ReadonlyMap<string, readonly string[]>;

/** Bounds of a whole number field, both inclusive. */
export interface IntegerBounds {
  readonly min: number;
  readonly max: number;
}

/**
 * The fields of one request, read with the strictness of a form: every accessor notes what is wrong with its field
 * and answers `undefined`, and `check()` refuses the request with all notes at once.
 */
export interface Form {
  readonly names: readonly string[];
  has(name: string): boolean;
  /** The last value sent, trimmed; `undefined` when the field is absent. An empty string means "clear". */
  text(name: string): string | undefined;
  /** The last value sent, as it is; `undefined` when the field is absent. */
  raw(name: string): string | undefined;
  /** Like `text`, but notes an absent or empty field. */
  required(name: string): string | undefined;
  /** A whole number; empty counts as absent. */
  integer(name: string, bounds: IntegerBounds): number | undefined;
  /** `true`, `false`, `1` or `0`, in any case; empty counts as absent. */
  boolean(name: string): boolean | undefined;
  /** One of the choices; empty counts as absent. `message` says what another value is told. */
  choice<T extends string>(name: string, choices: readonly T[], message?: (value: string) => string): T | undefined;
  /** All values of a repeatable field. Empty values are dropped. */
  list(name: string): readonly string[];
  /** Notes a problem with a field. */
  fail(field: string, message: string): void;
  /** Throws a 400 with every problem noted so far, if there is any. */
  check(): void;
}

const TRUE_WORDS = new Set(["true", "1", "on"]);
const FALSE_WORDS = new Set(["false", "0", "off"]);

/** The message of a value that is not among a field's choices. */
export function invalidChoice(value: string): string {
  return `Select a valid choice. ${value} is not one of the available choices.`;
}

/** The message of the fields that tell their choices; `what` is the field's name. */
export function notAValid(what: string, choices: readonly string[]): (value: string) => string {
  const listed = choices.map((choice) => `'${choice}'`).join(", ");
  return (value) => `'${value}' is not a valid ${what}.  It should be one of: ${listed}.`;
}

/** A form over the fields of one request. */
export function createForm(values: FieldValues): Form {
  const problems = new Map<string, string[]>();
  const fail = (field: string, message: string) => {
    const messages = problems.get(field);
    if (messages === undefined) problems.set(field, [message]);
    else if (!messages.includes(message)) messages.push(message);
  };
  const text = (name: string) => values.get(name)?.at(-1)?.trim();
  const filled = (name: string) => text(name) || undefined;
  return {
    names: [...values.keys()],
    has: (name) => values.has(name),
    text,
    raw: (name) => values.get(name)?.at(-1),
    required(name) {
      const value = filled(name);
      if (value === undefined) fail(name, "This field is required.");
      return value;
    },
    integer(name, { min, max }) {
      const value = filled(name);
      if (value === undefined) return undefined;
      if (!/^[+-]?\d{1,15}$/.test(value)) {
        fail(name, "Enter a whole number.");
        return undefined;
      }
      const number = Number(value);
      if (number < min) fail(name, `Ensure this value is greater than or equal to ${min}.`);
      else if (number > max) fail(name, `Ensure this value is less than or equal to ${max}.`);
      else return number;
      return undefined;
    },
    boolean(name) {
      const value = filled(name)?.toLowerCase();
      if (value === undefined) return undefined;
      if (TRUE_WORDS.has(value)) return true;
      if (FALSE_WORDS.has(value)) return false;
      fail(name, `'${value}' is not a boolean: send true or false.`);
      return undefined;
    },
    choice(name, choices, message = invalidChoice) {
      const value = filled(name);
      if (value === undefined) return undefined;
      const match = choices.find((choice) => choice === value);
      if (match === undefined) fail(name, message(value));
      return match;
    },
    list: (name) => (values.get(name) ?? []).map((value) => value.trim()).filter((value) => value !== ""),
    fail,
    check() {
      if (problems.size > 0) throw invalidFields(Object.fromEntries(problems) satisfies FieldMessages);
    },
  };
}
