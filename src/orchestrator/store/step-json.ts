import type { JsonObject } from "@bufbuild/protobuf";
import { Disposition, StepKind } from "../../../gen/bedplate/orchestrator/v1/plan_pb.js";
import { present } from "../../plan/driver-spec/present.ts";
import type { PlanStep } from "../../plan/plan-step.ts";

/** A step as the JSON of the contract's message, unset fields left out: a plan has tens of thousands, and making a message of each takes longer than all else. */
export function stepJson({ kind, disposition, changes, ...step }: PlanStep): JsonObject {
  return {
    ...present<JsonObject>({ ...step, dependsOn: [...step.dependsOn] }),
    kind: `STEP_KIND_${StepKind[kind]}`,
    disposition: `DISPOSITION_${Disposition[disposition]}`,
    ...(changes.length > 0 && {
      changes: changes.map(({ object, action, before, after, destructive, field }) =>
        present<JsonObject>({ object, action, before, after, destructive, field }),
      ),
    }),
  };
}
