// node test/chaos/chaos.ts [--commits N] [--kills N] [--job-nodes N] [--only-stops] [--seed N]: the long form of the chaos tests, on the embedded database or on that of DATABASE_URL. Ends with 1
// when anything was lost, or is half there.
import { parseArgs } from "node:util";
import type { Verdict } from "./check-history.ts";
import { disturbJobs } from "./jobs/disturb-jobs.ts";
import { STOP_NODES, STOPS, stopReplicas } from "./jobs/stop-replica.ts";
import { killDuringCommits } from "./kill-during-commits.ts";
import { commitConcurrently } from "./two-writers.ts";

const CALLERS = 4;

const { values } = parseArgs({
  options: {
    commits: { type: "string", default: "1000" },
    kills: { type: "string", default: "100" },
    "job-nodes": { type: "string", default: "50" },
    "only-stops": { type: "boolean", default: false },
    seed: { type: "string", default: String(Date.now() % 100_000) },
  },
});
const [commits, kills, seed] = [values.commits, values.kills, values.seed].map(Number) as [number, number, number];
const where = process.env.DATABASE_URL === undefined ? "PGlite" : "PostgreSQL";

console.log(`${where}, seed ${seed}`);
if (commits > 0) {
  const attempts = Math.ceil(commits / (2 * CALLERS));
  tell(
    `${attempts * 2 * CALLERS} attempts by ${2 * CALLERS} callers of 2 servers`,
    await commitConcurrently({ seed, callers: CALLERS, attempts }),
  );
}
if (kills > 0) {
  const progress = (done: number, { revisions }: Verdict) => console.log(`  ${done} kills, ${revisions} revisions`);
  tell(`${kills} kills during commits`, await killDuringCommits({ seed, kills, checkEvery: 10, progress }));
}
if (values["only-stops"]) {
  const { stops, problems } = await stopReplicas(STOPS, STOP_NODES, (words) => console.log(`  ${words}`));
  console.log(`${where}: stops ${stops}/${STOPS.length}, ${problems.length} problems`);
  process.exit(problems.length > 0 ? 1 : 0);
}
const nodes = Number(values["job-nodes"]);
if (nodes > 0) {
  const { lines, problems } = await disturbJobs({ nodes, progress: (words) => console.log(`  ${words}`) });
  for (const line of lines) console.log(`${where}: ${line}`);
  for (const problem of problems.slice(0, 50)) console.log(`  ${problem}`);
  if (problems.length > 0) process.exitCode = 1;
}

function tell(what: string, { problems, ...figures }: Verdict): void {
  const words = Object.entries(figures).map(([name, value]) => `${value} ${name}`);
  console.log(`${where}: ${what}: ${words.join(", ")}; ${problems.length} problems`);
  for (const problem of problems.slice(0, 50)) console.log(`  ${problem}`);
  if (problems.length > 0) process.exitCode = 1;
}
