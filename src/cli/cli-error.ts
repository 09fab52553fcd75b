import type { ExitCode } from "./exit-code.ts";

/** An end of a command that its user can do something about: one line, the next step, and the exit code. */
export class CliError extends Error {
  readonly code: ExitCode;
  readonly hint: string | undefined;

  constructor(code: ExitCode, message: string, hint?: string) {
    super(message);
    this.name = "CliError";
    this.code = code;
    this.hint = hint;
  }
}
