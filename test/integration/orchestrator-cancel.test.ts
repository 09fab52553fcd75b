import { expect, test } from "vitest";
import { createDriverWorld } from "../support/driver-world.ts";
import { nodeNames, startRequest, stateOf, withSite } from "../support/orchestrator.ts";

const NODES = 60;

test("canceling a job aborts every call to a driver that is under way; nothing new is called, and every task is told what became of it", async () => {
  const world = createDriverWorld(nodeNames(NODES), { maxInFlight: NODES });
  await withSite(
    NODES,
    async (site) => {
      const { job } = await site.client.startJob(startRequest(await site.plan()));
      const jobId = job?.id ?? "";
      const calls = { begun: 0, aborted: 0, late: 0 };
      const hanging = Promise.withResolvers<void>();
      const aborted = Promise.withResolvers<void>();
      world.before = (method, _subject, signal) => {
        if (calls.aborted > 0) calls.late++;
        if (!method.startsWith("ensure ")) return;
        if (++calls.begun === NODES) hanging.resolve();
        return new Promise((_, reject) => {
          signal?.addEventListener("abort", () => {
            if (++calls.aborted === NODES) aborted.resolve();
            reject(signal.reason);
          });
        });
      };
      await hanging.promise;
      await site.client.cancelJob({ jobId, reason: "enough" });
      await aborted.promise;
      expect(stateOf((await site.follow(jobId)).job)).toBe("CANCELED");
      expect(calls).toEqual({ begun: NODES, aborted: NODES, late: 0 });
      expect(world.ledger.filter((line) => line !== "site")).toEqual([]);
      const tasks = await site.tasks(jobId);
      expect(tasks.filter((line) => line.includes("commission") && line.endsWith(" CANCELED"))).toHaveLength(NODES);
      expect(tasks.filter((line) => /RUNNING|PENDING|STUCK/.test(line))).toEqual([]);
    },
    { world },
  );
});
