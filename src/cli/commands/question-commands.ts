import type { Command } from "commander";
import { parseCount } from "../design-option.ts";
import { addCommand, type End, withDesign } from "./command-parts.ts";

/** The commands that answer what people ask of a design: who names what, and which addresses are whose. */
export function addQuestionCommands(program: Command, end: End): void {
  withDesign(
    addCommand(
      program,
      "references <item>",
      "List which items name an item, or which it names",
      [
        "bedplate references Network/mgmt --kind Node --design plant7",
        "bedplate references HostProfile/base --inheritance --design plant7",
        "bedplate references Node/ctl01 --outgoing --design plant7",
      ].join("\n  "),
    ),
  )
    .option("--outgoing", "what the item names, in place of who names it", false)
    .option("--kind <kind>", "of items of this kind alone")
    .option("--inheritance", "everything that inherits from it, or with --outgoing that it inherits from", false)
    .option("--revision <number>", "as of this revision", parseCount, 0)
    .action(async (item, options) => end(await (await import("../references.ts")).references(item, options)));
}
