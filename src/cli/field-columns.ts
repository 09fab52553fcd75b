import { FieldPathError, type PathStep, parseFieldPath } from "../design/field-path.ts";
import { visibleText } from "../text/visible-text.ts";
import { CliError } from "./cli-error.ts";
import { exitCode } from "./exit-code.ts";

/** Reads the value of `--fields`: field paths with commas between, such as `fqdn,interfaces["bond0"].networks`. Throws `CliError`. */
export function parseFields(text: string, earlier: readonly string[]): readonly string[] {
  const paths = [""];
  for (const [piece] of text.matchAll(/"(?:[^"\\]|\\.)*"|[\s\S]/g)) {
    if (piece === ",") paths.push("");
    else paths[paths.length - 1] += piece;
  }
  const fields = paths.map((path) => path.trim());
  for (const field of fields) stepsOf(field);
  return [...earlier, ...fields];
}

/** The fields to ask a server for. The nth member of a list is found by its place, so of such lists all of it is asked for. */
export function askedFields(fields: readonly string[]): readonly string[] {
  return fields.map((field) => {
    const steps = stepsOf(field);
    const hasIndex = steps.some(({ type }) => type === "index");
    const [first] = steps;
    return hasIndex && first?.type === "field" ? first.name : field;
  });
}

/** What a specification has at each field, for people; "-" where there is nothing. */
export function fieldCells(spec: unknown, fields: readonly string[]): string[] {
  return fields.map((field) => {
    let value: unknown = spec;
    for (const step of stepsOf(field)) value = partOf(value, step);
    return cell(value);
  });
}

function stepsOf(field: string): readonly PathStep[] {
  try {
    return parseFieldPath(field);
  } catch (error) {
    if (!(error instanceof FieldPathError)) throw error;
    throw new CliError(exitCode.usage, error.message, 'write fields like fqdn,interfaces["bond0"].networks');
  }
}

/** Members of keyed lists come with their key, and with no other member: the one that says the key is it. */
function partOf(value: unknown, step: PathStep): unknown {
  if (typeof value !== "object" || value === null) return undefined;
  if (step.type === "index") return Array.isArray(value) ? value[step.index] : undefined;
  const key = step.type === "field" ? step.name : step.key;
  if (!Array.isArray(value)) return Object.hasOwn(value, key) ? (value as Record<string, unknown>)[key] : undefined;
  return value.find((member: unknown) => {
    if (typeof member !== "object" || member === null) return member === key;
    return Object.values(member).some((each) => each === key || String(each) === key);
  });
}

function cell(value: unknown): string {
  if (value === undefined || value === null) return "-";
  if (typeof value === "string") return visibleText(value);
  if (Array.isArray(value) && value.every((member) => typeof member === "string")) return visibleText(value.join(", "));
  return JSON.stringify(value);
}
