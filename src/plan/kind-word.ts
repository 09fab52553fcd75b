import { StepKind } from "../../gen/bedplate/orchestrator/v1/plan_pb.js";

/** A step kind in words joined by "-", such as "verify-hardware". */
export function kindWord(kind: StepKind): string {
  return (StepKind[kind] ?? "unknown").toLowerCase().replaceAll("_", "-");
}
