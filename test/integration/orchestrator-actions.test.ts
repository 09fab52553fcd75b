import { expect, test } from "vitest";
import { NodePhase } from "../../gen/bedplate/design/v1/node_status_pb.js";
import { PowerState, ServerState } from "../../gen/bedplate/driver/v1/server_driver_service_pb.js";
import { TaskState } from "../../gen/bedplate/orchestrator/v1/job_pb.js";
import { Action, Disposition, PowerChange } from "../../gen/bedplate/orchestrator/v1/plan_pb.js";
import { nodeToken } from "../../src/db/schema.ts";
import type { Machine } from "../support/driver-world.ts";
import { failureOf } from "../support/failure-of.ts";
import { type Site, startRequest, stateOf, withSite } from "../support/orchestrator.ts";
import { commitTo, documentOf, nodeDocument } from "../support/state-service.ts";

const machineOf = ({ world }: Site, name: string): Machine => {
  const machine = world.machines.get(name);
  if (machine === undefined) throw new Error(`no machine ${name}`);
  return machine;
};

const planOf = async (site: Site, request: Parameters<Site["client"]["createPlan"]>[0]) => {
  const { plan } = await site.client.createPlan({ design: "lab", ...request });
  if (plan === undefined) throw new Error("no plan");
  return plan;
};

const stepsOf = async ({ client }: Site, planId: string) => {
  const { steps } = await client.listPlanSteps({ planId, pageSize: 1000 });
  return steps.map(
    ({ id, disposition, destructive, reason }) =>
      `${id} ${Disposition[disposition]}${destructive ? " destructive" : ""}: ${reason}`,
  );
};

const statusOf = async ({ state }: Site, node: string) => (await state.getNodeStatus({ design: "lab", node })).status;

/** Plans, expects nothing to do, and applies that. */
const expectNothingToDo = async (site: Site, request: Parameters<Site["client"]["createPlan"]>[0]) => {
  const plan = await planOf(site, request);
  expect(plan.changeCount).toBe(0);
  const job = await site.run(plan);
  expect(stateOf(job)).toBe("SUCCEEDED");
  expect((await site.tasks(job.id)).filter((task) => !task.endsWith(" SKIPPED"))).toEqual([]);
};

test("a release gives machines back with consent, once, and forgets what was deployed", () =>
  withSite(2, async (site) => {
    await site.run(await site.plan());
    const deployed = await statusOf(site, "n000");
    expect(deployed).toMatchObject({ phase: NodePhase.READY, deployedRevision: 1n });
    const tokens = () => site.database.db.$count(nodeToken);
    expect(await tokens()).toBe(2);

    const plan = await site.plan(Action.RELEASE, ["n000"]);
    expect(plan).toMatchObject({ nodeCount: 1, stepCount: 1, destructiveCount: 1 });
    expect(await stepsOf(site, plan.id)).toEqual([
      "release/n000 CHANGE destructive: the machine is deployed: what is on it would be lost",
    ]);
    expect(await failureOf(site.client.startJob(startRequest(plan)))).toMatchObject({ reason: "CONSENT_REQUIRED" });
    expect(site.world.ledger.filter((line) => line.startsWith("release"))).toEqual([]);

    const job = await site.run(plan, { allowDestroy: true });
    expect(stateOf(job)).toBe("SUCCEEDED");
    expect(site.world.ledger.filter((line) => line.startsWith("release"))).toEqual(["release n000"]);
    expect(machineOf(site, "n000").state).toBe(ServerState.READY);
    const status = await statusOf(site, "n000");
    expect(status).toMatchObject({ phase: NodePhase.RELEASED, deployedSpecDigest: "", deployedRevision: 0n });
    expect(await tokens()).toBe(1);
    await expectNothingToDo(site, { action: Action.RELEASE, selector: { names: ["n000"] } });

    // Given back by hand: what is recorded is put right.
    machineOf(site, "n001").state = ServerState.READY;
    const byHand = await site.plan(Action.RELEASE, ["n001"]);
    expect(byHand).toMatchObject({ changeCount: 1, destructiveCount: 0 });
    expect(stateOf(await site.run(byHand))).toBe("SUCCEEDED");
    expect(await statusOf(site, "n001")).toMatchObject({ phase: NodePhase.RELEASED });
    expect(site.world.ledger.filter((line) => line.startsWith("release"))).toEqual(["release n000"]);
  }));

test("a release refuses a machine that was installed anew since it was planned", () =>
  withSite(1, async (site) => {
    await site.run(await site.plan());
    const plan = await site.plan(Action.RELEASE);
    machineOf(site, "n000").specDigest = "f".repeat(64);
    const refused = await failureOf(site.client.startJob({ ...startRequest(plan), allowDestroy: true }));
    expect(refused).toMatchObject({
      reason: "PLAN_STALE",
      message: "the plan is stale: node n000 was installed anew since, and its data was to be destroyed",
    });
  }));

test("power is switched by the server driver, off with consent, on without, and cycled in two steps", () =>
  withSite(1, async (site) => {
    await site.run(await site.plan());
    site.world.ledger.length = 0;
    const power = (change: PowerChange) => ({ action: Action.POWER, power: change });
    await expectNothingToDo(site, power(PowerChange.ON));

    const off = await planOf(site, power(PowerChange.OFF));
    expect(await stepsOf(site, off.id)).toEqual([
      "power-off/n000 CHANGE destructive: the machine is on: what runs on it would be cut off",
    ]);
    expect(await failureOf(site.client.startJob(startRequest(off)))).toMatchObject({
      ...{ reason: "CONSENT_REQUIRED", message: "the plan switches off n000" },
    });
    expect(stateOf(await site.run(off, { allowDestroy: true }))).toBe("SUCCEEDED");
    await expectNothingToDo(site, power(PowerChange.OFF));
    expect(stateOf(await site.run(await planOf(site, power(PowerChange.ON))))).toBe("SUCCEEDED");
    const cycled = await site.run(await planOf(site, power(PowerChange.CYCLE)), { allowDestroy: true });
    expect(await site.tasks(cycled.id)).toEqual(["power-off/n000 SUCCEEDED", "power-on/n000 SUCCEEDED"]);
    const [down, up] = ["power OFF n000", "power ON n000"];
    expect(site.world.ledger).toEqual([down, up, down, up]);
    expect(await statusOf(site, "n000")).toMatchObject({ phase: NodePhase.READY });
  }));

test("power is switched by the OOB driver where the site says so, with the password found late, and a failure keeps the phase", () =>
  withSite(
    1,
    async (site) => {
      const owned = (spec: object) =>
        documentOf("Site", "lab", { domain: "lab.example", power_owner: "oob_driver", ...spec }, 1);
      const oob = { type: "ipmi", network: "oob", account: "root", credential: { ref: "env:BEDPLATE_SECRET_BMC" } };
      const addressing = [
        { network: "mgmt", address: "10.0.0.10" },
        { network: "oob", address: "10.9.0.10" },
      ];
      const node = nodeDocument(0, { oob, addressing });
      const bmcs = documentOf("Network", "oob", { cidr: "10.9.0.0/16" }, 25);
      await commitTo(site.state, "main", [owned({}), bmcs, node]);
      const power = (change: PowerChange) => ({ action: Action.POWER, power: change });
      expect(await failureOf(planOf(site, power(PowerChange.ON)))).toMatchObject({
        code: "FailedPrecondition",
        reason: "DESIGN_INVALID",
        message: expect.stringContaining("power is the OOB driver's, and the site names none"),
      });
      await commitTo(site.state, "main", [owned({ oob_driver: "bmc" })]);
      const secrets = { api_key: { source: { case: "literal" as const, value: "hunter2" } } };
      await site.client.putDriverInstance({
        instance: { name: "bmc", plugin: "fake", endpoint: "http://fake", secrets },
      });

      const on = await planOf(site, power(PowerChange.ON));
      expect((await site.client.listPlanSteps({ planId: on.id })).steps[0]?.driverInstance).toBe("bmc");
      expect(stateOf(await site.run(on))).toBe("SUCCEEDED");
      expect(site.world.credentials.get("n000")).toBe("calvin");
      expect(machineOf(site, "n000").power).toBe(PowerState.ON);

      const commissioned = await site.run(await site.plan(Action.COMMISSION));
      expect((await site.tasks(commissioned.id)).slice(0, 3)).toEqual([
        "prepare-site/maas SUCCEEDED",
        "verify-oob/n000 SUCCEEDED",
        "commission/n000 SUCCEEDED",
      ]);
      const phase = (await statusOf(site, "n000"))?.phase;
      const off = await planOf(site, power(PowerChange.OFF));
      machineOf(site, "n000").specDigest = "e".repeat(64);
      site.world.before = (method) => {
        if (method === "power OFF") throw new Error("no answer");
      };
      const refused = await failureOf(site.client.startJob({ ...startRequest(off), allowDestroy: true }));
      expect(refused.reason).toBe("PLAN_STALE");
      const again = await planOf(site, power(PowerChange.OFF));
      expect(stateOf(await site.run(again, { allowDestroy: true }))).toBe("FAILED");
      expect((await statusOf(site, "n000"))?.phase).toBe(phase);
    },
    { env: { BEDPLATE_SECRET_BMC: "calvin" }, policy: { attempts: 2 } },
  ));

test("tags and owner data are written to installed machines and never mean another installation", () =>
  withSite(2, async (site) => {
    await site.run(await site.plan());
    site.world.ledger.length = 0;
    await expectNothingToDo(site, { action: Action.ANNOTATE });
    const tagged = (index: number) =>
      nodeDocument(index, { metadata: { tags: ["blue"], owner_data: { team: "ops" } } });
    await commitTo(site.state, "main", [tagged(0)]);

    const deploy = await site.plan();
    expect(deploy).toMatchObject({ changeCount: 1, destructiveCount: 0 });
    expect((await stepsOf(site, deploy.id)).filter((step) => step.includes(" CHANGE"))).toEqual([
      "annotate/n000 CHANGE: 2 tags and entries of owner data differ",
    ]);
    const annotate = await site.plan(Action.ANNOTATE);
    const { steps } = await site.client.listPlanSteps({ planId: annotate.id });
    expect(steps.map(({ id, changes }) => [id, changes.map(({ field, after }) => `${field}=${after}`)])).toEqual([
      ["annotate/n000", ["tags=blue", 'owner_data["team"]=ops']],
      ["annotate/n001", []],
    ]);
    expect(stateOf(await site.run(annotate))).toBe("SUCCEEDED");
    expect(site.world.ledger).toEqual(["annotate n000"]);
    expect(machineOf(site, "n000")).toMatchObject({ tags: ["blue"], ownerData: { team: "ops" } });
    await expectNothingToDo(site, { action: Action.ANNOTATE });
    await expectNothingToDo(site, { action: Action.DEPLOY });

    // A machine that isn't installed gets them when it is.
    machineOf(site, "n001").state = ServerState.READY;
    await expectNothingToDo(site, { action: Action.ANNOTATE, selector: { names: ["n001"] } });
  }));

test("a verify compares deployed nodes with the design, tells each difference with its origin, and writes nothing to the world", () =>
  withSite(3, async (site) => {
    await site.run(await site.plan(Action.DEPLOY, ["n000", "n001"]));
    const machine = machineOf(site, "n000");
    machine.drift = [
      {
        object: "interface pxe",
        action: "update",
        field: 'interfaces["pxe"].networks["mgmt"].address',
        before: "10.0.0.99",
        after: "10.0.0.10",
      },
    ];
    machine.power = PowerState.OFF;
    site.world.ledger.length = 0;
    const plan = await site.plan(Action.VERIFY);
    expect(plan).toMatchObject({ stepCount: 3, changeCount: 2, destructiveCount: 0 });
    const job = await site.run(plan);
    expect([stateOf(job), job.message]).toEqual(["SUCCEEDED", "2 nodes compared: 1 differs from the design"]);
    const { tasks } = await site.client.listTasks({ jobId: job.id });
    expect(tasks.map(({ stepId, state, message }) => `${stepId} ${TaskState[state]}: ${message}`)).toEqual([
      "verify-design/n000 SUCCEEDED: 2 differences: power is off, designed on",
      "verify-design/n001 SUCCEEDED: as designed",
      "verify-design/n002 SKIPPED: the node is not deployed: its machine is enlisted",
    ]);
    expect(site.world.ledger).toEqual([]);

    const list = async (request = {}) => (await site.client.listDrift({ design: "lab", ...request })).nodes;
    const [first, ...others] = await list();
    expect(others).toEqual([]);
    expect(first).toMatchObject({ node: "n000", revision: 1n, jobId: job.id, differenceCount: 2 });
    const [power, address] = first?.differences ?? [];
    expect(power).toMatchObject({ object: "power", designed: "on", observed: "off", field: "", item: "" });
    expect(address).toMatchObject({
      ...{ object: "interface pxe", designed: "10.0.0.10", observed: "10.0.0.99" },
      ...{ item: "Node/n000", field: 'addressing["mgmt"].address' },
      origin: { item: "Node/n000", layer: "main" },
    });
    const all = await site.client.listDrift({ design: "lab", includeUnchanged: true, pageSize: 1 });
    expect(all.nodes.map(({ node }) => node)).toEqual(["n000"]);
    const rest = await list({ includeUnchanged: true, pageToken: all.nextPageToken });
    expect(rest.map(({ node, differenceCount }) => [node, differenceCount])).toEqual([["n001", 0]]);
    expect((await statusOf(site, "n000"))?.conditions).toContainEqual(
      expect.objectContaining({ type: "AsDesigned", status: false }),
    );

    // What stays keeps the moment it was first seen; what is mended is gone.
    machine.power = PowerState.ON;
    await site.run(await site.plan(Action.VERIFY));
    const [again] = await list({ node: "n000" });
    expect(again?.differences).toHaveLength(1);
    expect(again?.differences[0]?.since).toEqual(address?.since);
    expect(again?.comparedAt).not.toEqual(first?.comparedAt);
    machine.drift = [];
    expect((await site.run(await site.plan(Action.VERIFY))).message).toBe("2 nodes compared: as designed");
    expect(await list()).toEqual([]);
    expect((await statusOf(site, "n000"))?.conditions).toContainEqual(
      expect.objectContaining({ type: "AsDesigned", status: true }),
    );
  }));

test("a node that is gone, held or installed otherwise differs; one released or out of the design is no longer told of", () =>
  withSite(3, async (site) => {
    await site.run(await site.plan());
    machineOf(site, "n000").state = ServerState.HELD;
    machineOf(site, "n001").specDigest = "0".repeat(64);
    site.world.machines.delete("n002");
    expect((await site.run(await site.plan(Action.VERIFY))).message).toBe("3 nodes compared: 3 differ from the design");
    const told = async () =>
      (await site.client.listDrift({ design: "lab" })).nodes.map(
        ({ node, differences }) =>
          `${node} ${differences.map(({ object, observed }) => `${object}: ${observed}`).join(", ")}`,
      );
    expect(await told()).toEqual([
      "n000 machine: held",
      `n001 installation: specification ${"0".repeat(12)}`,
      "n002 machine: absent",
    ]);
    await site.run(await site.plan(Action.RELEASE, ["n001"]), { allowDestroy: true });
    expect((await told()).map((line) => line.slice(0, 4))).toEqual(["n000", "n002"]);
    await commitTo(site.state, "main", [], { deletions: [{ kind: "Node", name: "n002" }] });
    expect((await told()).map((line) => line.slice(0, 4))).toEqual(["n000"]);
  }));
