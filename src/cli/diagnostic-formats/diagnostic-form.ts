import { CliError } from "../cli-error.ts";
import { exitCode } from "../exit-code.ts";
import type { FormatReport } from "./report.ts";

/** How diagnostics are printed, and what makes the text. Only the form asked for is loaded. */
const forms = {
  table: async () => (await import("./table.ts")).formatTable,
  lines: async () => (await import("./lines.ts")).formatLines,
  json: async () => (await import("./value.ts")).formatJson,
  yaml: async () => (await import("./value.ts")).formatYaml,
  sarif: async () => (await import("./sarif.ts")).formatSarif,
  github: async () => (await import("./github.ts")).formatGithub,
} satisfies Record<string, () => Promise<FormatReport>>;

/** A form in which diagnostics are printed. */
export type DiagnosticForm = keyof typeof forms;

const names = Object.keys(forms);

/** The forms in words, for help and errors. */
export const diagnosticForms = `${names.slice(0, -1).join(", ")} or ${names.at(-1)}`;

/** Reads the value of `--output` of a command that prints diagnostics. */
export function parseDiagnosticForm(text: string): DiagnosticForm {
  if (isForm(text)) return text;
  throw new CliError(exitCode.usage, `${JSON.stringify(text)} is no output form`, `use -o ${diagnosticForms}`);
}

/** The function that makes a report's text in a form. */
export function reportFormat(form: DiagnosticForm): Promise<FormatReport> {
  return forms[form]();
}

function isForm(text: string): text is DiagnosticForm {
  return Object.hasOwn(forms, text);
}
