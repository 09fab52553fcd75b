import { execFile } from "node:child_process";
import { parseArgs, promisify } from "node:util";
import { startPrivatePostgres } from "../test/support/private-postgres.ts";
import type { CancelMeasurement, JobMeasurement, ReplicasMeasurement } from "./jobs-result.ts";
import { measureCancel } from "./measure-cancel.ts";
import { measureJob } from "./measure-jobs.ts";
import { measureReplicas } from "./measure-replicas.ts";

/*
 * Jobs on simulated hardware that does at once whatever it is told, on the embedded database and on a PostgreSQL of its own, beside as many empty steps of the bare
 * engine in the same run: `npm run bench:jobs [-- --sizes 200,1000 --cancel 1000 --replicas 1000 --on PGlite,PostgreSQL]`; `--sizes 200,1000,10000` by hand. Budgets: 200 nodes within
 * 3.34 s on PostgreSQL and 13.4 s embedded; time per node within 25 % of that of the next smaller size; at least half the bare engine's steps a second, in
 * processor time of this process and the database's. Ends with 1 when a budget is not met.
 */
const budgets: Readonly<Record<string, number>> = { PGlite: 13_400, PostgreSQL: 3_340 };
const small = 200;

async function main(
  places: readonly string[],
  sizes: readonly number[],
  cancel: number,
  replicas: number,
): Promise<void> {
  const verdicts: string[] = [];
  for (const name of places) {
    const measured: JobMeasurement[] = [];
    for (const nodes of sizes) {
      const server = name === "PGlite" ? undefined : await startPrivatePostgres();
      try {
        const each = await measureFresh<JobMeasurement>("job", server?.url ?? "memory", nodes);
        print(server === undefined ? "PGlite, in memory" : server.version, each);
        measured.push(each);
      } finally {
        await server?.stop();
      }
    }
    verdicts.push(...judge(name, measured));
    if (cancel > 0) {
      const server = name === "PGlite" ? undefined : await startPrivatePostgres();
      try {
        const { aborted, ended } = await measureFresh<CancelMeasurement>("cancel", server?.url ?? "memory", cancel);
        const isMet = aborted <= 2_000 ? "met   " : "MISSED";
        const what = `${cancel} calls to a driver aborted ${seconds(aborted)} s after CancelJob was called, budget 2 s; the job ended after ${seconds(ended)} s`;
        verdicts.push(`${isMet}  ${name}: ${what}`);
      } finally {
        await server?.stop();
      }
    }
  }
  if (replicas > 0 && places.includes("PostgreSQL")) {
    const server = await startPrivatePostgres();
    try {
      const { wall, shares } = await measureFresh<ReplicasMeasurement>("replicas", server.url, replicas);
      const rate = (replicas / (wall / 1000)).toFixed(0);
      console.log(
        `\n${server.version}, two processes: ${replicas} nodes in ${seconds(wall)} s, ${rate} nodes/s, shared ${shares.join(" : ")}`,
      );
    } finally {
      await server.stop();
    }
  }
  console.log(`\n${verdicts.join("\n")}`);
  if (verdicts.some((each) => each.startsWith("MISSED"))) process.exitCode = 1;
}

async function measureFresh<Measured>(what: string, place: string, nodes: number): Promise<Measured> {
  const flags = ["--disable-warning=ExperimentalWarning", import.meta.filename, "--in-process"];
  const words = [...flags, what, "--place", place, "--sizes", String(nodes)];
  const { stdout } = await promisify(execFile)(process.execPath, words, { encoding: "utf8", maxBuffer: 1e8 });
  return JSON.parse(stdout.slice(stdout.lastIndexOf("\n{") + 1));
}

function print(title: string, measured: JobMeasurement): void {
  const { nodes, steps, job, plan, bare, memory, idle, lag, watch, calls } = measured;
  const a = (count: number, ms: number): string => (count / (ms / 1000)).toFixed(0);
  console.log(`\n${title}: ${nodes} nodes, ${steps} steps`);
  console.log(
    `  job          ${seconds(job.wall)} s, ${seconds(job.cpu)} s of processors: ${a(nodes, job.wall)} nodes/s, ${a(steps, job.wall)} steps/s`,
  );
  console.log(
    `  bare engine  ${seconds(bare.wall)} s, ${seconds(bare.cpu)} s of processors: ${a(steps, bare.wall)} empty steps/s`,
  );
  console.log(
    `  of its rate  ${percent(bare.wall / job.wall)} on the clock, ${percent(bare.cpu / job.cpu)} by processor time`,
  );
  console.log(`  plan         ${seconds(plan.wall)} s`);
  console.log(
    `  memory       ${memory.toFixed(0)} MiB over ${idle.toFixed(0)} before; event loop held for ${lag.toFixed(0)} ms at most`,
  );
  console.log(
    `  watch        an event reaches its watcher after ${watch.middle} ms, ${watch.most} in 99 of 100, ${watch.worst} at worst`,
  );
  const words = Object.entries(calls).map(([method, count]) => `${method} ${(count / nodes).toFixed(2)}`);
  console.log(`  driver calls a node: ${words.join(", ")}`);
}

function judge(name: string, measured: readonly JobMeasurement[]): readonly string[] {
  const told = (isMet: boolean, what: string) => `${isMet ? "met   " : "MISSED"}  ${name}: ${what}`;
  const budget = budgets[name] ?? 0;
  return measured.flatMap(({ nodes, job, bare }, index) => {
    const share = bare.cpu / job.cpu;
    const before = measured[index - 1];
    const growth = before === undefined ? 0 : job.cpu / nodes / (before.job.cpu / before.nodes);
    return [
      ...(nodes === small
        ? [told(job.wall <= budget, `${nodes} nodes in ${seconds(job.wall)} s, budget ${seconds(budget)} s`)]
        : []),
      told(share >= 0.5, `${nodes} nodes at ${percent(share)} of the bare engine's steps a second, budget 50 %`),
      ...(before === undefined
        ? []
        : [
            told(
              growth <= 1.25,
              `${nodes} nodes take ${percent(growth)} of the time per node of ${before.nodes}, budget 125 %`,
            ),
          ]),
    ];
  });
}

function seconds(ms: number): string {
  return (ms / 1000).toFixed(2);
}

function percent(part: number): string {
  return `${(part * 100).toFixed(0)} %`;
}

const { values } = parseArgs({
  options: {
    sizes: { type: "string", default: "200,1000" },
    cancel: { type: "string", default: "1000" },
    replicas: { type: "string", default: "1000" },
    on: { type: "string", default: "PGlite,PostgreSQL" },
    "in-process": { type: "string" },
    place: { type: "string", default: "memory" },
  },
});
const sizes = values.sizes.split(",").map(Number);
const places = values.on.split(",");
const isFit = sizes.every((size) => Number.isInteger(size) && size >= 1 && size <= 40_000);
if (!isFit || places.some((each) => budgets[each] === undefined)) {
  throw new Error("usage: npm run bench:jobs [-- --sizes 200,1000 --on PGlite,PostgreSQL]; at most 40000 nodes");
}
if (values["in-process"] === "job") {
  const measured = await measureJob(values.place, sizes[0] ?? small);
  process.stdout.write(`\n${JSON.stringify(measured)}`);
} else if (values["in-process"] === "cancel") {
  process.stdout.write(`\n${JSON.stringify(await measureCancel(values.place, sizes[0] ?? small))}`);
} else if (values["in-process"] === "replicas") {
  process.stdout.write(`\n${JSON.stringify(await measureReplicas(values.place, sizes[0] ?? small))}`);
} else await main(places, sizes, Number(values.cancel), Number(values.replicas));
