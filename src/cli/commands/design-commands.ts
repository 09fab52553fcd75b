import type { Command } from "commander";
import { parseCount, parseName } from "../design-option.ts";
import { addCommand, type End, withDesign } from "./command-parts.ts";

/** The commands that read and change a design on a server. */
export function addDesignCommands(program: Command, end: End): void {
  withDesign(
    addCommand(
      program,
      "submit <path...>",
      "Commit a design, or layers of it",
      "bedplate submit examples/site --design plant7",
    ),
  )
    .option("--layer <name>", "layer for every document; by default the layers the file names suggest", parseName)
    .option("--expect-revision <number>", "refuse when the design has moved past this revision", parseCount)
    .option("-m, --message <text>", "what the change is for")
    .action(async (paths, options) => end(await (await import("../submit.ts")).submit(paths, options)));
  const reads = (command: Command) =>
    withDesign(command).option("--revision <number>", "as of this revision", parseCount, 0);
  reads(
    addCommand(program, "get <item>", "Read effective items: KIND or KIND/NAME", "bedplate get Node --design plant7"),
  )
    .option("--raw", "what each layer declared, in place of what results", false)
    .action(async (item, options) => end(await (await import("../get.ts")).get(item, options)));
  reads(
    addCommand(
      program,
      "explain <item> <field>",
      "Tell where a value came from",
      "bedplate explain Node/ctl01 platform.image --design plant7",
    ),
  ).action(async (item, field, options) => end(await (await import("../get.ts")).explain(item, field, options)));
  reads(addCommand(program, "history", "List revisions", "bedplate history --design plant7")).action(async (options) =>
    end(await (await import("../get.ts")).history(options)),
  );
  withDesign(
    addCommand(
      program,
      "watch [item]",
      "Tell what changes in a design: KIND or KIND/NAME, or everything",
      "bedplate watch Node --design plant7",
    ),
  )
    .option(
      "--after <sequence>",
      "begin after this change, 0 for everything kept; without it with what comes next",
      parseCount,
    )
    .option("--statuses", "the state of nodes: with an item beside it, else alone", false)
    .option("--revisions", "new revisions: with an item beside it, else alone", false)
    .option("--count <number>", "end after so many changes", parseCount)
    .option("--timeout <seconds>", "end after this long", parseCount)
    .action(async (item, options) => end(await (await import("../watch-design.ts")).watchDesign(item, options)));
  const node = program.command("node").summary("Follow nodes").description("Follow nodes");
  withDesign(
    addCommand(node, "list", "List nodes and how far each has come", "bedplate node list --design plant7"),
  ).action(async (options) => end(await (await import("../node.ts")).listNodes(options)));
  withDesign(addCommand(node, "get <name>", "Show a node's state", "bedplate node get ctl01 --design plant7")).action(
    async (name, options) => end(await (await import("../node.ts")).getNode(name, options)),
  );
  withDesign(
    addCommand(node, "hardware <name>", "Show what a node is made of", "bedplate node hardware ctl01 --design plant7"),
  ).action(async (name, options) => end(await (await import("../node.ts")).getHardware(name, options)));
}
