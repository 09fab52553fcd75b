import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { sql } from "drizzle-orm";
import { JobState } from "../gen/bedplate/orchestrator/v1/job_pb.js";
import { execute } from "../src/db/database.ts";
import { openDatabase } from "../src/db/open-database.ts";
import { NODE_WORKFLOW } from "../src/orchestrator/job/workflows.ts";
import { DEFAULT_POLICY } from "../src/orchestrator/policy.ts";
import { createDriverWorld } from "../test/support/driver-world.ts";
import { nodeNames, openSite, registerDrivers, startRequest } from "../test/support/orchestrator.ts";
import { commitTo, smallSite } from "../test/support/state-service.ts";
import type { ReplicasMeasurement } from "./jobs-result.ts";
import { createWorkClock } from "./work-clock.ts";

/** Carries a job out by two processes on one PostgreSQL: this one, which must be fresh, and another. */
export async function measureReplicas(url: string, nodes: number): Promise<ReplicasMeasurement> {
  const database = await openDatabase({ url });
  const world = createDriverWorld(nodeNames(nodes), { maxInFlight: 256 });
  const site = await openSite(database, world, { policy: DEFAULT_POLICY, deadAfterMs: 60_000 });
  const flags = ["--disable-warning=ExperimentalWarning", join(import.meta.dirname, "job-replica.ts")];
  let other: ReturnType<typeof spawn> | undefined;
  try {
    await commitTo(site.state, "main", smallSite(nodes));
    await registerDrivers(site);
    const planned = await site.plan();
    other = spawn(process.execPath, [...flags, url, String(nodes)], { stdio: ["ignore", "pipe", "inherit"] });
    if (other.stdout === null) throw new Error("the other process says nothing");
    await once(other.stdout, "data");
    const clock = await createWorkClock(database);
    const read = clock.start();
    const { job } = await site.client.startJob(startRequest(planned));
    const jobId = job?.id ?? "";
    for await (const _ of site.client.watchJob({ jobId })) {
      // Until the job has ended.
    }
    const { wall } = read();
    const { job: ended } = await site.client.getJob({ jobId });
    if (ended?.state !== JobState.SUCCEEDED) throw new Error(`the job ended otherwise: ${ended?.message}`);
    const shares = await execute<{ count: number }>(
      database.db,
      sql`select count(*)::integer as count from dbos.workflow_status where name = ${NODE_WORKFLOW} group by executor_id order by count desc`,
    );
    return { nodes, wall, shares: shares.map(({ count }) => count) };
  } finally {
    await site.orchestrator.close();
    if (other !== undefined && other.exitCode === null) {
      other.kill("SIGTERM");
      await once(other, "exit");
    }
    await database.close();
  }
}
