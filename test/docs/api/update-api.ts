import { readFileSync, writeFileSync } from "node:fs";
import { withApiWorld } from "./api-world.ts";
import { carryByFetch } from "./carry.ts";
import { runApi } from "./run-api.ts";

/** Writes into docs/api.md the grpcurl commands of its examples and what they are answered now. */
const path = "docs/api.md";
const text = readFileSync(path, "utf8");
const fail = (message: string) => {
  console.error(message);
  process.exitCode = 1;
};
const told = await withApiWorld((variables) => runApi(text, variables, carryByFetch, fail));
if (told !== text) writeFileSync(path, told);
process.stdout.write(`${path}: ${told === text ? "tells what happens" : "now tells what happens"}\n`);
