import { createHash } from "node:crypto";
import { parseArgs } from "node:util";
import { sql } from "drizzle-orm";
import { Action } from "../gen/bedplate/orchestrator/v1/plan_pb.js";
import { openDatabase } from "../src/db/open-database.ts";
import { DEFAULT_POLICY } from "../src/orchestrator/policy.ts";
import { createDriverWorld } from "../test/support/driver-world.ts";
import { nodeNames, openSite, registerDrivers, type Site } from "../test/support/orchestrator.ts";
import { commitTo, smallSite } from "../test/support/state-service.ts";
import { createWorkClock, type Took } from "./work-clock.ts";

/*
 * A plan of a deployment of many machines, all of them to be seen for it: `npm run bench:plan [-- --nodes 10000]`. Its driver answers in this process. Beside it, in the same run, the
 * least such a plan can cost: its text hashed once, and its steps written in one statement. Budgets in processor time: 3 s for the plan, with the design read
 * before; 512 MB over idle. Ends with 1 when a budget is not met.
 */
const BUDGET_MS = 3_000;
const BUDGET_BYTES = 512e6;

async function main(nodes: number): Promise<void> {
  const database = await openDatabase({ memory: true });
  const world = createDriverWorld(nodeNames(nodes), { maxInFlight: 256 });
  const site = await openSite(database, world, { policy: DEFAULT_POLICY });
  try {
    const clock = await createWorkClock(database);
    const documents = smallSite(nodes);
    for (let at = 0; at < documents.length; at += 5_000) {
      await commitTo(site.state, "main", documents.slice(at, at + 5_000));
    }
    await registerDrivers(site);
    await database.db.execute(sql`vacuum analyze`);
    globalThis.gc?.();
    const idle = process.memoryUsage().rss;
    const first = await clock.time(() => site.plan(Action.DEPLOY));
    // What the embedded database does when next idle, after what was written before, is no part of a plan.
    await database.db.execute(sql`vacuum analyze`);
    const plan = await clock.time(() => site.plan(Action.DEPLOY));
    const memory = process.resourceUsage().maxRSS * 1024 - idle;
    const made = await site.plan(Action.DEPLOY);
    const text = await textOf(site, made.id);
    const bare = await clock.time(async () => {
      createHash("sha256").update(text).digest("hex");
      await database.db.execute(sql`create temporary table least as
        select step from jsonb_array_elements((${text}::text::jsonb) -> 'steps') as step`);
    });
    print(`plan of ${nodes} nodes, ${made.stepCount} steps`, plan);
    print("the first, with the design to be read", first);
    print("its text hashed and its steps written", bare);
    console.log(
      `the plan costs ${(plan.cpu / bare.cpu).toFixed(1)} times that, and ${(memory / 1e6).toFixed(0)} MB over idle`,
    );
    const scale = Math.max(1, nodes / 10_000);
    const met = plan.cpu <= BUDGET_MS * scale && memory <= BUDGET_BYTES * scale;
    console.log(
      `${met ? "met" : "MISSED"}: ${BUDGET_MS / 1000} s of processors and ${BUDGET_BYTES / 1e6} MB for 10,000 nodes`,
    );
    if (!met) process.exitCode = 1;
  } finally {
    await site.orchestrator.close();
    await database.close();
  }
}

async function textOf({ client }: Site, planId: string): Promise<string> {
  const pieces: Uint8Array[] = [];
  for await (const { json } of client.exportPlan({ planId })) pieces.push(json);
  return Buffer.concat(pieces).toString("utf8");
}

function print(what: string, { wall, cpu }: Took): void {
  console.log(`${what}: ${(cpu / 1000).toFixed(2)} s of processors, ${(wall / 1000).toFixed(2)} s on the clock`);
}

const { values } = parseArgs({ options: { nodes: { type: "string", default: "10000" } } });
await main(Number(values.nodes));
