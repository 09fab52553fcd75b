import { clone, create, fromJson, type JsonValue } from "@bufbuild/protobuf";
import type { StepKind } from "../../gen/bedplate/orchestrator/v1/plan_pb.js";
import {
  type FailurePolicy,
  FailurePolicySchema,
  type JobPolicy,
  JobPolicySchema,
  type StepPolicy,
  StepPolicySchema,
} from "../../gen/bedplate/type/v1/job_policy_pb.js";
import type { TreeMap } from "../design/tree.ts";
import { kindWord } from "../plan/kind-word.ts";
import { mapAt } from "../plan/read-tree.ts";
import type { Policy } from "./policy.ts";

/**
 * The policy a job is carried out by: what the request says, then what the site says, then what the server does by itself. Steps are merged by
 * their kind, field by field.
 */
export function resolveJobPolicy(request: JobPolicy | undefined, site: TreeMap, server: Policy): JobPolicy {
  const layers = [serverJobPolicy(server), sitePolicy(site), request ?? create(JobPolicySchema)];
  const resolved = create(JobPolicySchema);
  for (const { steps, failure, ...fields } of layers) {
    Object.assign(resolved, given(fields));
    if (failure !== undefined) resolved.failure = mergeFailure(resolved.failure, failure);
    for (const step of steps) {
      const known = resolved.steps.find((each) => each.step === step.step);
      if (known === undefined) resolved.steps.push(clone(StepPolicySchema, step));
      else Object.assign(known, given(step));
    }
  }
  return resolved;
}

/** A group's failure policy: its own fields before the job's. Requirements are taken from one of the two, never mixed. */
export function mergeFailure(behind: FailurePolicy | undefined, own: FailurePolicy | undefined): FailurePolicy {
  const merged = clone(FailurePolicySchema, behind ?? create(FailurePolicySchema));
  if (own === undefined) return merged;
  if (own.onFailure !== undefined) merged.onFailure = own.onFailure;
  if (own.requireNodes !== undefined || own.requirePercent !== undefined) {
    delete merged.requireNodes;
    delete merged.requirePercent;
    if (own.requireNodes !== undefined) merged.requireNodes = own.requireNodes;
    if (own.requirePercent !== undefined) merged.requirePercent = own.requirePercent;
  }
  return merged;
}

/** What a policy says of one kind of step, in the terms in which steps are run; what it leaves open is the server's. */
export function stepPolicy(policy: JobPolicy, kind: StepKind, server: Policy): Policy {
  const word = kindWord(kind);
  const every = policy.steps.find(({ step }) => step === "*");
  const own = policy.steps.find(({ step }) => step === word);
  const pick = (field: (step: StepPolicy) => number | undefined): number | undefined =>
    (own === undefined ? undefined : field(own)) ?? (every === undefined ? undefined : field(every));
  const deadlineSeconds = pick((step) => step.deadlineSeconds);
  const deadlineMs = deadlineSeconds === undefined ? server.deadlineMs[kind] : deadlineSeconds * 1_000;
  const giveUpSeconds = pick((step) => step.giveUpSeconds);
  return {
    ...server,
    attempts: pick((step) => step.attempts) ?? server.attempts,
    backoffMs: pick((step) => step.backoffMs) ?? server.backoffMs,
    backoffMaxMs: pick((step) => step.backoffMaxMs) ?? server.backoffMaxMs,
    jitterPercent: pick((step) => step.jitterPercent) ?? server.jitterPercent,
    deadlineMs: { ...server.deadlineMs, [kind]: deadlineMs },
    giveUpFactor: giveUpSeconds === undefined ? server.giveUpFactor : Math.max(1, (giveUpSeconds * 1_000) / deadlineMs),
  };
}

/** A stored policy. */
export function storedJobPolicy(json: JsonValue): JobPolicy {
  return fromJson(JobPolicySchema, json, { ignoreUnknownFields: true });
}

function serverJobPolicy(server: Policy): JobPolicy {
  return create(JobPolicySchema, {
    nodesAtOnce: server.nodesAtOnce,
    nodesPerBmc: server.nodesPerBmc,
    failure: { onFailure: "continue" },
    gateDestructive: false,
    steps: [
      {
        step: "*",
        attempts: server.attempts,
        backoffMs: server.backoffMs,
        backoffMaxMs: server.backoffMaxMs,
        jitterPercent: server.jitterPercent,
      },
    ],
  });
}

function sitePolicy(site: TreeMap): JobPolicy {
  return storedJobPolicy(mapAt(site, "job_policy") as JsonValue);
}

/** The fields of a message that are set. */
function given(fields: object): object {
  return Object.fromEntries(
    Object.entries(fields).filter(([name, value]) => value !== undefined && !name.startsWith("$")),
  );
}
