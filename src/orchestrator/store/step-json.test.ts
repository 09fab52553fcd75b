import { create, fromJson, toJson } from "@bufbuild/protobuf";
import { expect, test } from "vitest";
import { Disposition, PlanStepSchema, StepKind } from "../../../gen/bedplate/orchestrator/v1/plan_pb.js";
import { stepJson } from "./step-json.ts";

test("a step's JSON is that of the contract's message", () => {
  const change = { object: "vlan 7", action: "update", before: "", after: "vid 7", destructive: true, field: "vlan" };
  const empty = {
    ...{ id: "a", sequence: 1, kind: StepKind.DEPLOY, subject: "n1", disposition: Disposition.CHANGE },
    ...{ destructive: false, dependsOn: [], driverInstance: "", changes: [], reason: "", estimatedSeconds: 0 },
  };
  const full = {
    ...{ ...empty, destructive: true, dependsOn: ["b"], driverInstance: "maas", reason: "so", estimatedSeconds: 9 },
    changes: [change, { ...change, before: "x", destructive: false }],
  };
  for (const step of [empty, full]) {
    const { changes, dependsOn, ...rest } = step;
    const message = create(PlanStepSchema, { ...rest, dependsOn: [...dependsOn], changes: [...changes] });
    expect(stepJson(step)).toEqual(toJson(PlanStepSchema, message));
    expect(fromJson(PlanStepSchema, stepJson(step))).toEqual(message);
  }
});
