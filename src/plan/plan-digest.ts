import { createHash } from "node:crypto";
import type { PlanStep } from "./plan-step.ts";
import { PLAN_TEXT_END, type PlanHeader, planTextStart, stepText } from "./plan-text.ts";

/** SHA-256, lower-case hex, of a plan's text: the same plan made twice has one digest. */
export function planDigest(header: PlanHeader, steps: readonly PlanStep[]): string {
  const hash = createHash("sha256").update(planTextStart(header));
  for (const [index, step] of steps.entries()) hash.update(`${index === 0 ? "" : ","}${stepText(step)}`);
  return hash.update(PLAN_TEXT_END).digest("hex");
}
