import { openDatabase } from "../src/db/open-database.ts";
import { DEFAULT_POLICY } from "../src/orchestrator/policy.ts";
import { createDriverWorld } from "../test/support/driver-world.ts";
import { nodeNames, openSite, registerDrivers, startRequest } from "../test/support/orchestrator.ts";
import { commitTo, smallSite } from "../test/support/state-service.ts";
import type { CancelMeasurement } from "./jobs-result.ts";

/** Cancels a job all of whose nodes hang in calls to their driver. In this process, which must be fresh. */
export async function measureCancel(place: string, nodes: number): Promise<CancelMeasurement> {
  const database = await openDatabase(place === "memory" ? { memory: true } : { url: place });
  const world = createDriverWorld(nodeNames(nodes), { maxInFlight: nodes });
  const policy = { ...DEFAULT_POLICY, nodesAtOnce: nodes, nodesPerProcess: nodes, callMs: 600_000 };
  const site = await openSite(database, world, { policy });
  try {
    await commitTo(site.state, "main", smallSite(nodes));
    await registerDrivers(site);
    const hanging = Promise.withResolvers<void>();
    const aborted = Promise.withResolvers<number>();
    let [begun, ended] = [0, 0];
    world.before = (method, _subject, signal) => {
      if (!method.startsWith("ensure ")) return;
      if (++begun === nodes) hanging.resolve();
      return new Promise((_, reject) => {
        signal?.addEventListener("abort", () => {
          if (++ended === nodes) aborted.resolve(performance.now());
          reject(signal.reason);
        });
      });
    };
    const { job } = await site.client.startJob(startRequest(await site.plan()));
    const jobId = job?.id ?? "";
    await hanging.promise;
    const asked = performance.now();
    await site.client.cancelJob({ jobId, reason: "measured" });
    const last = await aborted.promise;
    await site.follow(jobId);
    return { nodes, aborted: last - asked, ended: performance.now() - asked };
  } finally {
    await site.orchestrator.close();
    await database.close();
  }
}
