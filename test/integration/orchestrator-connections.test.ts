import { timestampFromDate } from "@bufbuild/protobuf/wkt";
import { sql } from "drizzle-orm";
import { expect, test } from "vitest";
import { untilStop } from "../../src/orchestrator/job/until-stop.ts";
import { breakConnections } from "../support/database.ts";
import { type Site, startRequest, stateOf, withSite } from "../support/orchestrator.ts";

const WAIT_MS = 120_000;

/** Starts a job, asking until it is. */
async function started(site: Site, plan: Awaited<ReturnType<Site["plan"]>>): Promise<string> {
  const request = startRequest(plan);
  let jobId = "";
  await expect
    .poll(
      async () => {
        const { job } = await site.client.startJob(request).catch(() => ({ job: undefined }));
        jobId = job?.id ?? "";
        return jobId;
      },
      { timeout: WAIT_MS },
    )
    .not.toBe("");
  return jobId;
}

/** Waits for a job to succeed, asking whenever the database may be asked. */
async function succeeds({ client }: Site, jobId: string): Promise<void> {
  const state = async () => {
    const { job } = await client.getJob({ jobId }).catch(() => ({ job: undefined }));
    return job === undefined ? "no answer" : stateOf(job);
  };
  await expect.poll(state, { timeout: WAIT_MS }).toBe("SUCCEEDED");
}

/** Has machines call in until they are heard, as real ones do. */
function callInUntilHeard({ world, state, orchestrator }: Site): void {
  world.booted = ({ name: node }) => {
    const updates = [{ node, calledInAt: timestampFromDate(new Date()) }];
    const record = () => state.recordNodeStatus({ design: "lab", updates });
    void untilStop(AbortSignal.timeout(WAIT_MS), record, () => {}).then(
      () => orchestrator.nodeChanged("lab", node),
      () => {},
    );
  };
}

test("a job goes on although all connections to the database end again and again", { timeout: WAIT_MS * 2 }, () =>
  withSite(2, async (site) => {
    callInUntilHeard(site);
    const plan = await site.plan();
    let left = 20;
    site.world.before = async () => {
      if (left-- > 0) await breakConnections(site.database);
    };
    await succeeds(site, await started(site, plan));
    expect(left).toBeLessThan(15);
  }),
);

test("a process that begins anew does so although its connections end meanwhile", { timeout: WAIT_MS * 2 }, () =>
  withSite(2, async (site) => {
    callInUntilHeard(site);
    const plan = await site.plan();
    const reached = Promise.withResolvers<void>();
    const goes = Promise.withResolvers<void>();
    site.world.before = async (method) => {
      if (method !== "ensure STORAGE_CONFIGURED") return;
      reached.resolve();
      await goes.promise;
    };
    const jobId = await started(site, plan);
    await reached.promise;
    for (let life = 0; life < 3; life++) {
      // Whoever finds its row gone was declared dead, and begins anew: by the time of its next beat, a tenth of a second away at most.
      await site.database.db.execute(sql`delete from bedplate.replica`).catch(() => {});
      for (let time = 0; time < 10; time++) await breakConnections(site.database);
    }
    goes.resolve();
    site.world.before = () => {};
    await succeeds(site, jobId);
    await succeeds(site, await started(site, await site.plan()));
  }),
);
