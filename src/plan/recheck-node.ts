import type { Action, StepKind } from "../../gen/bedplate/orchestrator/v1/plan_pb.js";
import { stateWord } from "./actions/machine-state.ts";
import { nodeQuestion } from "./actions/node-step.ts";
import type { PlanDifference } from "./compare-plan.ts";
import { kindWord } from "./kind-word.ts";
import type { ServerFacts } from "./node-facts.ts";
import { nodeSteps } from "./node-steps.ts";

/**
 * What carrying on with a node would do that its approved steps didn't allow, after its machine was found changed in the middle of a
 * job: destroy data, or touch a machine that must not be touched. Work left to do again is no difference: the job may have caused it.
 */
export function recheckNode(
  node: string,
  approved: readonly { readonly kind: StepKind; readonly destructive: boolean }[],
  action: Action,
  seen: ServerFacts,
  specDigest: string,
): readonly PlanDifference[] {
  const fresh = nodeSteps(nodeQuestion({ node, action, seen, specDigest }));
  if (!Array.isArray(fresh)) return [{ subject: node, message: fresh.message }];
  const allowed = new Set(approved.filter(({ destructive }) => destructive).map(({ kind }) => kind));
  return fresh
    .filter(({ kind, destructive }) => destructive && !allowed.has(kind))
    .map(({ kind }) => ({
      subject: node,
      message: `${kindWord(kind)}/${node} would now destroy data: the machine is ${stateWord(seen.state)}, and not by this job`,
    }));
}
