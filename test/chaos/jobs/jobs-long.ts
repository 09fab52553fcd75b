// node test/chaos/jobs/jobs-long.ts: tried by hand while the harness is built.
import { ALL_CUTS } from "./cuts.ts";
import { killDuringJobs } from "./kill-during-jobs.ts";
import { SCENARIO } from "./scenario.ts";

const only = process.argv[2] ?? "";
const cuts = ALL_CUTS.filter(({ id }) => id.includes(only));
const acts = SCENARIO.slice(0, Number(process.argv[3] ?? 1));
const servers = process.env.DATABASE_URL === undefined ? ["a"] : ["a", "b"];
const began = performance.now();
const verdict = await killDuringJobs({
  ...{ acts, cuts, servers, nodes: Number(process.argv[4] ?? 10), rounds: 1, planted: process.argv[5] === "planted" },
  progress: (words) => console.log(`${Math.round((performance.now() - began) / 1000)} s ${words}`),
});
console.log(verdict);
