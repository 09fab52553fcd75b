import { readFileSync, writeFileSync } from "node:fs";
import { carryByFetch } from "./carry.ts";
import { withJobsWorld } from "./jobs-world.ts";
import { builtOnly, runApi } from "./run-api.ts";

/** Writes into docs/orchestrator-api.md the grpcurl commands of its examples and what they are answered now. */
const path = "docs/orchestrator-api.md";
const text = readFileSync(path, "utf8");
const fail = (message: string) => {
  console.error(message);
  process.exitCode = 1;
};
const told = await withJobsWorld((variables) => runApi(text, variables, builtOnly(carryByFetch), fail));
// Ids and the pieces of a plan's text say nothing to a reader.
writeFileSync(path, told.replace(/"[0-9a-f]{8}-[0-9a-f-]{27}"|(?<="json": )"[^"]+"/g, '"…"'));
process.stdout.write(`${path} tells what happens\n`);
