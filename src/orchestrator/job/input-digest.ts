import { toJson } from "@bufbuild/protobuf";
import { PlanStepSchema, StepKind } from "../../../gen/bedplate/orchestrator/v1/plan_pb.js";
import { digestOf } from "../../design/canonical.ts";
import type { Tree } from "../../design/tree.ts";
import type { DesignSnapshot } from "../design-snapshot.ts";
import type { Policy } from "../policy.ts";
import type { TaskPlan } from "../store/job-tasks.ts";
import { siteSpecOf } from "../world.ts";
import type { JobInfo } from "./job-info.ts";

/**
 * SHA-256, lower-case hex, over the RFC 8785 form of what a task is given: the approved step without what its plan's digest leaves out, the digest of the
 * specification of its node or site, which has neither secrets nor user data in it, and how patient the step is.
 */
export function inputDigest(job: JobInfo, { step }: TaskPlan, policy: Policy): string {
  const { estimatedSeconds: _estimate, origins: _origins, ...approved } = toJson(PlanStepSchema, step) as JsonStep;
  return digestOf({
    step: approved,
    revision: `${job.snapshot.revision}`,
    specification: specificationDigest(job, step.kind, step.subject, step.driverInstance),
    policy: {
      deadlineMs: policy.deadlineMs[step.kind],
      giveUpFactor: policy.giveUpFactor,
      attempts: policy.attempts,
      backoffMs: policy.backoffMs,
      backoffMaxMs: policy.backoffMaxMs,
      jitterPercent: policy.jitterPercent,
    },
  });
}

type JsonStep = Readonly<Record<string, Tree>>;

function specificationDigest({ snapshot }: JobInfo, kind: StepKind, subject: string, instance: string): string {
  if (kind === StepKind.PREPARE_SITE) return digestOf(siteSpecOf(snapshot, instance) as unknown as Tree);
  if (!snapshot.view.nodes.has(subject)) return "";
  const known = nodeDigests.get(snapshot) ?? new Map<string, string>();
  nodeDigests.set(snapshot, known);
  const digest = known.get(subject) ?? snapshot.specOf(subject).spec.specDigest ?? "";
  known.set(subject, digest);
  return digest;
}

// A specification is made anew each time it is asked for, and a node has several tasks.
const nodeDigests = new WeakMap<DesignSnapshot, Map<string, string>>();
