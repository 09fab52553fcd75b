import { StepKind } from "../../gen/bedplate/orchestrator/v1/plan_pb.js";

/** The word for a kind of step, such as "verify-hardware". */
export function stepWord(kind: StepKind): string {
  return (StepKind[kind] ?? "step").toLowerCase().replaceAll("_", "-");
}
