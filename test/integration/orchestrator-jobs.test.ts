import { createHash } from "node:crypto";
import { Code } from "@connectrpc/connect";
import { expect, test } from "vitest";
import { HardwareVerdict, NodePhase } from "../../gen/bedplate/design/v1/node_status_pb.js";
import { ServerState } from "../../gen/bedplate/driver/v1/server_driver_service_pb.js";
import { type Event, JobState, TaskState } from "../../gen/bedplate/orchestrator/v1/job_pb.js";
import { StepKind } from "../../gen/bedplate/orchestrator/v1/plan_pb.js";
import { ErrorReason } from "../../gen/bedplate/type/v1/error_pb.js";
import { nodeToken } from "../../src/db/schema.ts";
import { createDriverWorld, driverFailure, type Machine } from "../support/driver-world.ts";
import { nodeNames, startRequest, stateOf, withSite } from "../support/orchestrator.ts";

const machineOf = (machines: ReadonlyMap<string, Machine>, name: string): Machine => {
  const machine = machines.get(name);
  if (machine === undefined) throw new Error(`no machine ${name}`);
  return machine;
};

test("a deploy takes every node through its steps, and a second one finds nothing to do", () =>
  withSite(3, async (site) => {
    const plan = await site.plan();
    expect([plan.stepCount, plan.nodeCount, plan.destructiveCount]).toEqual([19, 3, 0]);
    const job = await site.run(plan);
    expect([stateOf(job), job.message]).toEqual(["SUCCEEDED", "3 of 3 nodes done"]);
    expect(site.world.ledger.filter((write) => write.startsWith("deploy")).toSorted()).toEqual(
      nodeNames(3).map((name) => `deploy ${name}`),
    );
    const { statuses } = await site.state.listNodeStatus({ design: "lab" });
    for (const status of statuses) {
      expect(status).toMatchObject({
        phase: NodePhase.READY,
        hardwareVerdict: HardwareVerdict.MATCH,
        lastJobId: job.id,
        providerId: `id-${status.node}`,
        deployedRevision: 1n,
        designChanged: false,
      });
      expect(status.deployedSpecDigest).toBe(machineOf(site.world.machines, status.node).specDigest);
    }
    const { manifest } = await site.state.getAsBuilt({ design: "lab", node: "n000" });
    expect(manifest?.nics[0]?.pciAddress).toBe("0000:00:03.0");

    const writes = site.world.ledger.length;
    const again = await site.plan();
    expect(again.changeCount).toBe(0);
    const repeated = await site.run(again);
    expect(stateOf(repeated)).toBe("SUCCEEDED");
    expect(Object.keys(repeated.taskCounts)).toEqual(["skipped"]);
    expect(site.world.ledger).toHaveLength(writes);
  }));

test("each machine gets a token of its own, known by its hash before the machine can use it", () =>
  withSite(2, async (site) => {
    const job = await site.run(await site.plan());
    const tokens = nodeNames(2).map((name) => {
      const { userData } = machineOf(site.world.machines, name);
      expect(userData.startsWith("#cloud-config\n")).toBe(true);
      const [file] = JSON.parse(userData.slice(userData.indexOf("{"))).write_files;
      expect(file).toMatchObject({ path: "/etc/bedplate/introspection.json", permissions: "0600" });
      const access = JSON.parse(file.content) as { url: string; token: string; node: string };
      expect(access).toMatchObject({ url: "http://127.0.0.1:7070", node: name });
      return access.token;
    });
    expect(new Set(tokens).size).toBe(2);
    const rows = await site.database.db.select().from(nodeToken);
    const hashes = tokens.map((token) => createHash("sha256").update(token).digest("hex"));
    expect(rows.map(({ tokenSha256 }) => tokenSha256).toSorted()).toEqual(hashes.toSorted());
    expect(rows.every(({ jobId }) => jobId === job.id)).toBe(true);
  }));

test("a machine without a device stops before anything is written to it, and the others go on", () =>
  withSite(3, async (site) => {
    machineOf(site.world.machines, "n001").nics.shift();
    const job = await site.run(await site.plan());
    expect([stateOf(job), job.message]).toEqual([
      "FAILED",
      "1 of 3 nodes failed: verify-hardware/n001: hardware is not as designed: alias nic1: no device at PCI 0000:00:03.0 (found 0000:00:04.0)",
    ]);
    expect((await site.tasks(job.id)).filter((task) => task.includes("n001"))).toEqual([
      "commission/n001 SUCCEEDED",
      "verify-hardware/n001 FAILED",
      "configure-network/n001 BLOCKED",
      "configure-storage/n001 BLOCKED",
      "deploy/n001 BLOCKED",
      "verify-node/n001 BLOCKED",
    ]);
    expect(site.world.ledger).not.toContain("network n001");
    expect(site.world.ledger.filter((write) => write.startsWith("deploy"))).toHaveLength(2);
    const { status } = await site.state.getNodeStatus({ design: "lab", node: "n001" });
    expect(status).toMatchObject({ phase: NodePhase.FAILED, hardwareVerdict: HardwareVerdict.MISMATCH });
    expect(status?.hardwareDifferences[0]?.field).toBe('device_aliases["nic1"].address');
  }));

test("a site that can't be prepared blocks every node", () =>
  withSite(2, async (site) => {
    const plan = await site.plan();
    site.world.before = (method) => {
      if (method === "ensureSite")
        throw driverFailure(Code.FailedPrecondition, ErrorReason.TARGET_REJECTED, "vlan 7 is taken");
    };
    const job = await site.run(plan);
    expect([stateOf(job), job.message]).toEqual([
      "FAILED",
      "the site could not be prepared: prepare-site/maas: vlan 7 is taken",
    ]);
    expect(job.taskCounts).toEqual({ failed: 1, blocked: 12 });
    expect(site.world.ledger).toEqual([]);
  }));

test("a driver that is busy or away is called again, and a step that is refused is not", () =>
  withSite(1, async (site) => {
    const plan = await site.plan();
    const seen = new Map<string, number>();
    site.world.before = (method) => {
      const count = (seen.get(method) ?? 0) + 1;
      seen.set(method, count);
      if (count > 3) return;
      if (method === "ensure COMMISSIONED") throw driverFailure(Code.Unavailable, ErrorReason.TARGET_BUSY, "busy", 1);
      if (method === "getServerHardware")
        throw driverFailure(Code.Unavailable, ErrorReason.PLUGIN_UNAVAILABLE, "gone", 1);
      if (method === "ensure DEPLOYED")
        throw driverFailure(Code.Unauthenticated, ErrorReason.TARGET_UNAUTHENTICATED, "bad key");
    };
    const job = await site.run(plan);
    expect(job.message).toBe("1 of 1 nodes failed: deploy/n000: bad key");
    expect(seen.get("ensure DEPLOYED")).toBe(1);
    const { tasks } = await site.client.listTasks({ jobId: job.id });
    expect(tasks.find(({ kind }) => kind === StepKind.COMMISSION)?.attempt).toBe(4);
  }));

test("a driver that stays away is given up after the attempts of the policy", () =>
  withSite(
    1,
    async (site) => {
      const plan = await site.plan();
      site.world.before = (method) => {
        if (method === "ensure COMMISSIONED")
          throw driverFailure(Code.Unavailable, ErrorReason.TARGET_UNREACHABLE, "no answer", 1);
      };
      const job = await site.run(plan);
      expect(job.message).toBe("1 of 1 nodes failed: commission/n000: no answer (tried 3 times)");
    },
    { policy: { attempts: 3 } },
  ));

test("no more calls are under way than the driver takes", () =>
  withSite(
    12,
    async (site) => {
      site.world.before = () => new Promise((resolve) => setImmediate(resolve));
      const job = await site.run(await site.plan());
      expect(stateOf(job)).toBe("SUCCEEDED");
      expect(site.world.busiest).toBe(3);
    },
    { world: createDriverWorld(nodeNames(12), { maxInFlight: 3 }) },
  ));

test("every call of a step has one operation id, and different steps have different ones", () =>
  withSite(2, async (site) => {
    await site.run(await site.plan());
    const ids = [...site.world.operations.values()];
    expect(ids.length).toBe(11);
    // Ports are brought to two modes, each in a step of its own.
    for (const [what, each] of site.world.operations) expect(each.size).toBe(what.startsWith("ports") ? 2 : 1);
    expect(new Set(ids.flatMap((each) => [...each])).size).toBe(13);
  }));

test("a world that changed in the middle of a job is looked at again; going on needs nothing the plan lacked", () =>
  withSite(2, async (site) => {
    const plan = await site.plan();
    let touched = false;
    site.world.before = (method, subject) => {
      if (method !== "ensure NETWORK_CONFIGURED" || touched) return;
      touched = true;
      // Another hand renames the one machine, and installs something on the other.
      machineOf(site.world.machines, subject).version++;
      const other = machineOf(site.world.machines, subject === "n000" ? "n001" : "n000");
      Object.assign(other, { state: ServerState.DEPLOYED, specDigest: "", version: 99 });
    };
    const job = await site.run(plan);
    expect(stateOf(job)).toBe("FAILED");
    const { tasks } = await site.client.listTasks({ jobId: job.id, state: TaskState.FAILED });
    expect(tasks).toHaveLength(1);
    expect(tasks[0]?.message).toMatch(
      /^the world changed: configure-network\/n00[01] would now destroy data: the machine is deployed, and not by this job$/,
    );
    expect(site.world.ledger.filter((write) => write.startsWith("release"))).toEqual([]);
  }));

test("consent destroys once: what is installed after the job freed the machine is left alone", () =>
  withSite(1, async (site) => {
    const machine = machineOf(site.world.machines, "n000");
    for (const [method, digest] of [
      ["ensure DEPLOYED", ""],
      ["ensure DEPLOYED", "another"],
      ["ensure NETWORK_CONFIGURED", ""],
      ["ensure NETWORK_CONFIGURED", "another"],
    ] as const) {
      // Nobody knows what it was installed with, so by its digest it can't be told from what comes after it.
      Object.assign(machine, { state: ServerState.DEPLOYED, specDigest: "", version: machine.version + 1 });
      const plan = await site.plan();
      const writes = site.world.ledger.length;
      let touched = false;
      site.world.before = (called) => {
        if (called !== method || touched || machine.state === ServerState.DEPLOYED) return;
        touched = true;
        Object.assign(machine, { state: ServerState.DEPLOYED, specDigest: digest, version: machine.version + 1 });
      };
      const job = await site.run(plan, { allowDestroy: true });
      expect([method, digest, touched, stateOf(job)]).toEqual([method, digest, true, "FAILED"]);
      const released = site.world.ledger.slice(writes).filter((write) => write.startsWith("release"));
      expect(released).toEqual(["release n000"]);
      expect(machine).toMatchObject({ state: ServerState.DEPLOYED, specDigest: digest });
      const { tasks } = await site.client.listTasks({ jobId: job.id, state: TaskState.FAILED });
      expect(tasks[0]?.message).toContain("would now destroy data: the machine is deployed, and not by this job");
    }
  }));

test("consent is used up by the release itself, however soon the machine is installed again", () =>
  withSite(1, async (site) => {
    const machine = machineOf(site.world.machines, "n000");
    Object.assign(machine, { state: ServerState.DEPLOYED, version: 7 });
    const plan = await site.plan();
    let answered = false;
    let touched = false;
    site.world.before = (called) => {
      // Once the driver has answered the first call, and before anybody looks again.
      if (answered && !touched) {
        touched = true;
        Object.assign(machine, { state: ServerState.DEPLOYED, version: 99 });
      }
      answered ||= called === "ensure NETWORK_CONFIGURED";
    };
    expect(stateOf(await site.run(plan, { allowDestroy: true }))).toBe("FAILED");
    expect(site.world.ledger).toEqual(["site", "release n000"]);
    expect(machine).toMatchObject({ state: ServerState.DEPLOYED, version: 99 });
  }));

test("events tell the whole story without gaps or repeats, from any point on", () =>
  withSite(2, async (site) => {
    const job = await site.run(await site.plan());
    const { events } = await site.follow(job.id);
    expect(events.map(({ sequence }) => sequence)).toEqual(events.map((_, index) => BigInt(index + 1)));
    const states = events.flatMap(({ change }) => (change.case === "job" ? [JobState[change.value.state]] : []));
    expect(states).toEqual(["PENDING", "RUNNING", "SUCCEEDED"]);
    const ofDeploy = events.flatMap(({ change }) =>
      change.case === "task" && change.value.stepId === "deploy/n000" ? [TaskState[change.value.state]] : [],
    );
    expect([ofDeploy[0], ofDeploy.at(-1)]).toEqual(["RUNNING", "SUCCEEDED"]);
    const rest: Event[] = [];
    for await (const batch of site.client.watchJob({ jobId: job.id, afterSequence: 5n })) rest.push(...batch.events);
    expect(rest).toEqual(events.slice(5));
    const ofDesign: Event[] = [];
    for await (const batch of site.client.watchEvents({ design: "lab" })) {
      ofDesign.push(...batch.events);
      if (ofDesign.length >= events.length) break;
    }
    expect(ofDesign).toEqual(events);
  }));

test("a node that doesn't call in is waited for, stuck past its deadline, and given up in the end", () =>
  withSite(
    1,
    async (site) => {
      const { job: started } = await site.client.startJob(startRequest(await site.plan()));
      const jobId = started?.id ?? "";
      const stuck = await site.reaches(jobId, "verify-node/n000", TaskState.STUCK);
      expect(stuck.waitingFor).toBe("node n000 to call in");
      expect(stuck.waitingUntil).toBeDefined();
      const listed = await site.client.listStuck({});
      expect(listed.waits).toMatchObject([
        { design: "lab", jobId, waitingFor: "node n000 to call in", what: { case: "task", value: stuck } },
      ]);
      const { job } = await site.follow(jobId);
      expect(job.message).toBe(
        "1 of 1 nodes failed: verify-node/n000: given up after 1 s, waiting for node n000 to call in",
      );
      expect((await site.client.listStuck({})).waits).toEqual([]);
    },
    { callIn: false, policy: { deadlineMs: deadlines(500) } },
  ));

test("a canceled job starts nothing more and ends as canceled", () =>
  withSite(
    2,
    async (site) => {
      const { job: started } = await site.client.startJob(startRequest(await site.plan()));
      const jobId = started?.id ?? "";
      await site.reaches(jobId, "verify-node/n000", TaskState.RUNNING);
      await site.client.cancelJob({ jobId, reason: "wrong rack" });
      const { job } = await site.follow(jobId);
      expect([stateOf(job), job.message]).toEqual(["CANCELED", "canceled: wrong rack"]);
      expect(await site.tasks(jobId)).toContain("verify-node/n000 CANCELED");
      expect(stateOf((await site.client.cancelJob({ jobId })).job)).toBe("CANCELED");
    },
    { callIn: false },
  ));

test("two jobs never work on one node at the same time", () =>
  withSite(1, async (site) => {
    const plan = await site.plan();
    const held = Promise.withResolvers<void>();
    const reached = Promise.withResolvers<void>();
    site.world.before = async (method) => {
      if (method !== "ensure COMMISSIONED") return;
      reached.resolve();
      await held.promise;
    };
    const first = await site.client.startJob(startRequest(plan));
    await reached.promise;
    const second = await site.client.startJob(startRequest(plan));
    for await (const { events } of site.client.watchJob({ jobId: second.job?.id ?? "" })) {
      if (
        events.some(
          ({ change }) => change.case === "node" && change.value.message.startsWith(`waits for job ${first.job?.id}`),
        )
      )
        break;
    }
    held.resolve();
    expect(stateOf((await site.follow(first.job?.id ?? "")).job)).toBe("SUCCEEDED");
    expect(stateOf((await site.follow(second.job?.id ?? "")).job)).toBe("SUCCEEDED");
    expect(site.world.ledger.filter((write) => write.startsWith("deploy"))).toEqual(["deploy n000"]);
  }));

function deadlines(verifyNodeMs: number): Record<StepKind, number> {
  const kinds = Object.values(StepKind).filter((kind) => typeof kind === "number");
  const all = Object.fromEntries(kinds.map((kind) => [kind, 60_000])) as Record<StepKind, number>;
  return { ...all, [StepKind.VERIFY_NODE]: verifyNodeMs };
}
