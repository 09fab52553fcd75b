import type { ConnectOptions } from "../connect.ts";
import type { OutputForm } from "../output.ts";

/** Options of the commands that change single items. */
export interface ChangeOptions extends ConnectOptions {
  readonly design: string;
  readonly layer?: string;
  /** Say what would be, and change nothing. */
  readonly dryRun?: boolean;
  /** Commit even what brings errors. */
  readonly allowInvalid?: boolean;
  readonly message?: string;
  readonly output: OutputForm;
}

/** What every request of such a command says; `what` stands for a message that wasn't given. */
export function commonRequest(options: ChangeOptions, what: string) {
  const { design, dryRun = false, allowInvalid = false, message = what } = options;
  return { design, validateOnly: dryRun, allowInvalid, message };
}
