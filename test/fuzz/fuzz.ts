import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { parseArgs } from "node:util";
import { type Checker, createChecker } from "./checker.ts";
import type { FuzzInput } from "./input.ts";
import { minimise } from "./minimise.ts";
import { mutate } from "./mutate.ts";
import { createRandom } from "./random.ts";
import { startingInputs } from "./starting-inputs.ts";

/*
 * Reads mutated designs until the time is up: `npm run fuzz -- --seconds 60 [--seed N] [--keep-going]`. Input number i of a seed is always the same, whatever
 * came before it: `--only I` reads that one alone. Ends with 1 at the first failure, which is minimised and kept as files to look at.
 */
const { values } = parseArgs({
  options: {
    seconds: { type: "string", default: "60" },
    seed: { type: "string", default: String(Date.now() % 1_000_000) },
    only: { type: "string" },
    "keep-going": { type: "boolean", default: false },
  },
});
const seed = Number(values.seed);
const seconds = Number(values.seconds);
if (!Number.isInteger(seed) || !(seconds > 0))
  throw new Error("usage: npm run fuzz -- [--seconds S] [--seed N] [--only I]");

console.log(`seed ${seed}, ${seconds} seconds`);
const designs = startingInputs();
const files = designs.flat();
const kinds = new Set<string>();
const checker = createChecker();
const first = values.only === undefined ? 0 : Number(values.only);
const end = performance.now() + seconds * 1000;
let count = 0;
for (let index = first; performance.now() < end && (values.only === undefined || index === first); index++) {
  const random = createRandom(seed * 1_000_003 + index);
  const input = mutate(random.of(designs), files, random);
  const fault = await checker.check(input);
  count++;
  const kind = fault?.split(":")[0];
  if (fault === undefined || kind === undefined || kinds.has(kind)) continue;
  kinds.add(kind);
  await report(checker, input, { index, fault, kind });
  if (!values["keep-going"]) break;
}
checker.close();
console.log(`seed ${seed}: ${count} inputs, ${kinds.size === 0 ? "no failure" : `${kinds.size} failures`}`);
process.exitCode = kinds.size === 0 ? 0 : 1;

async function report(
  checker: Checker,
  input: FuzzInput,
  { index, fault, kind }: { readonly index: number; readonly fault: string; readonly kind: string },
): Promise<void> {
  console.log(`\ninput ${index} of seed ${seed}: ${fault}`);
  const limitMs = kind === "hang" ? 3000 : undefined;
  const small = await minimise(
    input,
    async (candidate) => (await checker.check(candidate, limitMs))?.split(":")[0] === kind,
  );
  const folder = mkdtempSync(join(tmpdir(), "bedplate-fuzz-"));
  mkdirSync(join(folder, "whole"));
  for (const { uri, text } of small) writeFileSync(join(folder, basename(uri)), text);
  for (const { uri, text } of input) writeFileSync(join(folder, "whole", basename(uri)), text);
  console.log(`minimised to ${small.reduce((sum, { text }) => sum + text.length, 0)} characters in ${folder}:`);
  for (const { uri, text } of small) console.log(`--- ${uri}\n${JSON.stringify(text).slice(0, 1500)}`);
}
