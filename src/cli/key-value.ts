import { readFile } from "node:fs/promises";
import { CliError } from "./cli-error.ts";
import { exitCode } from "./exit-code.ts";

/** Reads `KEY=VALUE`, the value of the named option. */
export function pair(text: string, option: string): [string, string] {
  const equals = text.indexOf("=");
  if (equals > 0) return [text.slice(0, equals), text.slice(equals + 1)];
  throw new CliError(exitCode.usage, `${option} ${text} is not KEY=VALUE`, `see --help for what ${option} takes`);
}

/** The secret a file holds, without the line's end. */
export async function readSecret(path: string): Promise<string> {
  try {
    return (await readFile(path, "utf8")).trim();
  } catch (error) {
    throw new CliError(
      exitCode.usage,
      `${path} can't be read: ${(error as NodeJS.ErrnoException).code}`,
      "name a file that holds the secret",
    );
  }
}
