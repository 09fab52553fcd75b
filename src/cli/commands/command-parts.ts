import type { Command } from "commander";
import { parseName } from "../design-option.ts";
import type { ExitCode } from "../exit-code.ts";
import { parseOutputForm } from "../output.ts";

/** Takes the exit code of the command that was run. */
export type End = (code: ExitCode) => void;

/** Gathers the values of an option that may be repeated. */
export const list = (value: string, earlier: readonly string[]): readonly string[] => [...earlier, value];

/** The values of a repeatable option that wasn't given. */
export const none: readonly string[] = [];

/** Adds a command with its summary and an example of use. */
export function addCommand(parent: Command, usage: string, summary: string, example: string): Command {
  return parent.command(usage).summary(summary).description(summary).addHelpText("after", `\nExample:\n  ${example}`);
}

/** A command that prints a result. */
export function withOutput(command: Command): Command {
  return command.option("-o, --output <form>", "table, yaml or json", parseOutputForm, "table");
}

/** A command that calls a server. */
export function withConnection(command: Command): Command {
  return withOutput(command)
    .option("--server <url>", "the server", process.env.BEDPLATE_SERVER ?? "http://127.0.0.1:7070")
    .option("--token-file <file>", "file with the token; found by itself on the server's own machine");
}

/** A command about one design on a server. */
export function withDesign(command: Command): Command {
  return withConnection(command).requiredOption("--design <name>", "the design", parseName);
}

/** A command that has other programs read or check a design. */
export function withPlugins(command: Command): Command {
  return command
    .option("--consumer <command>", "a program that reads the files in place of Bedplate, repeatable", list, none)
    .option("--validator <command>", "a program that checks the items, too, repeatable", list, none);
}
