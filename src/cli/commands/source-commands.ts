import type { Command } from "commander";
import { addCommand, type End, withConnection } from "./command-parts.ts";

/** The commands about what a server follows. */
export function addSourceCommands(program: Command, end: End): void {
  const summary = "Follow repositories and NetBoxes";
  const source = program.command("source").summary(summary).description(summary);
  withConnection(
    addCommand(source, "list", "List what the server follows, and how far", "bedplate source list"),
  ).action(async (options) => end(await (await import("../source.ts")).listSources(options)));
  withConnection(
    addCommand(source, "sync <name>", "Have the server look at a source now", "bedplate source sync plant7-git"),
  ).action(async (name, options) => end(await (await import("../source.ts")).syncSource(name, options)));
}
