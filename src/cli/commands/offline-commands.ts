import type { Command } from "commander";
import { CliError } from "../cli-error.ts";
import { diagnosticForms, parseDiagnosticForm } from "../diagnostic-formats/diagnostic-form.ts";
import { exitCode } from "../exit-code.ts";
import { addCommand, type End, withOutput, withPlugins } from "./command-parts.ts";

/** The commands that work with nothing running. */
export function addOfflineCommands(program: Command, end: End): void {
  withPlugins(
    addCommand(
      program,
      "validate <path...>",
      "Check a design, with nothing running",
      "bedplate validate examples/site\n  bedplate validate examples/site -o lines --watch",
    ),
  )
    .option("-o, --output <form>", diagnosticForms, parseDiagnosticForm, "table")
    .option("--fail-on <severity>", "end with 1 from this severity on: error or warning", parseFailOn, "error")
    .option("--watch", "check again whenever a file changes, until Ctrl-C")
    .addHelpText("after", "\nEach finding names its rule; docs/rules.md explains every rule, with examples.")
    .action(async (paths, options) => end(await (await import("../validate.ts")).validate(paths, options)));
  withPlugins(
    withOutput(
      addCommand(
        program,
        "resolve <path...>",
        "Print effective items, or where a value came from, with nothing running",
        "bedplate resolve examples/site Node/ctl01 --explain platform.image",
      ),
    ),
  )
    .usage("[options] <path...> [KIND[/NAME]]")
    .option("--explain <field>", 'tell where the value of a field came from, such as interfaces["bond0"].device_link')
    .option(
      "--annotate",
      "with -o yaml: say behind each value that isn't from the item's own document where it is from",
    )
    .action(async (args, options) => end(await (await import("../resolve.ts")).resolve(args, options)));
  withOutput(
    addCommand(
      program,
      "convert <path...>",
      "Rewrite a design of any form in Bedplate's own, with nothing running",
      "bedplate convert examples/site --to v1 --out site-v1",
    ),
  )
    .requiredOption("--to <form>", "the form to write: v1")
    .option("--out <directory>", "write a file for each one read; else everything goes to standard output")
    .option("--force", "write over files that are there")
    .option("--keep-going", "convert what can be read of files with errors")
    .action(async (paths, options) => end(await (await import("../convert.ts")).convert(paths, options)));
  addCommand(
    program,
    "schema [path...]",
    "Write the JSON Schema of documents, for editors",
    "bedplate schema my-site --out .bedplate/",
  )
    .option("--kind <kind>", "of documents of one kind alone")
    .option("--out <path>", "a file, or a directory that gets a file for each kind; else it is printed")
    .action(async (paths, options) => end(await (await import("../schema.ts")).schema(paths, options)));
}

function parseFailOn(text: string): "error" | "warning" {
  if (text === "error" || text === "warning") return text;
  throw new CliError(exitCode.usage, `${JSON.stringify(text)} is no severity to fail on`, "use error or warning");
}
