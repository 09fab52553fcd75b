import { create } from "@bufbuild/protobuf";
import { Code } from "@connectrpc/connect";
import type { Plan } from "../../../gen/bedplate/orchestrator/v1/plan_pb.js";
import { DiagnosticSchema, Severity } from "../../../gen/bedplate/type/v1/diagnostic_pb.js";
import { ErrorReason } from "../../../gen/bedplate/type/v1/error_pb.js";
import { failure } from "../../mesh/failure.ts";
import type { PlanDifference } from "../../plan/compare-plan.ts";
import { oneLine } from "../one-line.ts";

/** INVALID_ARGUMENT: the digest is not the plan's. */
export function otherDigest(plan: Plan): unknown {
  return failure(Code.InvalidArgument, ErrorReason.INVALID_FIELD, `the digest is not that of plan ${plan.id}`, {
    fieldPath: "plan_digest",
    subject: plan.id,
    hint: "read the plan again and apply exactly what it says",
  });
}

/** PLAN_STALE naming what moved. */
export function stale({ id }: Plan, differences: readonly PlanDifference[]): unknown {
  const [first] = differences;
  const more = differences.length === 1 ? "" : ` (and ${differences.length - 1} more)`;
  const diagnostics = differences.slice(0, 100).map((difference) =>
    create(DiagnosticSchema, {
      rule: "plan-stale",
      severity: Severity.ERROR,
      message: oneLine(difference.message),
      name: oneLine(difference.subject, 253),
    }),
  );
  return failure(Code.FailedPrecondition, ErrorReason.PLAN_STALE, `the plan is stale: ${first?.message}${more}`, {
    subject: first?.subject ?? id,
    hint: "make a new plan and look at it",
    diagnostics,
  });
}
