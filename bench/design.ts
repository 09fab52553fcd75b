import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { generateAirship } from "./generate-airship.ts";
import { generateEnvelopes } from "./generate-envelopes.ts";
import { generateOwnForm } from "./generate-own-form.ts";
import { type Measurement, measureOnce, type Work } from "./measure-once.ts";

/*
 * The whole way from a file to diagnostics, against the bare parse of the same bytes, each in a fresh process: `npm run bench:design [-- SIZE…]`.
 * Budgets: at 5,000 nodes at most 4 times the bare parse (processor time, which a busy machine doesn't stretch); from the smallest to the largest size the
 * time per node within 25 %; at 20,000 nodes a peak of at most 300 MiB over idle.
 */
const budget = { ratio: 4, ratioAt: 5000, growth: 0.25, memory: 300, memoryAt: 20_000 } as const;

const forms = { "bedplate/v1": generateOwnForm, "drydock/*/v1": generateAirship, "v1.0": generateEnvelopes } as const;
const rounds = 3;
const columns = [
  "nodes",
  "MB",
  "parse ms",
  "validate ms",
  "ratio",
  "wall ratio",
  "µs/node",
  "peak MiB",
  "explain ms",
  "findings",
];

function compareForms(sizes: readonly number[]): void {
  const folder = mkdtempSync(join(tmpdir(), "bedplate-bench-"));
  const verdicts: string[] = [];
  try {
    for (const [form, generate] of Object.entries(forms)) {
      console.log(`\n${form}\n${columns.map((title) => title.padStart(12)).join("")}`);
      const perNode: number[] = [];
      for (const size of sizes) {
        const file = join(folder, "site.yaml");
        writeFileSync(file, generate(size));
        const parsed: Measurement[] = [];
        const validated: Measurement[] = [];
        for (let round = 0; round < rounds; round++) {
          parsed.push(measureFresh("parse", file));
          validated.push(measureFresh("validate", file));
        }
        const row = rowOf(size, file, parsed, validated);
        console.log(row.text);
        perNode.push(row.perNode);
        if (size === budget.ratioAt) verdicts.push(verdict(form, "ratio", row.ratio, budget.ratio));
        if (size === budget.memoryAt) verdicts.push(verdict(form, "peak MiB over idle", row.memory, budget.memory));
      }
      const [small = 1, large = small] = [perNode[0], perNode.at(-1)];
      if (perNode.length > 1) verdicts.push(verdict(form, "growth of time per node", large / small, 1 + budget.growth));
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
  console.log(`\n${verdicts.join("\n")}`);
}

function rowOf(size: number, file: string, parsed: readonly Measurement[], validated: readonly Measurement[]) {
  const of = (all: readonly Measurement[], key: keyof Measurement) => median(all.map((each) => each[key]));
  const cpu = of(validated, "cpu");
  const ratio = cpu / of(parsed, "cpu");
  const memory = of(validated, "memory");
  const cells = [
    size,
    (statSync(file).size / 1e6).toFixed(1),
    of(parsed, "cpu").toFixed(0),
    cpu.toFixed(0),
    ratio.toFixed(2),
    (of(validated, "wall") / of(parsed, "wall")).toFixed(2),
    ((cpu / size) * 1000).toFixed(0),
    memory.toFixed(0),
    of(validated, "explain").toFixed(1),
    of(validated, "findings"),
  ];
  return { text: cells.map((cell) => String(cell).padStart(12)).join(""), ratio, memory, perNode: cpu / size };
}

function measureFresh(work: Work, file: string): Measurement {
  const flags = ["--disable-warning=ExperimentalWarning", import.meta.filename, "--in-process"];
  return JSON.parse(execFileSync(process.execPath, [...flags, work, file], { encoding: "utf8" }));
}

function verdict(form: string, what: string, value: number, limit: number): string {
  const isMet = value <= limit;
  if (!isMet) process.exitCode = 1;
  return `${isMet ? "met   " : "MISSED"}  ${form}: ${what} ${value.toFixed(2)}, budget ${limit}`;
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}

const [first, second, third] = process.argv.slice(2);
if (first === "--in-process") {
  const work: Work = second === "parse" ? "parse" : "validate";
  process.stdout.write(JSON.stringify(await measureOnce(work, third ?? "")));
} else {
  const sizes = process.argv.slice(2).map(Number);
  if (sizes.some((size) => !Number.isInteger(size) || size < 100 || size > 40_000))
    throw new Error("usage: npm run bench:design [-- SIZE…], sizes from 100 to 40000");
  compareForms(sizes.length > 0 ? sizes : [1000, 5000, 20_000]);
}
