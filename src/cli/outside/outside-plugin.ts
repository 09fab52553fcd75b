import { ConnectError } from "@connectrpc/connect";
import type { Diagnostic } from "../../design/diagnostic.ts";
import type { PluginCommand, PluginContract } from "../../plugins/plugin-command.ts";
import { visible } from "../diagnostics.ts";
import { note } from "../output.ts";
import { OUTSIDE_RULES } from "./outside-rules.ts";
import { splitCommand } from "./split-command.ts";

/** How long one call of an outside plugin may take, in milliseconds. */
export const CALL_MS = 60_000;
/** Most bytes of what one call sends: the 4 MiB of a message, less some for what is around it. */
export const CALL_BYTES = 4 * 1024 * 1024 - 65_536;

/** The plugin a command line stands for; its name is the command line, cut to 253 characters. */
export function outsidePlugin(text: string, contract: PluginContract): PluginCommand {
  const [command, ...args] = splitCommand(text, `--${contract}`);
  return { name: text.slice(0, 253), command, args, contract };
}

/** The finding that a plugin failed; `undone` says what was not done for it. */
export function failureOf(
  rule: keyof typeof OUTSIDE_RULES,
  error: unknown,
  undone: string,
): Omit<Diagnostic, "location"> {
  const reason = oneLine(ConnectError.from(error).rawMessage);
  return {
    rule,
    severity: OUTSIDE_RULES[rule].severity,
    message: `${reason}; ${undone}`.slice(0, 2048),
    hint: "run the plugin by hand to see what it says, and tell its author",
    related: [],
  };
}

/** A text of a plugin's on one line. */
export function oneLine(text: string): string {
  return text.replace(/\s*[\r\n]+\s*/g, " ").trim();
}

/** Shows a line a plugin wrote to its stderr. */
export function sayLine(line: string): void {
  note(visible(line));
}
