import { expect, test } from "vitest";
import { NodePhase } from "../../gen/bedplate/design/v1/node_status_pb.js";
import type { CreatePlanRequest } from "../../gen/bedplate/orchestrator/v1/orchestrator_service_pb.js";
import { Action } from "../../gen/bedplate/orchestrator/v1/plan_pb.js";
import { errorDetail } from "../../src/mesh/failure.ts";
import { failureOf } from "../support/failure-of.ts";
import { type Site, startRequest, stateOf, withSite } from "../support/orchestrator.ts";
import { commitTo, nodeDocument } from "../support/state-service.ts";

type Asked = Partial<Pick<CreatePlanRequest, "phases" | "filter" | "revision">> & { readonly names?: string[] };

const request = ({ names = [], ...asked }: Asked, action = Action.DEPLOY) => ({
  design: "lab",
  action,
  selector: { names },
  ...asked,
});

async function nodesOf(site: Site, asked: Asked): Promise<readonly string[]> {
  const { plan } = await site.client.createPlan(request(asked));
  const { steps } = await site.client.listPlanSteps({ planId: plan?.id ?? "", pageSize: 1000 });
  const nodes = [...new Set(steps.slice(1).map(({ subject }) => subject))];
  expect(plan?.nodeCount).toBe(nodes.length);
  return nodes;
}

async function refusal(site: Site, asked: Asked) {
  const call = site.client.createPlan(request(asked));
  const { code, message } = await failureOf(call);
  const detail = await call.then(() => undefined, errorDetail);
  return { code, message, fieldPath: detail?.fieldPath };
}

test("a selector, phases and a filter select together only what each of them selects", () =>
  withSite(6, async (site) => {
    const racks = ["r1", "r1", "r2", "r2", "r2", "r2"];
    await commitTo(
      site.state,
      "main",
      racks.map((rack, index) => nodeDocument(index, { metadata: { rack, tags: index % 2 === 0 ? ["even"] : [] } })),
    );
    const { READY, COMMISSIONED, UNSPECIFIED, FAILED } = NodePhase;
    await site.state.recordNodeStatus({
      design: "lab",
      updates: [
        { node: "n001", phase: COMMISSIONED },
        { node: "n002", phase: READY },
        { node: "n003", phase: COMMISSIONED },
        { node: "n004", phase: COMMISSIONED },
      ],
    });
    expect(await nodesOf(site, { filter: 'rack == "r2"' })).toEqual(["n002", "n003", "n004", "n005"]);
    expect(await nodesOf(site, { phases: [COMMISSIONED] })).toEqual(["n001", "n003", "n004"]);
    expect(await nodesOf(site, { phases: [READY, UNSPECIFIED] })).toEqual(["n000", "n002", "n005"]);
    expect(await nodesOf(site, { filter: 'rack == "r2" && "even" in tags', phases: [COMMISSIONED] })).toEqual(["n004"]);
    expect(await nodesOf(site, { filter: 'rack == "r2"', names: ["n000", "n004"] })).toEqual(["n004"]);
    expect(await nodesOf(site, { filter: 'status.phase == "READY"' })).toEqual(["n002"]);

    const { plan } = await site.client.createPlan(request({ filter: 'rack == "r2"', phases: [COMMISSIONED] }));
    expect(plan).toMatchObject({ filter: 'rack == "r2"', phases: [COMMISSIONED], nodeCount: 2 });
    expect((await site.client.getPlan({ planId: plan?.id ?? "" })).plan).toEqual(plan);

    expect(await refusal(site, { phases: [FAILED, READY], names: ["n000"] })).toEqual({
      code: "InvalidArgument",
      message: "no selected node is in phase failed or ready",
      fieldPath: "phases",
    });
    expect(await refusal(site, { filter: 'rack == "r1"', names: ["n004"] })).toEqual({
      code: "InvalidArgument",
      message: "the filter holds for no selected node",
      fieldPath: "filter",
    });
    expect(await refusal(site, { filter: 'rak == "r1"' })).toMatchObject({
      code: "InvalidArgument",
      message: expect.stringContaining("rak"),
      fieldPath: "filter",
    });
    // The state of nodes belongs to the newest revision.
    expect(await refusal(site, { filter: 'status.phase == "READY"', revision: 1n })).toMatchObject({
      message: "the filter holds for no selected node",
    });
  }));

test("a plan is carried out on the nodes it was made for, in whatever phase they are by then", () =>
  withSite(3, async (site) => {
    const { plan } = await site.client.createPlan(
      request({ phases: [NodePhase.UNSPECIFIED], names: ["n000", "n001"] }, Action.COMMISSION),
    );
    if (plan === undefined) throw new Error("no plan");
    expect(plan.nodeCount).toBe(2);
    // Another job takes one of them further in between; it would not be selected any more.
    expect(stateOf(await site.run(await site.plan(Action.COMMISSION, ["n001"])))).toBe("SUCCEEDED");
    const { job } = await site.client.startJob(startRequest(plan));
    expect(stateOf((await site.follow(job?.id ?? "")).job)).toBe("SUCCEEDED");
    expect(await site.tasks(job?.id ?? "")).toEqual([
      "prepare-site/maas SKIPPED",
      "commission/n000 SUCCEEDED",
      "verify-hardware/n000 SUCCEEDED",
      "commission/n001 SKIPPED",
      "verify-hardware/n001 SUCCEEDED",
    ]);
  }));
