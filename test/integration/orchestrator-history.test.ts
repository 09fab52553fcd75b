import { Code } from "@connectrpc/connect";
import { sql } from "drizzle-orm";
import { expect, test } from "vitest";
import { type TaskMoment, TaskState } from "../../gen/bedplate/orchestrator/v1/job_pb.js";
import { ErrorReason } from "../../gen/bedplate/type/v1/error_pb.js";
import { driverFailure } from "../support/driver-world.ts";
import { failureOf } from "../support/failure-of.ts";
import { type Site, startRequest, withSite } from "../support/orchestrator.ts";

async function historyOf(
  { client }: Site,
  jobId: string,
  stepId: string,
  pageSize = 0,
): Promise<readonly TaskMoment[]> {
  const moments: TaskMoment[] = [];
  let pageToken = "";
  do {
    const page = await client.listTaskHistory({ jobId, stepId, pageSize, pageToken });
    if (pageSize > 0) expect(page.moments.length).toBeLessThanOrEqual(pageSize);
    moments.push(...page.moments);
    pageToken = page.nextPageToken;
  } while (pageToken !== "");
  return moments;
}

test("a task's history has each try, what its driver said, and since when it waited for what", () =>
  withSite(2, async (site) => {
    let busy = 3;
    site.world.before = (method, subject) => {
      if (method !== "ensure DEPLOYED" || subject !== "n000" || busy-- <= 0) return;
      throw driverFailure(Code.Unavailable, ErrorReason.TARGET_UNREACHABLE, `the rack is dark, ${busy} more`, 1);
    };
    const { job: started } = await site.client.startJob(startRequest(await site.plan()));
    const { job, events } = await site.follow(started?.id ?? "");
    const moments = await historyOf(site, job.id, "deploy/n000");
    expect(await historyOf(site, job.id, "deploy/n000", 2)).toEqual(moments);
    // Every moment is an event of the stream, and every event of the task is a moment.
    expect(moments.map(({ sequence, task }) => [sequence, task])).toEqual(
      events.flatMap(({ sequence, change }) =>
        change.case === "task" && change.value.stepId === "deploy/n000" ? [[sequence, change.value]] : [],
      ),
    );
    const tasks = moments.flatMap(({ task }) => task ?? []);
    expect([tasks[0]?.state, tasks.at(-1)?.state]).toEqual([TaskState.RUNNING, TaskState.SUCCEEDED]);
    expect(tasks.at(-1)?.attempt).toBe(4);
    const said = tasks.map(({ message }) => message).join("\n");
    for (const left of [2, 1, 0]) expect(said).toContain(`the rack is dark, ${left} more`);
    for (const { waitingFor, waitingSince, inputDigest } of tasks) {
      expect(waitingSince !== undefined).toBe(waitingFor !== "");
      expect(inputDigest).toMatch(/^[0-9a-f]{64}$/);
    }
    expect(tasks.some(({ waitingFor }) => waitingFor.includes("the rack is dark"))).toBe(true);
    expect(tasks.at(-1)?.waitingFor).toBe("");
  }));

test("every step that is tried has a digest of what it was given", () =>
  withSite(2, async (site) => {
    const job = await site.run(await site.plan());
    const { tasks } = await site.client.listTasks({ jobId: job.id });
    const digestOf = (stepId: string): string => tasks.find((task) => task.stepId === stepId)?.inputDigest ?? "";
    const digests = tasks.map(({ inputDigest }) => inputDigest).filter((digest) => digest !== "");
    expect(digests.length).toBeGreaterThan(4);
    expect(new Set(digests).size).toBe(digests.length);
    expect(digestOf("deploy/n000")).not.toBe(digestOf("deploy/n001"));
    const again = await site.run(await site.plan());
    const skipped = await site.client.listTasks({ jobId: again.id });
    // Nothing was given to what was never tried.
    expect(new Set(skipped.tasks.map(({ inputDigest, state }) => [inputDigest, TaskState[state]].join()))).toEqual(
      new Set([",SKIPPED"]),
    );
  }));

test("a step that isn't in the job, and a job that isn't there, have no history", () =>
  withSite(1, async (site) => {
    const job = await site.run(await site.plan());
    const asked = { jobId: job.id, stepId: "deploy/n999" };
    expect(await failureOf(site.client.listTaskHistory(asked))).toMatchObject({ code: "NotFound" });
    expect(await failureOf(site.client.listTaskHistory({ ...asked, jobId: "none" }))).toMatchObject({
      code: "NotFound",
    });
  }));

test("a process that ended between a task's end and that of those after it leaves nothing untrue behind", () =>
  withSite(1, async (site) => {
    const held = Promise.withResolvers<void>();
    const reached = Promise.withResolvers<void>();
    site.world.before = async (method) => {
      if (method !== "ensure COMMISSIONED") return;
      reached.resolve();
      await held.promise;
    };
    const { job: started } = await site.client.startJob(startRequest(await site.plan()));
    const jobId = started?.id ?? "";
    await reached.promise;
    // As if another process had got so far and no further.
    await site.database.db.execute(
      sql`update bedplate.task set state = 'FAILED', message = 'the disk is gone', ended_at = now() where step_id = 'deploy/n000'`,
    );
    held.resolve();
    const { job } = await site.follow(jobId);
    const { tasks } = await site.client.listTasks({ jobId });
    const last = tasks.find(({ stepId }) => stepId === "verify-node/n000");
    expect([TaskState[last?.state ?? 0], last?.message]).toEqual(["BLOCKED", "not tried, because deploy/n000 failed"]);
    expect(job.message).toContain("deploy/n000: the disk is gone");
  }));
