import { expect, test } from "vitest";
import { ServerPhase, ServerState } from "../../gen/bedplate/driver/v1/server_driver_service_pb.js";
import { Action, Disposition } from "../../gen/bedplate/orchestrator/v1/plan_pb.js";
import { errorDetail } from "../../src/mesh/failure.ts";
import { createDriverWorld } from "../support/driver-world.ts";
import { failureOf } from "../support/failure-of.ts";
import { nodeNames, type Site, startRequest, stateOf, withSite } from "../support/orchestrator.ts";
import { commitTo, nodeDocument } from "../support/state-service.ts";

const changesOf = async ({ client }: Site, planId: string, subject: string) => {
  const { steps } = await client.listPlanSteps({ planId, subject });
  return steps.flatMap(({ id, changes }) =>
    changes.map(({ object, before, after, field }) => [id, object, before, after, field]),
  );
};

test.each(["many at a time", "one by one"])(
  "drivers are asked, %s, what each step would change of a machine",
  (how) => {
    const world = createDriverWorld(nodeNames(2), how === "one by one" ? { planServers: false } : {});
    const asked: string[] = [];
    world.before = (method) => void asked.push(method);
    return withSite(
      2,
      async (site) => {
        const plan = await site.plan();
        expect(asked.filter((method) => method.startsWith("planServer"))).toEqual(
          how === "one by one" ? Array(8).fill("planServer") : ["planServers"],
        );
        expect(await changesOf(site, plan.id, "n001")).toEqual([
          ["commission/n001", "machine n001", "", "", ""],
          ["configure-network/n001", "interface pxe", "", "nic1", 'interfaces["pxe"].devices'],
          ["configure-storage/n001", "disks", "", "flat", "storage.layout"],
          ["deploy/n001", "machine n001", "", "noble", "image"],
        ]);
        expect(stateOf(await site.run(plan))).toBe("SUCCEEDED");
        const again = await site.plan();
        expect([again.changeCount, again.upToDateNodeCount]).toEqual([0, 2]);
      },
      { world },
    );
  },
);

test("one node's change is planned for that node only, and says what it is now", () =>
  withSite(2, async (site) => {
    expect(stateOf(await site.run(await site.plan()))).toBe("SUCCEEDED");
    await commitTo(site.state, "main", [nodeDocument(1, { platform: { image: "jammy" } })]);
    const plan = await site.plan();
    const { steps } = await site.client.listPlanSteps({ planId: plan.id, disposition: Disposition.CHANGE });
    expect(new Set(steps.map(({ subject }) => subject))).toEqual(new Set(["n001"]));
    expect(steps.find(({ id }) => id === "deploy/n001")?.changes.at(-1)).toMatchObject({
      field: "image",
      after: "jammy",
    });
    expect([plan.nodeCount, plan.upToDateNodeCount, plan.destructiveCount]).toEqual([2, 1, 3]);
  }));

test("a plan is stale when what a step would change of a machine is no longer as it was", () =>
  withSite(1, async (site) => {
    site.world.networkNow = "nic7";
    const plan = await site.plan();
    site.world.networkNow = "nic8";
    const refused = site.client.startJob(startRequest(plan));
    expect(await failureOf(refused)).toEqual({
      code: "FailedPrecondition",
      reason: "PLAN_STALE",
      message: 'the plan is stale: node n000: interface pxe (interfaces["pxe"].devices): was nic7, is nic8',
    });
    expect(site.world.ledger).toEqual([]);
    site.world.networkNow = "nic7";
    const { job } = await site.client.startJob(startRequest(plan));
    expect(stateOf((await site.follow(job?.id ?? "")).job)).toBe("SUCCEEDED");
  }));

test("what drivers would refuse of machines is refused when planned, each one named", () =>
  withSite(3, async (site) => {
    site.world.refusal = (name, phase) =>
      name !== "n001" && phase === ServerPhase.STORAGE_CONFIGURED ? "there is no disk disk1" : "";
    const refused = site.client.createPlan({ design: "lab", action: Action.DEPLOY });
    expect(await failureOf(refused)).toEqual({
      code: "FailedPrecondition",
      reason: "MACHINE_FAILED",
      message: "node n000 can't be worked on by driver instance maas: there is no disk disk1 (and 1 more like it)",
    });
    const detail = errorDetail(await refused.catch((error) => error));
    expect(detail?.diagnostics.map(({ rule, name }) => [rule, name])).toEqual([
      ["machine-refused", "n000"],
      ["machine-refused", "n002"],
    ]);
    expect((await site.plan(Action.COMMISSION)).nodeCount).toBe(3);
    const machine = site.world.machines.get("n000");
    if (machine !== undefined) machine.state = ServerState.READY;
    expect((await site.plan(Action.DEPLOY, ["n001"])).nodeCount).toBe(1);
  }));

test("a plan's steps tell where the design says what they lead to, when asked", () =>
  withSite(2, async (site) => {
    const plan = await site.plan();
    const origins = async (query: { readonly subject?: string; readonly withOrigins?: boolean }) => {
      const { steps } = await site.client.listPlanSteps({ planId: plan.id, ...query });
      return steps.flatMap(({ id, origins: found }) =>
        found.map(({ change, kind, name, path, origin }) => [id, change, `${kind}/${name} ${path}`, origin?.item]),
      );
    };
    expect(await origins({ subject: "n001" })).toEqual([]);
    const base = "HostProfile/base";
    expect(await origins({ subject: "n001", withOrigins: true })).toEqual([
      ["configure-network/n001", 0, 'Node/n001 interfaces["pxe"].slaves', base],
      ["configure-storage/n001", 0, "Node/n001 storage.layout", base],
      ["deploy/n001", 0, "Node/n001 platform.image", base],
    ]);
    const page = await site.client.listPlanSteps({ planId: plan.id, withOrigins: true, pageSize: 1000 });
    expect(page.steps).toHaveLength(plan.stepCount);
    const image = page.steps.find(({ id }) => id === "deploy/n000")?.origins[0]?.origin;
    expect([image?.layer, image?.rule, image?.location?.line]).toEqual(["main", "", 43]);
  }));
