import { randomUUID } from "node:crypto";
import { toJson } from "@bufbuild/protobuf";
import { Action, Disposition, type Plan, StepKind } from "../../../gen/bedplate/orchestrator/v1/plan_pb.js";
import { type JobPolicy, JobPolicySchema } from "../../../gen/bedplate/type/v1/job_policy_pb.js";
import { groupNodes, type PlannedNode } from "../dispatch/job-groups.ts";
import { oneLine } from "../one-line.ts";
import type { FreshPlan } from "../planning/planner.ts";
import type { NewJob, NewTask } from "../store/insert-job.ts";

/** What a caller consents to. */
export interface Consent {
  readonly allowDestroy: boolean;
  readonly allowDestroyNodes: readonly string[];
}

/** What is asked for with a job, beside its plan. */
export interface JobRequest {
  readonly author: string;
  readonly requestId: string;
  readonly consent: Consent;
  /** Complete. */
  readonly policy: JobPolicy;
  /** The job whose failed nodes this one tries again; empty for none. */
  readonly retryOf: string;
}

/** A job as it is written down: a task for each step of the plan as it is now, and the nodes with their groups. */
export function newJob(header: Plan, fresh: FreshPlan, request: JobRequest): NewJob {
  const { consent, policy } = request;
  const { nodes, groups } = groupNodes(fresh.snapshot, plannedNodes(fresh, consent), policy);
  return {
    id: randomUUID(),
    planId: header.id,
    design: header.design,
    revision: header.revision,
    action: Action[header.action],
    author: request.author,
    requestId: request.requestId,
    options: { ...consent },
    policy: toJson(JobPolicySchema, policy) as Record<string, unknown>,
    retryOf: request.retryOf,
    tasks: newTasks(fresh),
    nodes,
    groups,
  };
}

function plannedNodes({ plan }: FreshPlan, { allowDestroy, allowDestroyNodes }: Consent): readonly PlannedNode[] {
  const consented = new Set(allowDestroyNodes);
  const steps = Map.groupBy(plan.steps, ({ subject, kind }) => (kind === StepKind.PREPARE_SITE ? "" : subject));
  return plan.nodes.map((node) => {
    const own = steps.get(node) ?? [];
    return {
      node,
      planned: own.some(({ disposition }) => disposition === Disposition.CHANGE),
      destructive: own.some(({ destructive }) => destructive),
      consented: allowDestroy || consented.has(node),
    };
  });
}

function newTasks({ plan, preconditions }: FreshPlan): NewTask[] {
  return plan.steps.map((step) => {
    const { sites, nodes } = preconditions;
    const upToDate = step.disposition === Disposition.UP_TO_DATE;
    const token = step.kind === StepKind.PREPARE_SITE ? sites.get(step.driverInstance) : nodes.get(step.subject);
    return {
      sequence: step.sequence,
      stepId: step.id,
      kind: StepKind[step.kind],
      subject: step.subject,
      state: upToDate ? "SKIPPED" : "PENDING",
      message: upToDate ? oneLine(step.reason) : "",
      precondition: upToDate ? "" : (token ?? ""),
    };
  });
}
