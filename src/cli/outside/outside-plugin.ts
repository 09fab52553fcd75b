import { ConnectError } from "@connectrpc/connect";
import type { PluginCommand, PluginContract } from "../../plugins/plugin-command.ts";
import { visible } from "../diagnostics.ts";
import { note } from "../output.ts";
import { splitCommand } from "./split-command.ts";

/** How long one call of an outside plugin may take, in milliseconds. */
export const CALL_MS = 60_000;

/** The plugin a command line stands for; its name is the command line, cut to 253 characters. */
export function outsidePlugin(text: string, contract: PluginContract): PluginCommand {
  const [command, ...args] = splitCommand(text, `--${contract}`);
  return { name: text.slice(0, 253), command, args, contract };
}

/** Why a call failed. */
export function reasonOf(error: unknown): string {
  return ConnectError.from(error).rawMessage;
}

/** Shows a line a plugin wrote to its stderr. */
export function sayLine(line: string): void {
  note(visible(line));
}
