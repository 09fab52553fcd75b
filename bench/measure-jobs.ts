import { monitorEventLoopDelay } from "node:perf_hooks";
import { timestampMs } from "@bufbuild/protobuf/wkt";
import { sql } from "drizzle-orm";
import { JobState } from "../gen/bedplate/orchestrator/v1/job_pb.js";
import { Action } from "../gen/bedplate/orchestrator/v1/plan_pb.js";
import { openDatabase } from "../src/db/open-database.ts";
import { DEFAULT_POLICY } from "../src/orchestrator/policy.ts";
import { createDriverWorld } from "../test/support/driver-world.ts";
import { nodeNames, openSite, registerDrivers, startRequest } from "../test/support/orchestrator.ts";
import { commitTo, smallSite } from "../test/support/state-service.ts";
import { timeBareEngine } from "./bare-engine.ts";
import { type JobMeasurement, latencyOf } from "./jobs-result.ts";
import { createWorkClock } from "./work-clock.ts";

const SAMPLE_MS = 50;
const IN_FLIGHT = 256;

/**
 * Deploys so many machines that do at once whatever they are told, through the real services on one database, named by a PostgreSQL URL or "memory"; then has the
 * bare engine run as many empty steps. In this process, which must be fresh.
 */
export async function measureJob(place: string, nodes: number): Promise<JobMeasurement> {
  const database = await openDatabase(place === "memory" ? { memory: true } : { url: place });
  try {
    const clock = await createWorkClock(database);
    const world = createDriverWorld(nodeNames(nodes), { maxInFlight: IN_FLIGHT });
    const calls: Record<string, number> = {};
    world.before = (method) => {
      calls[method] = (calls[method] ?? 0) + 1;
    };
    // The server's own policy: what is measured is what an operator gets.
    const site = await openSite(database, world, { policy: DEFAULT_POLICY });
    const measured = await (async () => {
      try {
        await commitTo(site.state, "main", smallSite(nodes));
        await registerDrivers(site);
        const readPlan = clock.start();
        const planned = await site.plan(Action.DEPLOY);
        const plan = readPlan();
        await database.db.execute(sql`vacuum analyze`);
        const idle = process.memoryUsage().rss;
        const memory = samplePeak();
        const lag = monitorEventLoopDelay({ resolution: 10 });
        const late: number[] = [];
        lag.enable();
        const readJob = clock.start();
        const { job: started } = await site.client.startJob(startRequest(planned));
        const jobId = started?.id ?? "";
        for await (const { events } of site.client.watchJob({ jobId })) {
          const now = Date.now();
          for (const { at } of events) if (at !== undefined) late.push(now - timestampMs(at));
        }
        const job = readJob();
        lag.disable();
        const { job: ended } = await site.client.getJob({ jobId });
        if (ended?.state !== JobState.SUCCEEDED) throw new Error(`the job ended otherwise: ${ended?.message}`);
        const deployed = world.ledger.filter((line) => line.startsWith("deploy ")).length;
        if (deployed !== nodes) throw new Error(`${deployed} machines were deployed instead of ${nodes}`);
        const { totalSize: steps } = await countSteps(site, jobId);
        return { job, plan, steps, idle, peak: memory(), lag: lag.max / 1e6, watch: latencyOf(late) };
      } finally {
        await site.orchestrator.close();
      }
    })();
    const { peak, idle, ...rest } = measured;
    const bare = await timeBareEngine(database, clock, nodes, Math.round(measured.steps / nodes));
    const [idleMiB, memory] = [idle, peak - idle].map((bytes) => bytes / 1024 / 1024) as [number, number];
    return { nodes, ...rest, bare, idle: idleMiB, memory, calls };
  } finally {
    await database.close();
  }
}

async function countSteps(
  site: Awaited<ReturnType<typeof openSite>>,
  jobId: string,
): Promise<{ readonly totalSize: number }> {
  let totalSize = 0;
  for (let pageToken = ""; ; ) {
    const page = await site.client.listTasks({ jobId, pageSize: 1000, pageToken });
    totalSize += page.tasks.filter(({ attempt }) => attempt > 0).length;
    pageToken = page.nextPageToken;
    if (pageToken === "") return { totalSize };
  }
}

/** Watches the resident memory of this process from now on; gives the most it was. */
function samplePeak(): () => number {
  let most = 0;
  const look = (): void => {
    most = Math.max(most, process.memoryUsage.rss());
  };
  const timer = setInterval(look, SAMPLE_MS).unref();
  return () => {
    look();
    clearInterval(timer);
    return most;
  };
}
