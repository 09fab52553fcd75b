import { once } from "node:events";
import { isMessage, type Message } from "@bufbuild/protobuf";
import { Code, ConnectError } from "@connectrpc/connect";
import { sql } from "drizzle-orm";
import { expect, test } from "vitest";
import { RecordNodeStatusRequestSchema } from "../../gen/bedplate/design/v1/design_state_service_pb.js";
import { ServerState } from "../../gen/bedplate/driver/v1/server_driver_service_pb.js";
import { TaskState } from "../../gen/bedplate/orchestrator/v1/job_pb.js";
import { Action } from "../../gen/bedplate/orchestrator/v1/plan_pb.js";
import { ErrorReason } from "../../gen/bedplate/type/v1/error_pb.js";
import type { Database } from "../../src/db/database.ts";
import { createLife } from "../../src/orchestrator/engine/life.ts";
import { createJobWatch, JobEnded } from "../../src/orchestrator/job/job-watch.ts";
import { createLeases } from "../../src/orchestrator/job/leases.ts";
import { withLastingDatabase } from "../support/database.ts";
import { createDriverWorld, driverFailure } from "../support/driver-world.ts";
import {
  nodeNames,
  openSite,
  registerDrivers,
  type Site,
  startRequest,
  stateOf,
  withSite,
} from "../support/orchestrator.ts";
import { commitTo, smallSite } from "../support/state-service.ts";

/** Has statements of the database that hold `text` fail while `count` says so. Gives how many failed. */
function breakStatements({ db }: Database, text: string, most: number): () => number {
  const real = db.execute.bind(db);
  let failed = 0;
  Object.assign(db, {
    execute(query: { readonly queryChunks: readonly { readonly value?: unknown }[] }) {
      const said = query.queryChunks.map(({ value }) => (Array.isArray(value) ? value.join("") : "")).join(" ");
      if (failed === most || !said.includes(text)) return real(query as never);
      failed++;
      return Promise.reject(Object.assign(new Error("write CONNECTION_CLOSED"), { code: "CONNECTION_CLOSED" }));
    },
  });
  return () => failed;
}

/** Starts a job, and stops everything when it has reached a machine. */
async function stopMidway(site: Site): Promise<string> {
  const reached = Promise.withResolvers<void>();
  site.world.before = async (method) => {
    if (method !== "ensure STORAGE_CONFIGURED") return;
    reached.resolve();
    await new Promise(() => {});
  };
  const { job } = await site.client.startJob(startRequest(await site.plan()));
  await reached.promise;
  site.world.before = () => {};
  await site.orchestrator.close();
  return job?.id ?? "";
}

test("a job ends although the database was away for a moment when it was to end", () =>
  withSite(1, async (site) => {
    const { job: started } = await site.client.startJob(startRequest(await site.plan()));
    const failed = breakStatements(site.database, "group by state", 1);
    const { job } = await site.follow(started?.id ?? "");
    expect(failed()).toBe(1);
    expect(stateOf(job)).toBe("SUCCEEDED");
  }));

test.each([
  { canceled: false, state: "FAILED", tasks: ["FAILED", "BLOCKED"], says: "the work on this ended early" },
  { canceled: true, state: "CANCELED", tasks: ["CANCELED", "CANCELED"], says: "canceled: enough" },
])("a job whose workflow the engine gave up is ended (canceled: $canceled)", ({ canceled, state, tasks, says }) =>
  withLastingDatabase(async (open) => {
    const world = createDriverWorld(nodeNames(1));
    let database = await open();
    let site = await openSite(database, world);
    await commitTo(site.state, "main", smallSite(1));
    await registerDrivers(site);
    const jobId = await stopMidway(site);
    await database.db.execute(sql`update dbos.workflow_status set status = 'ERROR' where status = 'PENDING'`);
    if (canceled) await database.db.execute(sql`update bedplate.job set cancel_reason = 'enough' where id = ${jobId}`);
    await database.close();

    database = await open();
    site = await openSite(database, world);
    const { job } = await site.follow(jobId);
    expect(stateOf(job)).toBe(state);
    expect(job.message).toContain(says);
    const ended = await site.client.listTasks({ jobId, pageSize: 100 });
    const stateAt = (stepId: string) => {
      const task = ended.tasks.find((each) => each.stepId === stepId);
      return task === undefined ? "none" : TaskState[task.state];
    };
    expect([stateAt("configure-storage/n000"), stateAt("deploy/n000")]).toEqual(tasks);
    await site.orchestrator.close();
    await database.close();
  }),
);

test("what a task found out about its node is kept before the task has ended", () =>
  withLastingDatabase(async (open) => {
    const world = createDriverWorld(nodeNames(1));
    let database = await open();
    const asked = Promise.withResolvers<void>();
    // The server stops while it tells the design state that the node is deployed.
    const beforeState = async (_method: string, request: Message): Promise<void> => {
      if (!isMessage(request, RecordNodeStatusRequestSchema)) return;
      if (!request.updates.some(({ deployedSpecDigest }) => deployedSpecDigest)) return;
      asked.resolve();
      await new Promise(() => {});
    };
    let site = await openSite(database, world, { beforeState });
    await commitTo(site.state, "main", smallSite(1));
    await registerDrivers(site);
    const { job } = await site.client.startJob(startRequest(await site.plan()));
    await asked.promise;
    await site.orchestrator.close();
    await database.close();

    database = await open();
    site = await openSite(database, world);
    expect(stateOf((await site.follow(job?.id ?? "")).job)).toBe("SUCCEEDED");
    const { status } = await site.state.getNodeStatus({ design: "lab", node: "n000" });
    expect(status?.deployedSpecDigest).not.toBe("");
    expect((await site.plan()).changeCount).toBe(0);
    await site.orchestrator.close();
    await database.close();
  }));

test("a step waits for a database that is away when it takes its machine", () =>
  withSite(1, async (site) => {
    const plan = await site.plan();
    const failed = breakStatements(site.database, "(design, node, job_id, holder", 15);
    expect(stateOf(await site.run(plan))).toBe("SUCCEEDED");
    expect(failed()).toBe(15);
  }));

test("a step waits for a design state that is away when it asks after its node", () => {
  let left = 15;
  const beforeState = (method: string): void => {
    if (method === "getNodeStatus" && left-- > 0) throw new ConnectError("the design state is away", Code.Unavailable);
  };
  return withSite(
    1,
    async (site) => {
      expect(stateOf(await site.run(await site.plan()))).toBe("SUCCEEDED");
      // As designed by the time the step comes to it, so that it asks whether an earlier job made it so.
      const machine = site.world.machines.get("n000");
      Object.assign(machine ?? {}, { state: ServerState.DEPLOYING });
      left = 15;
      site.world.before = (method) => {
        if (method === "ensure NETWORK_CONFIGURED") Object.assign(machine ?? {}, { state: ServerState.DEPLOYED });
      };
      const job = await site.run(await site.plan());
      expect(left).toBeLessThan(0);
      expect([stateOf(job), job.message]).toEqual(["SUCCEEDED", expect.any(String)]);
    },
    { beforeState },
  );
});

test("a job that has ended takes no lease", () =>
  withSite(1, async ({ database, plan, run }) => {
    const job = await run(await plan());
    const life = createLife({ db: database.db, shared: true });
    await life.begin();
    const leases = createLeases(database.db, life, () => {});
    await expect(leases.hold({ design: "lab", node: "n000", jobId: job.id })).rejects.toThrow(JobEnded);
  }));

test("work on a job that ended elsewhere ends here", () =>
  withSite(1, async ({ database, plan, run }) => {
    const job = await run(await plan());
    const stop = new AbortController();
    const signal = createJobWatch(database.db, 20, stop.signal, () => {}).signalOf(job.id);
    await once(signal, "abort");
    stop.abort();
    expect(signal.reason).toBeInstanceOf(JobEnded);
  }));

test("a job keeps its machine while its driver has it wait for longer than a lease", () =>
  withSite(
    1,
    async (site) => {
      const plan = await site.plan();
      let busy = true;
      site.world.before = (method) => {
        if (method !== "ensure COMMISSIONED" || !busy) return;
        busy = false;
        throw driverFailure(Code.Unavailable, ErrorReason.TARGET_BUSY, "busy", 3_000);
      };
      const { job: first } = await site.client.startJob(startRequest(plan));
      await site.reaches(first?.id ?? "", "commission/n000", TaskState.RUNNING);
      const { job: second } = await site.client.startJob(startRequest(plan));
      expect(stateOf((await site.follow(first?.id ?? "")).job)).toBe("SUCCEEDED");
      expect(stateOf((await site.follow(second?.id ?? "")).job)).toBe("SUCCEEDED");
      expect(await site.tasks(first?.id ?? "")).toContain("commission/n000 SUCCEEDED");
      expect(await site.tasks(second?.id ?? "")).toContain("commission/n000 SKIPPED");
    },
    { deadAfterMs: 1_000, policy: { backoffMaxMs: 3_000 } },
  ));

test("a machine that was deployed since the plan keeps its ports while it is commissioned", () =>
  withSite(1, async (site) => {
    const plan = await site.plan(Action.COMMISSION);
    const machine = site.world.machines.get("n000");
    const calls: string[] = [];
    site.world.before = (method) => {
      // By somebody else, after the job found the plan still true.
      if (method === "ensureSite") Object.assign(machine ?? {}, { state: ServerState.DEPLOYED });
      calls.push(method);
    };
    await site.run(plan);
    expect(calls).toContain("ensureSite");
    expect(calls).not.toContain("ensureNetwork");
  }));
