import { readFileSync, writeFileSync } from "node:fs";
import { runGuide } from "./run-guide.ts";

/** Writes into guides what their commands print now: `node test/docs/update-guide.ts FILE…`. */
for (const path of process.argv.slice(2)) {
  const text = readFileSync(path, "utf8");
  const told = await runGuide(text);
  if (told !== text) writeFileSync(path, told);
  process.stdout.write(`${path}: ${told === text ? "tells what happens" : "now tells what happens"}\n`);
}
