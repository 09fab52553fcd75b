import type { JsonObject } from "@bufbuild/protobuf";
import { Code } from "@connectrpc/connect";
import { expect, test } from "vitest";
import { ServerState } from "../../gen/bedplate/driver/v1/server_driver_service_pb.js";
import {
  type JobGroup,
  JobGroupState,
  type JobNode,
  JobNodeState,
  JobState,
  TaskState,
} from "../../gen/bedplate/orchestrator/v1/job_pb.js";
import { ErrorReason } from "../../gen/bedplate/type/v1/error_pb.js";
import { driverFailure } from "../support/driver-world.ts";
import { failureOf } from "../support/failure-of.ts";
import { nodeNames, type Site, startRequest, stateOf, withSite } from "../support/orchestrator.ts";
import { commitTo, documentOf, nodeDocument } from "../support/state-service.ts";

/** Gives the site fields of its own, and nodes others. */
async function design(site: Site, fields: JsonObject, nodes: Readonly<Record<number, JsonObject>> = {}): Promise<void> {
  const changed = Object.entries(nodes).map(([index, spec]) => nodeDocument(Number(index), spec));
  const { revision } = await commitTo(site.state, "main", [
    documentOf("Site", "lab", { domain: "lab.example", ...fields }, 1),
    ...changed,
  ]);
  expect(revision?.valid).toBe(true);
}

const refuse = (what: string): never => {
  throw driverFailure(Code.FailedPrecondition, ErrorReason.TARGET_REJECTED, what);
};

async function nodesOf(site: Site, jobId: string): Promise<readonly string[]> {
  const { nodes } = await site.client.listJobNodes({ jobId });
  return nodes.map(({ node, state }: JobNode) => `${node} ${JobNodeState[state]}`);
}

async function groupsOf(site: Site, jobId: string): Promise<readonly string[]> {
  const { groups } = await site.client.listJobGroups({ jobId });
  return groups.map(({ name, state }: JobGroup) => `${name} ${JobGroupState[state]}`);
}

const deploys = (site: Site): readonly string[] => site.world.ledger.filter((write) => write.startsWith("deploy"));

test("a group begins when those before it have succeeded, and is blocked when one of them has not", () =>
  withSite(4, async (site) => {
    const [a, b, c] = [{ names: ["n003"] }, { names: ["n000", "n001"] }, { names: ["n002"] }];
    await design(site, {
      deployment_groups: [
        { name: "first", selector: a },
        { name: "second", selector: b, depends_on: ["first"], failure: { require_percent: 50 } },
        { name: "third", selector: c, depends_on: ["second"] },
      ],
    });
    site.world.before = (method, subject) => {
      if (method === "ensure DEPLOYED" && subject === "n001") refuse("no");
    };
    const job = await site.run(await site.plan());
    // Half of the second group was enough for the third, and for the job.
    expect([stateOf(job), job.message]).toEqual(["SUCCEEDED", "3 of 4 nodes done, as many as were required"]);
    expect(deploys(site).map((write) => write.slice(-4))).toEqual(["n003", "n000", "n002"]);
    expect(await groupsOf(site, job.id)).toEqual(["first SUCCEEDED", "second SUCCEEDED", "third SUCCEEDED"]);

    site.world.before = (method, subject) => {
      if (method === "ensure DEPLOYED" && subject === "n001") refuse("still no");
    };
    await design(
      site,
      {
        deployment_groups: [
          { name: "second", selector: b },
          { name: "third", selector: c, depends_on: ["second"] },
        ],
      },
      { 2: { platform: { image: "jammy" } } },
    );
    const again = await site.run(await site.plan(), { allowDestroy: true });
    expect(stateOf(again)).toBe("FAILED");
    expect(again.message).toBe("1 of 4 nodes failed, 1 not tried: deploy/n001: still no");
    expect(await groupsOf(site, again.id)).toEqual(["second FAILED", "third BLOCKED", " SUCCEEDED"]);
    expect(await nodesOf(site, again.id)).toEqual(["n000 SKIPPED", "n001 FAILED", "n002 BLOCKED", "n003 SKIPPED"]);
    const { tasks } = await site.client.listTasks({ jobId: again.id, state: TaskState.BLOCKED });
    expect(tasks.map(({ stepId, message }) => [stepId.split("/")[1], message]).at(-1)).toEqual([
      "n002",
      "not tried: group second before it failed",
    ]);
    expect(again.nodeCounts).toEqual({ skipped: 2, failed: 1, blocked: 1 });
  }));

test("a group that stops at a failure lets those at work go on and begins no other", () =>
  withSite(4, async (site) => {
    site.world.before = (method, subject) => {
      if (method === "ensure COMMISSIONED" && subject === "n000") refuse("broken");
    };
    const request = startRequest(await site.plan());
    const policy = { nodesAtOnce: 1, failure: { onFailure: "stop" } };
    const { job } = await site.client.startJob({ ...request, policy });
    const ended = (await site.follow(job?.id ?? "")).job;
    expect(stateOf(ended)).toBe("FAILED");
    expect(await nodesOf(site, ended.id)).toEqual(["n000 FAILED", "n001 BLOCKED", "n002 BLOCKED", "n003 BLOCKED"]);
    expect(site.world.ledger.filter((write) => write.startsWith("commission"))).toEqual([]);
    const { nodes } = await site.client.listJobNodes({ jobId: ended.id, state: JobNodeState.BLOCKED, pageSize: 2 });
    expect(nodes.map(({ message }) => message)[0]).toBe(
      "not tried: a node of its group failed, and the group stops then",
    );

    // What failed is tried again, and what was not tried: nothing else.
    site.world.before = () => {};
    const retry = await site.client.retryJob({ jobId: ended.id, requestId: "try again" });
    expect(retry.job).toMatchObject({ retryOf: ended.id, policy: { nodesAtOnce: 1 } });
    expect((await site.client.retryJob({ jobId: ended.id, requestId: "try again" })).job?.id).toBe(retry.job?.id);
    const retried = (await site.follow(retry.job?.id ?? "")).job;
    expect([stateOf(retried), retried.nodeCounts]).toEqual(["SUCCEEDED", { succeeded: 4 }]);
    const refused = await failureOf(site.client.retryJob({ jobId: retried.id, requestId: "once more" }));
    expect([refused.code, refused.reason]).toEqual(["FailedPrecondition", "ENDED"]);
  }));

test("no more nodes are at work than the job, a rack and a controller allow", () =>
  withSite(6, async (site) => {
    await design(
      site,
      { job_policy: { nodes_at_once: 4, nodes_per_rack: 1 } },
      Object.fromEntries([0, 1, 2, 3].map((index) => [index, { metadata: { rack: index < 2 ? "r1" : "r2" } }])),
    );
    const working = new Set<string>();
    let most = 0;
    const racks = new Map<string, number>();
    const rackOf = (node: string): string =>
      ["n000", "n001"].includes(node) ? "r1" : ["n002", "n003"].includes(node) ? "r2" : "";
    const jobs = await site.client.startJob(startRequest(await site.plan()));
    for await (const { events } of site.client.watchJob({ jobId: jobs.job?.id ?? "" })) {
      for (const { change } of events) {
        if (change.case !== "node") continue;
        if (change.value.state === JobNodeState.RUNNING) working.add(change.value.node);
        else working.delete(change.value.node);
        most = Math.max(most, working.size);
        for (const rack of ["r1", "r2"]) {
          const inRack = [...working].filter((node) => rackOf(node) === rack).length;
          racks.set(rack, Math.max(racks.get(rack) ?? 0, inRack));
        }
      }
    }
    expect([most <= 4, Object.fromEntries(racks)]).toEqual([true, { r1: 1, r2: 1 }]);
    expect(deploys(site)).toHaveLength(6);
  }));

test("a held job starts no task, goes on where it stopped, and repeats nothing", () =>
  withSite(3, async (site) => {
    const reached = Promise.withResolvers<void>();
    const let_go = Promise.withResolvers<void>();
    site.world.before = async (method, subject) => {
      if (method !== "ensure NETWORK_CONFIGURED" || subject !== "n001") return;
      reached.resolve();
      await let_go.promise;
    };
    const { job } = await site.client.startJob({ ...startRequest(await site.plan()), policy: { nodesAtOnce: 2 } });
    const jobId = job?.id ?? "";
    await reached.promise;
    const held = await site.client.pauseJob({ jobId });
    expect(stateOf(held.job)).toBe("PAUSED");
    expect(stateOf((await site.client.pauseJob({ jobId })).job)).toBe("PAUSED");
    let_go.resolve();
    await site.reaches(jobId, "configure-network/n001", TaskState.SUCCEEDED);
    const begun = (await site.tasks(jobId)).filter((task) => task.endsWith("RUNNING"));
    const before = new Set((await site.tasks(jobId)).filter((task) => !task.endsWith("PENDING")));
    // A process that takes the job up while it is held finds it held.
    expect(begun.every((task) => !task.includes("n001"))).toBe(true);
    expect(stateOf((await site.client.resumeJob({ jobId })).job)).toBe("RUNNING");
    const { job: ended, events } = await site.follow(jobId);
    expect(stateOf(ended)).toBe("SUCCEEDED");
    const once = new Set(site.world.ledger);
    expect(site.world.ledger).toHaveLength(once.size);
    expect(before.size).toBeGreaterThan(0);
    const states = events.flatMap(({ change }) => (change.case === "job" ? [JobState[change.value.state]] : []));
    expect(states).toEqual(["PENDING", "RUNNING", "PAUSED", "RUNNING", "SUCCEEDED"]);
    const refused = await failureOf(site.client.pauseJob({ jobId }));
    expect([refused.code, refused.reason]).toEqual(["FailedPrecondition", "ENDED"]);
  }));

test("nodes whose data would be destroyed wait for consent, each for its own, and those of a canceled job don't begin", () =>
  withSite(3, async (site) => {
    for (const name of nodeNames(2)) {
      const machine = site.world.machines.get(name);
      if (machine !== undefined)
        Object.assign(machine, { state: ServerState.DEPLOYED, specDigest: "other", version: 9 });
    }
    const plan = await site.plan();
    const { job } = await site.client.startJob({ ...startRequest(plan), policy: { gateDestructive: true } });
    const jobId = job?.id ?? "";
    await site.reaches(jobId, "verify-node/n002", TaskState.SUCCEEDED);
    expect(await nodesOf(site, jobId)).toEqual(["n000 GATED", "n001 GATED", "n002 SUCCEEDED"]);
    const nobody = await failureOf(site.client.approveNodes({ jobId, nodes: ["n009"] }));
    expect([nobody.code, nobody.message]).toEqual(["NotFound", `job ${jobId} has no node n009`]);
    await site.client.approveNodes({ jobId, nodes: ["n001"] });
    await site.reaches(jobId, "verify-node/n001", TaskState.SUCCEEDED);
    expect(site.world.ledger.filter((write) => write.startsWith("release"))).toEqual(["release n001"]);
    await site.client.cancelJob({ jobId, reason: "enough" });
    const { job: ended } = await site.follow(jobId);
    expect([stateOf(ended), ended.message]).toEqual(["CANCELED", "canceled: enough"]);
    expect(await nodesOf(site, jobId)).toEqual(["n000 CANCELED", "n001 SUCCEEDED", "n002 SUCCEEDED"]);
    expect(site.world.ledger.some((write) => write.endsWith("release n000"))).toBe(false);
    // The retry of it may destroy no more than was consented to: it waits at a gate of its own.
    const { job: again } = await site.client.retryJob({ jobId, requestId: "the rest" });
    expect(await nodesOf(site, again?.id ?? "")).toEqual(["n000 GATED"]);
    await site.client.cancelJob({ jobId: again?.id ?? "", reason: "enough" });
    await site.follow(again?.id ?? "");
    expect(site.world.ledger.some((write) => write.endsWith("release n000"))).toBe(false);
  }));
