import { CliError } from "./cli-error.ts";
import { exitCode } from "./exit-code.ts";

const name = /^[A-Za-z0-9]([A-Za-z0-9._-]{0,251}[A-Za-z0-9])?$/;

/** Reads the name of a design, a driver instance or another thing that Bedplate names. */
export function parseName(text: string): string {
  if (name.test(text)) return text;
  throw new CliError(
    exitCode.usage,
    `${JSON.stringify(text)} is no name`,
    "use letters, digits, dots, hyphens and underscores; begin and end with a letter or digit",
  );
}

/** Reads a whole number that isn't negative, such as a revision. */
export function parseCount(text: string): number {
  if (/^\d{1,15}$/.test(text)) return Number(text);
  throw new CliError(exitCode.usage, `${JSON.stringify(text)} is no number`, "write a whole number, such as 3");
}

/** Reads `KIND` or `KIND/NAME`. */
export function parseItem(text: string): { readonly kind: string; readonly name: string | undefined } {
  const slash = text.indexOf("/");
  return slash < 0 ? { kind: text, name: undefined } : { kind: text.slice(0, slash), name: text.slice(slash + 1) };
}

/** Reads `KIND/NAME`. */
export function parseWholeItem(text: string): { readonly kind: string; readonly name: string } {
  const { kind, name } = parseItem(text);
  if (kind !== "" && name !== undefined && name !== "") return { kind, name };
  throw new CliError(exitCode.usage, `${JSON.stringify(text)} names no item`, "write KIND/NAME, such as Node/n01");
}
