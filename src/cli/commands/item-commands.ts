import type { Command } from "commander";
import { parseCount, parseName } from "../design-option.ts";
import { parseRevisionWord } from "../revision-word.ts";
import { addCommand, type End, list, none, withDesign } from "./command-parts.ts";

/** The commands that change single items of a design on a server, and those about its layers and kinds. */
export function addItemCommands(program: Command, end: End): void {
  const changes = (command: Command) =>
    withDesign(command)
      .option("--dry-run", "say what would be, and change nothing", false)
      .option("-m, --message <text>", "what the change is for");
  const itemChanges = (command: Command) =>
    changes(command).option("--allow-invalid", "commit even what brings errors", false);
  itemChanges(
    addCommand(
      program,
      "edit <item>",
      "Change what a layer declares about an item",
      "bedplate edit Node/ctl01 --design plant7 --layer manual --set metadata.rack=r2",
    ),
  )
    .option("--layer <name>", "a layer of API clients; by default the only one that declares the item", parseName)
    .option("--set <path=value>", "set a field, repeatable; a value is YAML", list, none)
    .option("--unset <path>", "take a field out, repeatable", list, none)
    .option("--file <file>", 'the declaration as it is to be; "-" for standard input')
    .option("--print", "print the text that the editor would open", false)
    .option(
      "--etag <digest>",
      "the declaration the change is meant for; by default the one --file was printed from, or the present one",
    )
    .action(async (item, options) => end(await (await import("../edit.ts")).edit(item, options)));
  itemChanges(
    addCommand(
      program,
      "create",
      "Create items, all of them or none",
      "bedplate create -f racks.yaml --design plant7 --layer manual",
    ),
  )
    .requiredOption("-f, --file <file>", 'file with the items; "-" for standard input')
    .option("--layer <name>", "a layer of API clients, new or there; by default the one the documents name", parseName)
    .action(async (options) => end(await (await import("../create.ts")).create(options)));
  itemChanges(
    addCommand(
      program,
      "delete <item>",
      "Delete what a layer declares about an item",
      "bedplate delete Rack/r9 --design plant7 --layer manual",
    ),
  )
    .option("--layer <name>", "a layer of API clients; by default the only one that declares the item", parseName)
    .option("--etag <digest>", "delete only the declaration with this digest")
    .action(async (item, options) => end(await (await import("../delete.ts")).deleteItem(item, options)));
  const kind = program.command("kind").summary("Kinds of a design's own").description("Kinds of a design's own");
  const reads = (command: Command) =>
    withDesign(command).option(
      "--revision <revision>",
      "as of this revision: a number, a tag or a time",
      parseRevisionWord,
    );
  reads(addCommand(kind, "list", "List kinds", "bedplate kind list --design plant7")).action(async (options) =>
    end(await (await import("../kind.ts")).listKinds(options)),
  );
  changes(
    addCommand(kind, "put <file>", "Register or change a kind", "bedplate kind put firewall.yaml --design plant7"),
  )
    .option("--layer <name>", 'a layer of API clients; by default "kinds"', parseName)
    .action(async (file, options) => end(await (await import("../kind.ts")).putKind(file, options)));
  const layer = program.command("layer").summary("Layers of a design").description("Layers of a design");
  reads(addCommand(layer, "list", "List layers, and who writes each", "bedplate layer list --design plant7")).action(
    async (options) => end(await (await import("../layer.ts")).listLayers(options)),
  );
  withDesign(
    addCommand(
      layer,
      "set <name>",
      "Change settings of a layer, or make it; what isn't named stays",
      "bedplate layer set manual --design plant7 --source api",
    ),
  )
    .option("--rank <number>", "a higher rank overrides a lower one", parseCount)
    .option("--role <role>", "any, design or formation")
    .option("--source <source>", 'who writes it: "api" for single items, a source such as git:plant7, or "anybody"')
    .option("--references", "let the layer refer to secrets")
    .option("--no-references", "don't let it")
    .option("--literals", "accept secrets in clear")
    .option("--no-literals", "don't")
    .action(async (name, options) => end(await (await import("../layer.ts")).setLayer(name, options)));
}
