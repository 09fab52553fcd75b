import { StepKind } from "../../../gen/bedplate/orchestrator/v1/plan_pb.js";
import type { Db } from "../../db/database.ts";
import type { StepSeconds } from "../../plan/estimate-plan.ts";
import type { Policy } from "../policy.ts";
import { readStepDurations } from "../store/step-durations.ts";

/** Tells how long steps of a design may take: as long as the last of their kind took with their driver instance, else what the policy says. One query. */
export async function readEstimates(
  db: Db,
  design: string,
  { estimateSamples, estimateSeconds }: Pick<Policy, "estimateSamples" | "estimateSeconds">,
): Promise<StepSeconds> {
  const known = new Map<string, number>();
  for (const { kind, driverInstance, seconds } of await readStepDurations(db, design, estimateSamples)) {
    known.set(`${kind} ${driverInstance}`, Math.max(1, Math.round(seconds)));
  }
  return (kind, driverInstance) => known.get(`${StepKind[kind]} ${driverInstance}`) ?? estimateSeconds[kind];
}
