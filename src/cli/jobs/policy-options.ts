import { create } from "@bufbuild/protobuf";
import { FailurePolicySchema, type JobPolicy, JobPolicySchema } from "../../../gen/bedplate/type/v1/job_policy_pb.js";
import { readPolicyFile } from "./policy-file.ts";
import type { Requirement } from "./policy-values.ts";

/** Options that say how a job is carried out. */
export interface PolicyOptions {
  /** A file with a policy. The options beside it come before what it says. */
  readonly policy?: string;
  readonly nodesAtOnce?: number;
  readonly nodesPerRack?: number;
  readonly nodesPerDriver?: number;
  readonly nodesPerBmc?: number;
  readonly onFailure?: "continue" | "stop";
  readonly require?: Requirement;
  readonly gate?: boolean;
}

/** The policy that options ask for; undefined when they ask for none, so that the site's holds. Throws CliError as `readPolicyFile` does. */
export async function policyOf(options: PolicyOptions): Promise<JobPolicy | undefined> {
  const { policy: file, nodesAtOnce, nodesPerRack, nodesPerDriver, nodesPerBmc, gate, onFailure, require } = options;
  const asked = [nodesAtOnce, nodesPerRack, nodesPerDriver, nodesPerBmc, gate, onFailure, require];
  if (file === undefined && asked.every((each) => each === undefined)) return undefined;
  const policy = file === undefined ? create(JobPolicySchema) : await readPolicyFile(file);
  if (nodesAtOnce !== undefined) policy.nodesAtOnce = nodesAtOnce;
  if (nodesPerRack !== undefined) policy.nodesPerRack = nodesPerRack;
  if (nodesPerDriver !== undefined) policy.nodesPerDriver = nodesPerDriver;
  if (nodesPerBmc !== undefined) policy.nodesPerBmc = nodesPerBmc;
  if (gate !== undefined) policy.gateDestructive = gate;
  if (onFailure === undefined && require === undefined) return policy;
  const { failure = create(FailurePolicySchema) } = policy;
  const action = onFailure ?? failure.onFailure;
  policy.failure = create(FailurePolicySchema, {
    ...(require ?? { requireNodes: failure.requireNodes, requirePercent: failure.requirePercent }),
    ...(action !== undefined && { onFailure: action }),
  });
  return policy;
}
