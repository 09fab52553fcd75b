import type { Command } from "commander";
import { addCommand, type End, withOutput } from "./command-parts.ts";

/** The commands that work with nothing running. */
export function addOfflineCommands(program: Command, end: End): void {
  withOutput(
    addCommand(
      program,
      "validate <path...>",
      "Check a design, with nothing running",
      "bedplate validate examples/site",
    ),
  ).action(async (paths, options) => end(await (await import("../validate.ts")).validate(paths, options)));
  withOutput(
    addCommand(
      program,
      "resolve <path...>",
      "Print effective items, or where a value came from, with nothing running",
      "bedplate resolve examples/site Node/ctl01 --explain platform.image",
    ),
  )
    .usage("[options] <path...> [KIND[/NAME]]")
    .option("--explain <field>", 'tell where the value of a field came from, such as interfaces["bond0"].device_link')
    .action(async (args, options) => end(await (await import("../resolve.ts")).resolve(args, options)));
}
