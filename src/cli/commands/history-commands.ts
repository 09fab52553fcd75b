import type { Command } from "commander";
import { CliError } from "../cli-error.ts";
import { parseCount, parseName } from "../design-option.ts";
import { exitCode } from "../exit-code.ts";
import { addCommand, type End, withConnection, withDesign, withPlugins } from "./command-parts.ts";

/** The commands about what a design was: what differs, who changed it, what it was called, and back to it. */
export function addHistoryCommands(program: Command, end: End): void {
  withPlugins(
    withConnection(
      addCommand(
        program,
        "diff <a> [b]",
        "Tell what differs between two designs in files, or between two revisions",
        [
          "bedplate diff site-old/ site-new/                     two designs in files, with nothing running",
          "bedplate diff 3 7 --design plant7                     two revisions on a server",
          "bedplate diff v1.0 --design plant7 --item Node/ctl01  one item, since a tag",
        ].join("\n  "),
      ),
    ),
  )
    .option("--design <name>", "the design on a server: A and B are revisions of it (number, tag or time)", parseName)
    .option("--effective", "what results (the default)")
    .option("--raw", "what each layer declares")
    .option("--item <item>", "compare KIND or KIND/NAME alone")
    .option("--exit-code", "end with 1 when something differs")
    .action(async (a, b, options) => end(await (await import("../diff.ts")).diff(a, b, options)));
  withDesign(
    addCommand(
      program,
      "history [item] [field]",
      "List revisions, or who changed an item or a field of it",
      ["bedplate history --design plant7", "bedplate history Node/ctl01 platform.image --design plant7"].join("\n  "),
    ),
  )
    .option("--raw", "of an item: what each layer declared, in place of what resulted")
    .option("--limit <number>", "how many at most, newest first", parseLimit, 100)
    .action(async (item, field, options) => end(await (await import("../history.ts")).history(item, field, options)));
  withDesign(
    addCommand(
      program,
      "restore <revision>",
      "Make an earlier revision the next one",
      "bedplate restore v1.0 --design plant7 -m 'the new images fail'",
    ),
  )
    .option("-m, --message <text>", "why")
    .option("--dry-run", "say what would be, and change nothing", false)
    .option("--expect-revision <number>", "refuse when the design has moved past this revision", parseCount)
    .action(async (revision, options) => end(await (await import("../restore.ts")).restore(revision, options)));
  withDesign(
    addCommand(
      program,
      "tag <revision> [name]",
      "Give a revision a name, or take it away",
      ["bedplate tag head v1.0 --design plant7", "bedplate tag v1.0 --delete --design plant7"].join("\n  "),
    ),
  )
    .option("--move", "take the name from the revision that has it", false)
    .option("--delete", "take the name away", false)
    .action(async (revision, name, options) => end(await (await import("../tag.ts")).tag(revision, name, options)));
}

function parseLimit(text: string): number {
  const limit = parseCount(text);
  if (limit > 0) return limit;
  throw new CliError(exitCode.usage, "a limit of 0 shows nothing", "write a number from 1 on");
}
