import type { Command } from "commander";
import { parseName } from "../design-option.ts";
import { addCommand, type End } from "./command-parts.ts";

/** The commands about what only a MAAS needs. */
export function addMaasCommands(program: Command, end: End): void {
  const maas = program.command("maas").summary("Make what a MAAS needs").description("Make what a MAAS needs");
  addCommand(
    maas,
    "drivers-yaml [path...]",
    "Render the file MAAS reads its third party drivers from",
    "bedplate maas drivers-yaml examples/site --out drivers.yaml\n  bedplate maas drivers-yaml --design plant7 --out drivers.yaml",
  )
    .option("--design <name>", "a design of a server, in place of files", parseName)
    .option("--out <file>", "the file to write; without it standard output")
    .option("--server <url>", "the server", process.env.BEDPLATE_SERVER ?? "http://127.0.0.1:7070")
    .option("--token-file <file>", "file with the token; found by itself on the server's own machine")
    .action(async (paths, options) => end(await (await import("../drivers-yaml.ts")).maasDriversYaml(paths, options)));
}
