import type { Command } from "commander";
import { parseCount, parseName } from "../design-option.ts";
import { parseFields } from "../field-columns.ts";
import { parseRevisionWord } from "../revision-word.ts";
import { addCommand, type End, list, none, withDesign } from "./command-parts.ts";

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
  const readsAnyRevision = (command: Command) =>
    withDesign(command).option(
      "--revision <revision>",
      "as of this revision: a number, a tag, or a time such as 2026-11-30T12:00:00Z; by default the head",
      parseRevisionWord,
    );
  readsAnyRevision(
    addCommand(
      program,
      "get [item]",
      "Read effective items: KIND or KIND/NAME; all without",
      `bedplate get Node --design plant7 --filter 'rack == "r02" && "gpu" in tags' --fields fqdn,platform.image`,
    ),
  )
    .option("--raw", "what each layer declared, in place of what results", false)
    .option("--filter <expression>", "only items this CEL expression is true for; see docs/site-engineer.md")
    .option("--fields <paths>", "only these fields, as columns of a table; may be repeated", parseFields, none)
    .option("--order-by <paths>", 'in this order, such as "spec.metadata.rack, name desc"')
    .option("--count", "how many there are", false)
    .option(
      "--group-by <expression>",
      "how many have the same value of this CEL expression; may be repeated",
      list,
      none,
    )
    .action(async (item, options) => end(await (await import("../get.ts")).get(item, options)));
  readsAnyRevision(
    addCommand(
      program,
      "explain <item> <field>",
      "Tell where a value came from",
      "bedplate explain Node/ctl01 platform.image --design plant7",
    ),
  ).action(async (item, field, options) => end(await (await import("../explain.ts")).explain(item, field, options)));
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
    .option("--statuses", "tell the state of nodes, too; without an item nothing but that", false)
    .option("--revisions", "tell new revisions, too; without an item nothing but those", false)
    .option("--count <number>", "end after so many changes", parseCount)
    .option("--timeout <seconds>", "end after this long", parseCount)
    .action(async (item, options) => end(await (await import("../watch-design.ts")).watchDesign(item, options)));
  const node = program.command("node").summary("Follow nodes").description("Follow nodes");
  withDesign(
    addCommand(
      node,
      "list",
      "List nodes and how far each has come",
      `bedplate node list --design plant7 --filter 'status.phase == "DEPLOYED" && design_changed'`,
    ),
  )
    .option("--filter <expression>", "only nodes this CEL expression is true for; see docs/site-engineer.md")
    .option("--order-by <paths>", 'in this order, such as "rack, status.phase desc"')
    .action(async (options) => end(await (await import("../node.ts")).listNodes(options)));
  withDesign(addCommand(node, "get <name>", "Show a node's state", "bedplate node get ctl01 --design plant7")).action(
    async (name, options) => end(await (await import("../node.ts")).getNode(name, options)),
  );
  withDesign(
    addCommand(
      node,
      "drift [name]",
      "Show how deployed nodes differed from the design when last compared",
      "bedplate node drift --design plant7",
    ),
  )
    .option("--all", "nodes without a difference, too", false)
    .action(async (name, options) => end(await (await import("../node-drift.ts")).nodeDrift(name, options)));
  withDesign(
    addCommand(
      node,
      "hardware <name>",
      "Show what a node is made of, and how that differs from its hardware profile",
      "bedplate node hardware ctl01 --design plant7",
    ),
  ).action(async (name, options) => end(await (await import("../node-hardware.ts")).nodeHardware(name, options)));
  withDesign(
    addCommand(
      node,
      "scripts <name>",
      "Show how scripts went that ran on a node, or what one printed",
      "bedplate node scripts ctl01 --design plant7 --show firmware-update",
    ),
  )
    .option("--show <script>", "print what this script printed when it last ran")
    .option("--job <id>", "only what this job collected first")
    .action(async (name, options) => end(await (await import("../node-scripts.ts")).nodeScripts(name, options)));
  withDesign(
    addCommand(
      node,
      "network <name>",
      "Show a node's names, name servers, addresses and routes",
      "bedplate node network ctl01 --design plant7",
    ),
  )
    .option("--revision <revision>", "as of this revision: a number, a tag or a time", parseRevisionWord)
    .action(async (name, options) => end(await (await import("../node-network.ts")).nodeNetwork(name, options)));
  withDesign(
    addCommand(
      node,
      "events <name>",
      "Show what happened to a node: its tasks in all jobs, and the lines it wrote",
      "bedplate node events ctl01 --design plant7 --follow",
    ),
  )
    .option("--after <number>", "only events after this one", parseCount)
    .option("--follow", "go on with what happens next", false)
    .action(async (name, options) => end(await (await import("../events/node-events.ts")).nodeEvents(name, options)));
  withDesign(
    addCommand(node, "log <name>", "Show the lines a node wrote", "bedplate node log ctl01 --design plant7 --follow"),
  )
    .option("--after <number>", "only events after this one", parseCount)
    .option("--follow", "go on with what it writes next", false)
    .action(async (name, options) => end(await (await import("../events/node-events.ts")).nodeLog(name, options)));
}
