import { execFileSync } from "node:child_process";
import { startPrivatePostgres } from "../test/support/private-postgres.ts";
import { measureState } from "./measure-state.ts";
import type { StateMeasurement } from "./state-result.ts";
import type { Took } from "./work-clock.ts";

/*
 * The design state on the embedded database and on a PostgreSQL of its own, against limits measured in the same run: `npm run bench:state [-- LARGE [ROUNDS]]`.
 * Budgets: a one-node commit to a design of 10,000 nodes at most 50 times the single-row transaction it ends in; its counters equal at 100 nodes and at 10,000;
 * reads of one thing at most three times as long in the large design as in the small one. The PostgreSQL gives up durability for speed, which makes its
 * limit a hard one. Ratios are of processor time, of this process and the database's. Ends with 1 when a budget is not met.
 */
const growth = 3;
const small = 100;

async function main(large: number, rounds: number): Promise<void> {
  const verdicts: string[] = [];
  for (const name of ["PGlite", "PostgreSQL"]) {
    const server = name === "PGlite" ? undefined : await startPrivatePostgres();
    try {
      const measured = measureFresh(server?.url ?? "memory", large, rounds);
      print(server === undefined ? "PGlite, in memory" : server.version, measured);
      verdicts.push(...judge(name, measured));
    } finally {
      await server?.stop();
    }
  }
  console.log(`\n${verdicts.join("\n")}`);
  if (verdicts.some((each) => each.startsWith("MISSED"))) process.exitCode = 1;
}

function measureFresh(place: string, large: number, rounds: number): StateMeasurement {
  const flags = ["--disable-warning=ExperimentalWarning", import.meta.filename, "--in-process"];
  const words = [...flags, place, String(large), String(rounds)];
  return JSON.parse(execFileSync(process.execPath, words, { encoding: "utf8", maxBuffer: 1e8 }));
}

function print(title: string, { sizes, compared, counted, missing, memory }: StateMeasurement): void {
  console.log(`\n${title}: designs of ${sizes.join(" and ")} nodes`);
  console.log(["ms", "cpu ms", "limit", "ratio", `at ${sizes[0]}`].map((column) => column.padStart(10)).join(""));
  for (const { what, took, limit, limitIs, inSmall } of compared) {
    const cells = [
      took.wall.toFixed(1),
      took.cpu.toFixed(1),
      limit.cpu.toFixed(2),
      ratio(took, limit),
      inSmall?.cpu.toFixed(1) ?? "",
    ];
    console.log(`${cells.map((cell) => cell.padStart(10)).join("")}  ${what}, against ${limitIs}`);
  }
  for (const { what, small: few, large: many } of counted) {
    const words = Object.keys(many).map(
      (name) => `${name} ${few[name]}${few[name] === many[name] ? "" : ` / ${many[name]}`}`,
    );
    console.log(`  ${what}: ${words.join(", ")}`);
  }
  for (const each of missing) console.log(`  not built yet: ${each}`);
  console.log(`  peak memory over idle: ${memory.toFixed(0)} MiB`);
}

function judge(name: string, { sizes: [, large], compared, counted, missing }: StateMeasurement): readonly string[] {
  const told = (isMet: boolean, what: string) => `${isMet ? "met   " : "MISSED"}  ${name}: ${what}`;
  const ratios = compared.flatMap(({ what, took, limit, most }) =>
    most === undefined
      ? []
      : [told(took.cpu <= most * limit.cpu, `${what} ${ratio(took, limit)} x the limit, budget ${most} x`)],
  );
  const growths = compared.flatMap(({ what, took, inSmall, most }) => {
    if (inSmall === undefined || most !== undefined) return [];
    return [
      told(
        took.cpu <= growth * inSmall.cpu,
        `${what} ${ratio(took, inSmall)} x that of ${small} nodes, budget ${growth} x`,
      ),
    ];
  });
  const counters = counted.map(({ what, small: few, large: many }) => {
    const differing = Object.keys(many).filter((each) => few[each] !== many[each]);
    const words = differing.length === 0 ? "equal" : `differ in ${differing.join(", ")}`;
    return told(differing.length === 0, `counters of ${what} at ${small} and ${large} nodes ${words}`);
  });
  return [...ratios, ...growths, ...counters, ...missing.map((each) => told(false, `${each}: not built yet`))];
}

function ratio(took: Took, limit: Took): string {
  return (took.cpu / limit.cpu).toFixed(1);
}

const [first, ...words] = process.argv.slice(2);
if (first === "--in-process") {
  const [place = "memory", large, rounds] = words;
  const measured = await measureState(place, { sizes: [small, Number(large)], rounds: Number(rounds) });
  process.stdout.write(JSON.stringify(measured));
} else {
  const [large, rounds] = [Number(first ?? 10_000), Number(words[0] ?? 21)];
  const isFit = [large, rounds].every(Number.isInteger) && large >= 200 && large <= 40_000 && rounds >= 1;
  if (!isFit) throw new Error("usage: npm run bench:state [-- NODES [ROUNDS]], 200 to 40000 nodes");
  await main(large, rounds);
}
