import { stripVTControlCharacters } from "node:util";
import { CliError } from "./cli-error.ts";
import { exitCode } from "./exit-code.ts";

/** How results are printed: tables for people, the others for programs. */
export type OutputForm = "table" | "yaml" | "json";

/** Reads the value of `--output`. */
export function parseOutputForm(text: string): OutputForm {
  if (text === "table" || text === "yaml" || text === "json") return text;
  throw new CliError(exitCode.usage, `${JSON.stringify(text)} is no output form`, "use -o table, -o yaml or -o json");
}

/** Prints a value for programs, with stable keys. */
export async function printValue(form: "yaml" | "json", value: unknown): Promise<void> {
  await print(await formatValue(form, value));
}

/** A value for programs as text, its last line ended. */
export async function formatValue(form: "yaml" | "json", value: unknown): Promise<string> {
  if (form === "json") return `${JSON.stringify(value, null, 2)}\n`;
  const { dump } = await import("js-yaml");
  return dump(JSON.parse(JSON.stringify(value)), { noRefs: true, lineWidth: 160 });
}

/** Prints a table: columns as wide as their widest cell, the words of the header in capitals; what is no word, such as a field path, as it is. */
export async function printTable(header: readonly string[], rows: readonly (readonly string[])[]): Promise<void> {
  const widths = header.map((title, column) =>
    rows.reduce((widest, row) => Math.max(widest, width(row[column] ?? "")), title.length),
  );
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, column) =>
        column === cells.length - 1 ? cell : cell + " ".repeat(Math.max(0, (widths[column] ?? 0) - width(cell))),
      )
      .join("  ")
      .trimEnd();
  await print(
    [line(header.map((title) => (/^[a-z ]+$/.test(title) ? title.toUpperCase() : title))), ...rows.map(line)]
      .map((text) => `${text}\n`)
      .join(""),
  );
}

/** Writes to standard output and waits until it took it, so that nothing is lost in a pipe when the process ends. */
export function print(text: string): Promise<void> {
  endWithReader();
  return new Promise((resolve) => {
    process.stdout.write(text, () => resolve());
  });
}

let watched = false;

/** A reader that has seen enough, such as `head`, closes the pipe: that is no failure of the command, and nothing more is worth writing. */
function endWithReader(): void {
  if (watched) return;
  watched = true;
  process.stdout.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code !== "EPIPE") throw error;
  });
}

/** Writes a message for people beside the result, to standard error. */
export function note(text: string): void {
  process.stderr.write(`${text}\n`);
}

/** Text in a colour when standard output is a terminal that wants colours. */
export function colored(text: string, color: "red" | "yellow" | "green" | "dim"): string {
  const wanted = process.env.FORCE_COLOR
    ? process.env.FORCE_COLOR !== "0"
    : process.stdout.isTTY === true && !process.env.NO_COLOR;
  const codes = { red: 31, yellow: 33, green: 32, dim: 2 } as const;
  return wanted ? `\u001b[${codes[color]}m${text}\u001b[0m` : text;
}

function width(text: string): number {
  // Escape sequences of `colored` take no room.
  return [...stripVTControlCharacters(text)].length;
}
