import { StepKind } from "../../gen/bedplate/orchestrator/v1/plan_pb.js";

/** The word for a kind of step, such as "verify-hardware". */
export function stepWord(kind: StepKind): string {
  return (StepKind[kind] ?? "step").toLowerCase().replaceAll("_", "-");
}

/** The words of all kinds of step. */
export const stepWords: readonly string[] = Object.values(StepKind)
  .filter((kind) => typeof kind === "number")
  .filter((kind) => kind !== StepKind.UNSPECIFIED)
  .map(stepWord);
