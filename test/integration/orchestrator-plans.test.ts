import { Code } from "@connectrpc/connect";
import { expect, test } from "vitest";
import { ServerState } from "../../gen/bedplate/driver/v1/server_driver_service_pb.js";
import { Action, Disposition, PowerChange } from "../../gen/bedplate/orchestrator/v1/plan_pb.js";
import { ErrorReason } from "../../gen/bedplate/type/v1/error_pb.js";
import { errorDetail } from "../../src/mesh/failure.ts";
import { driverFailure } from "../support/driver-world.ts";
import { failureOf } from "../support/failure-of.ts";
import { type Site, startRequest, stateOf, withSite } from "../support/orchestrator.ts";
import { commitTo, documentOf, nodeDocument } from "../support/state-service.ts";

const detailOf = async (call: Promise<unknown>) =>
  errorDetail(
    await call.then(
      () => undefined,
      (error) => error,
    ),
  );

const machineOf = ({ world }: Site, name: string) => {
  const machine = world.machines.get(name);
  if (machine === undefined) throw new Error(`no machine ${name}`);
  return machine;
};

test("a plan is written down with its steps, and writes nothing to the world", () =>
  withSite(3, async (site) => {
    const plan = await site.plan();
    expect(plan).toMatchObject({ design: "lab", revision: 1n, action: Action.DEPLOY, author: "olga", changeCount: 19 });
    expect(plan.digest).toMatch(/^[0-9a-f]{64}$/);
    expect((await site.client.getPlan({ planId: plan.id })).plan).toEqual(plan);
    const first = await site.client.listPlanSteps({ planId: plan.id, pageSize: 10 });
    const rest = await site.client.listPlanSteps({ planId: plan.id, pageSize: 10, pageToken: first.nextPageToken });
    const steps = [...first.steps, ...rest.steps];
    expect(rest.nextPageToken).toBe("");
    expect(steps.map(({ sequence }) => sequence)).toEqual(steps.map((_, index) => index + 1));
    expect(steps[0]).toMatchObject({ id: "prepare-site/maas", disposition: Disposition.CHANGE });
    expect(steps[0]?.changes.map(({ object, action }) => [object, action])).toEqual([["vlan 7", "create"]]);
    expect(site.world.ledger).toEqual([]);
    expect((await site.plan()).digest).toBe(plan.digest);
  }));

test("a plan can leave the provisioner's site out: it isn't compared, and the job does nothing to it", () =>
  withSite(1, async (site) => {
    const ask = (action: Action) => site.client.createPlan({ design: "lab", action, skipSite: true });
    const plan = (await ask(Action.DEPLOY)).plan;
    if (plan === undefined) throw new Error("no plan");
    expect(plan.skipSite).toBe(true);
    const { steps } = await site.client.listPlanSteps({ planId: plan.id });
    expect(steps.map(({ id }) => id.split("/")[0])).not.toContain("prepare-site");
    expect(steps[0]?.dependsOn).toEqual([]);
    expect((await site.plan()).digest).not.toBe(plan.digest);
    expect(stateOf(await site.run(plan))).toBe("SUCCEEDED");
    expect(site.world.ledger).not.toContain("site");
    for (const action of [Action.PREPARE_SITE, Action.RELEASE, Action.VERIFY])
      expect(await failureOf(ask(action))).toMatchObject({ code: "InvalidArgument", reason: "INVALID_FIELD" });
  }));

test("plans are listed newest first, page by page, of one design or of all", () =>
  withSite(1, async (site) => {
    const made = [await site.plan(), await site.plan(Action.COMMISSION), await site.plan(Action.PREPARE_SITE)];
    const ids = made.map(({ id }) => id).toReversed();
    const first = await site.client.listPlans({ design: "lab", pageSize: 2 });
    const second = await site.client.listPlans({ design: "lab", pageSize: 2, pageToken: first.nextPageToken });
    expect([...first.plans, ...second.plans].map(({ id }) => id)).toEqual(ids);
    expect(second.nextPageToken).toBe("");
    expect((await site.client.listPlans({ design: "other" })).plans).toEqual([]);
    expect((await site.client.listPlans({})).plans).toHaveLength(3);
    const strange = site.client.listPlans({ design: "other", pageToken: first.nextPageToken });
    expect((await failureOf(strange)).message).toBe("the page token is not one of this list");
  }));

test("what can't be planned is refused with the reason and the next step", () =>
  withSite(2, async (site) => {
    const refused = (request: Parameters<Site["client"]["createPlan"]>[0]) =>
      failureOf(site.client.createPlan(request));
    expect(await refused({ design: "lab", action: Action.POWER })).toMatchObject({
      code: "InvalidArgument",
      message: "the request doesn't say which way power is switched",
    });
    expect(await refused({ design: "lab", action: Action.RELEASE, power: PowerChange.OFF })).toMatchObject({
      code: "InvalidArgument",
      message: "the action release switches no power",
    });
    expect(await refused({ design: "lap", action: Action.DEPLOY })).toMatchObject({ code: "NotFound" });
    expect(await refused({ design: "lab", action: Action.DEPLOY, revision: 9n })).toMatchObject({ code: "NotFound" });
    expect(await refused({ design: "lab", action: Action.DEPLOY, selector: { names: ["n00"] } })).toMatchObject({
      code: "InvalidArgument",
      message: "the design has no node n00",
    });
    machineOf(site, "n001").state = ServerState.HELD;
    expect(await refused({ design: "lab", action: Action.DEPLOY })).toMatchObject({
      code: "FailedPrecondition",
      reason: "MACHINE_FAILED",
      message: "node n001 is held for a person to look at",
    });
    expect((await site.plan(Action.DEPLOY, ["n000"])).nodeCount).toBe(1);
    await commitTo(site.state, "main", [nodeDocument(0, { host_profile: "nobody" })]);
    const invalid = { design: "lab", action: Action.DEPLOY };
    expect(await refused(invalid)).toMatchObject({ code: "FailedPrecondition", reason: "DESIGN_INVALID" });
    expect((await detailOf(site.client.createPlan(invalid)))?.diagnostics.length).toBeGreaterThan(0);
    expect(await failureOf(site.client.getPlan({ planId: "none" }))).toMatchObject({ code: "NotFound" });
  }));

test("a driver that can't be asked is named, with the code and reason it gave", () =>
  withSite(1, async (site) => {
    site.world.before = () => {
      throw driverFailure(Code.Unavailable, ErrorReason.TARGET_UNREACHABLE, "nothing listens at http://fake");
    };
    expect(await failureOf(site.plan())).toEqual({
      code: "Unavailable",
      reason: "TARGET_UNREACHABLE",
      message: "driver instance maas: nothing listens at http://fake",
    });
    await site.client.deleteDriverInstance({ name: "maas" });
    expect(await failureOf(site.plan())).toMatchObject({
      code: "NotFound",
      message: "there is no driver instance maas",
    });
  }));

test("a plan whose world moved is stale: what moved is named, and nothing is begun", () =>
  withSite(2, async (site) => {
    const plan = await site.plan();
    site.world.dns = "10.0.0.99";
    const started = site.client.startJob(startRequest(plan));
    expect(await failureOf(started)).toEqual({
      code: "FailedPrecondition",
      reason: "PLAN_STALE",
      message: "the plan is stale: subnet 10.0.0.0/16: was dns_servers=10.0.0.2, is dns_servers=10.0.0.99",
    });
    expect((await detailOf(started))?.subject).toBe("subnet 10.0.0.0/16");
    site.world.dns = "10.0.0.2";
    machineOf(site, "n001").state = ServerState.DEPLOYED;
    const detail = await detailOf(site.client.startJob(startRequest(plan)));
    expect(detail?.diagnostics.map(({ message }) => message)).toContain(
      "deploy/n001: it would now destroy data (node n001 was enlisted, is deployed)",
    );
    expect((await site.client.listJobs({ design: "lab" })).jobs).toEqual([]);
    expect(site.world.ledger).toEqual([]);
  }));

test("a plan is stale once the design moved on, but not one made for an earlier revision", () =>
  withSite(1, async (site) => {
    const plan = await site.plan();
    await commitTo(site.state, "main", [documentOf("Site", "lab", { domain: "new.example" })]);
    expect((await failureOf(site.client.startJob(startRequest(plan)))).message).toBe(
      "the plan is stale: the design moved from revision 1 to 2",
    );
    const { plan: earlier } = await site.client.createPlan({ design: "lab", action: Action.COMMISSION, revision: 1n });
    if (earlier === undefined) throw new Error("no plan");
    expect(stateOf(await site.run(earlier))).toBe("SUCCEEDED");
  }));

test("destroying data needs consent: to all of it, or to that of named nodes", () =>
  withSite(2, async (site) => {
    Object.assign(machineOf(site, "n001"), { state: ServerState.DEPLOYED, specDigest: "f".repeat(64) });
    const plan = await site.plan();
    expect(plan.destructiveCount).toBe(3);
    expect(await failureOf(site.client.startJob(startRequest(plan)))).toMatchObject({
      reason: "CONSENT_REQUIRED",
      message: "the plan destroys data of n001",
    });
    const other = site.client.startJob({ ...startRequest(plan), allowDestroyNodes: ["n000"] });
    expect(await failureOf(other)).toMatchObject({ reason: "CONSENT_REQUIRED" });
    const { job } = await site.client.startJob({ ...startRequest(plan), allowDestroyNodes: ["n001"] });
    expect(stateOf((await site.follow(job?.id ?? "")).job)).toBe("SUCCEEDED");
    expect(site.world.ledger.filter((write) => write.startsWith("release"))).toEqual(["release n001"]);
  }));

test("consent to a plan is none to destroy what was installed after it was made", () =>
  withSite(1, async (site) => {
    Object.assign(machineOf(site, "n000"), { state: ServerState.DEPLOYED, specDigest: "a".repeat(64) });
    const plan = await site.plan();
    Object.assign(machineOf(site, "n000"), { specDigest: "b".repeat(64), version: 9 });
    const started = site.client.startJob({ ...startRequest(plan), allowDestroy: true });
    expect(await failureOf(started)).toEqual({
      code: "FailedPrecondition",
      reason: "PLAN_STALE",
      message: "the plan is stale: node n000 was installed anew since, and its data was to be destroyed",
    });
    expect((await detailOf(started))?.subject).toBe("n000");
    expect(site.world.ledger).toEqual([]);
  }));

test("what a driver says in many lines, or at length, is compared in the form it was stored in", () =>
  withSite(1, async (site) => {
    site.world.siteChange = `vid 7\n\tmtu ${"1".repeat(3000)} `;
    const plan = await site.plan(Action.PREPARE_SITE);
    const { steps } = await site.client.listPlanSteps({ planId: plan.id });
    expect(steps[0]?.changes[0]?.after).toMatch(/^vid 7 mtu 1{2037}…$/);
    let touched = false;
    site.world.before = async (method) => {
      if (method !== "ensureSite" || touched) return;
      touched = true;
      throw driverFailure(Code.FailedPrecondition, ErrorReason.WORLD_CHANGED, "look again");
    };
    expect(stateOf(await site.run(plan))).toBe("SUCCEEDED");
    expect(touched).toBe(true);
  }));

test("a plan is applied as it was shown, and a repeated request gets the same job", () =>
  withSite(1, async (site) => {
    const plan = await site.plan(Action.PREPARE_SITE);
    const request = startRequest(plan);
    const wrong = site.client.startJob({ ...request, planDigest: "0".repeat(64) });
    expect(await failureOf(wrong)).toMatchObject({ code: "InvalidArgument" });
    const [first, second] = [await site.client.startJob(request), await site.client.startJob(request)];
    expect(second.job?.id).toBe(first.job?.id);
    const { job } = await site.follow(first.job?.id ?? "");
    expect([stateOf(job), job.message, job.author]).toEqual(["SUCCEEDED", "the site is prepared", "olga"]);
    expect((await site.client.startJob(request)).job?.id).toBe(job.id);
    expect(site.world.ledger).toEqual(["site"]);
    expect((await site.client.listJobs({ design: "lab" })).jobs.map(({ id }) => id)).toEqual([job.id]);
    expect(await failureOf(site.client.getJob({ jobId: "none" }))).toMatchObject({ code: "NotFound" });
    expect(await failureOf(site.client.listTasks({ jobId: "none" }))).toMatchObject({ code: "NotFound" });
  }));

test("validation tells of the design's errors and of drivers that are missing or don't answer", () =>
  withSite(1, async (site) => {
    expect(await site.client.validateDesign({ design: "lab" })).toMatchObject({ valid: true, revision: 1n });
    await site.client.deleteDriverInstance({ name: "noop-network" });
    site.world.before = (method) => {
      if (method === "probe") throw driverFailure(Code.Unauthenticated, ErrorReason.TARGET_UNAUTHENTICATED, "bad key");
    };
    const { valid, diagnostics } = await site.client.validateDesign({ design: "lab" });
    expect(valid).toBe(false);
    expect(diagnostics.map(({ rule, field, message }) => [rule, field, message])).toEqual([
      ["driver-instance", "server_driver", "driver instance maas: bad key"],
      ["driver-instance", "network_driver", "there is no driver instance noop-network"],
    ]);
  }));
