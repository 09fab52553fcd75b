import type { Command } from "commander";
import { parseCount, parseName } from "../design-option.ts";
import { parseRevisionWord } from "../revision-word.ts";
import { addCommand, type End, withDesign } from "./command-parts.ts";

const asOf = "as of this revision: a number, a tag, or a time with its zone (default head)";

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
    .option("--revision <revision>", asOf, parseRevisionWord)
    .action(async (item, options) => end(await (await import("../references.ts")).references(item, options)));
  const address = program
    .command("address")
    .summary("See and take addresses of a network")
    .description("See and take addresses of a network");
  withDesign(
    addCommand(
      address,
      "list <network>",
      "List who has which address of a network, or which are free",
      "bedplate address list mgmt --design plant7\n  bedplate address list mgmt --free --limit 5 --design plant7",
    ),
  )
    .option("--free", "free addresses, in place of taken ones", false)
    .option("--limit <number>", "at most so many; by default all that are taken, and 100 that are free", parseCount)
    .option("--revision <revision>", asOf, parseRevisionWord)
    .action(async (network, options) => end(await (await import("../address.ts")).listAddresses(network, options)));
  withDesign(
    addCommand(
      address,
      "allocate <network> <node>",
      "Take a free address for a node, as a new revision",
      "bedplate address allocate mgmt ctl01 --design plant7",
    ),
  )
    .option("--address <address>", "this one, in place of the lowest that is free")
    .option("--layer <name>", 'layer of API clients that takes it up (default "addresses")', parseName)
    .option("--request-id <id>", "repeating a command with the same one gives the same address")
    .action(async (network, node, options) =>
      end(await (await import("../address.ts")).allocateAddress(network, node, options)),
    );
}
