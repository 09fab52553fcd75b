import { Code, type ConnectError } from "@connectrpc/connect";
import { StepKind } from "../../../gen/bedplate/orchestrator/v1/plan_pb.js";
import { ErrorReason } from "../../../gen/bedplate/type/v1/error_pb.js";
import { failure } from "../../mesh/failure.ts";
import type { PlanStep } from "../../plan/plan-step.ts";

const SHOWN = 5;

/**
 * CONSENT_REQUIRED naming whose data would be lost without consent; undefined when there is consent to all of it. With `gated` the nodes wait for consent, and
 * only that of the site is needed now.
 */
export function missingConsent(
  steps: readonly PlanStep[],
  consent: { readonly allowDestroy: boolean; readonly allowDestroyNodes: readonly string[] },
  gated: boolean,
): ConnectError | undefined {
  if (consent.allowDestroy) return undefined;
  const allowed = new Set(consent.allowDestroyNodes);
  const subjects = new Set(
    steps
      .filter(({ destructive, kind }) => destructive && !(gated && kind !== StepKind.PREPARE_SITE))
      .map(({ subject }) => subject),
  );
  const destructive = steps.filter((step) => step.destructive);
  const does = destructive.every(({ kind }) => kind === StepKind.POWER_OFF) ? "switches off" : "destroys data of";
  const missing = [...subjects].filter((subject) => !allowed.has(subject));
  if (missing.length === 0) return undefined;
  const shown =
    missing.slice(0, SHOWN).join(", ") + (missing.length > SHOWN ? ` and ${missing.length - SHOWN} more` : "");
  return failure(Code.FailedPrecondition, ErrorReason.CONSENT_REQUIRED, `the plan ${does} ${shown}`, {
    subject: missing[0],
    hint: "look at the plan, then consent with --allow-destroy",
  });
}
