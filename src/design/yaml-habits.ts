import type { FindingText } from "./place.ts";

/** A value written as YAML 1.1 has it: what was found and how it was read, for a message. */
export interface ScalarHabit {
  readonly found: string;
  readonly read: string;
}

/** What is told of such a value. */
export function habitFinding({ found, read }: ScalarHabit, field: string): FindingText {
  return {
    rule: "yaml-1-1",
    severity: "info",
    message: `found ${found}, read as ${read}, expected true or false`,
    hint: `write ${read}: readers of YAML 1.2 take the word for a text`,
    field,
  };
}

const truths: ReadonlyMap<string, boolean> = new Map([
  ...["yes", "on", "y"].map((word) => [word, true] as const),
  ...["no", "off", "n"].map((word) => [word, false] as const),
]);

/** What YAML 1.1 takes a word for that is a text to YAML 1.2: `yes`, `on`, `y`, `no`, `off`, `n`, in whatever letters. Undefined for any other. */
export function truthOfHabit(word: string): boolean | undefined {
  return truths.get(word.toLowerCase());
}

const octal = /^([-+]?)0([0-7_]+)$/;
const based = /^0(?:x[0-9a-fA-F]{1,12}|o[0-7]{1,15})$/;
const zeros = /^[-+]?0+[0-9_]+$/;
const grouped = /^([-+]?[1-9][0-9_]*)$/;
const sexagesimal = /^[1-9][0-9_]*(?::[0-5]?[0-9])+$/;

/**
 * What YAML 1.1 (3rd draft of 2005, the integer type) would have read in a text that YAML 1.2 doesn't take for the same number, as a hint: octal digits behind
 * a zero, underscores, and parts of sixty; and of other bases how the number is written. Undefined for any other text.
 */
export function numberOfHabit(text: string): string | undefined {
  const [, sign = "", digits] = octal.exec(text) ?? [];
  if (digits !== undefined) {
    const read = Number.parseInt(digits.replaceAll("_", ""), 8);
    if (!Number.isSafeInteger(read)) return undefined;
    const plain = withoutZeros(text);
    return `YAML 1.1 reads ${sign}${read} there, other readers ${plain}; write the number that is meant without zeros in front`;
  }
  if (based.test(text)) return `write ${Number(text)}`;
  if (zeros.test(text)) return `write ${withoutZeros(text)}, without zeros in front`;
  if (text.includes("_") && grouped.test(text)) return `YAML 1.1 reads ${text.replaceAll("_", "")} there; write that`;
  if (sexagesimal.test(text)) {
    const read = text.split(":").reduce((sum, part) => sum * 60 + Number(part.replaceAll("_", "")), 0);
    return `YAML 1.1 reads ${read} there, in parts of sixty; write a whole number`;
  }
  return undefined;
}

function withoutZeros(text: string): string {
  return text.replaceAll("_", "").replace(/^([-+]?)0+(?=[0-9])/, "$1");
}
