import { Action } from "../../gen/bedplate/orchestrator/v1/plan_pb.js";
import type { Diagnostic } from "../design/diagnostic.ts";
import { annotateSteps } from "./actions/annotate-steps.ts";
import { deploySteps } from "./actions/deploy-steps.ts";
import { obstacleOf } from "./actions/machine-state.ts";
import type { NodeQuestion, NodeStep } from "./actions/node-step.ts";
import { powerSteps } from "./actions/power-steps.ts";
import { releaseSteps } from "./actions/release-steps.ts";
import { verifySteps } from "./actions/verify-steps.ts";

/**
 * The steps that bring one machine from what was seen to what is wanted, in order; or the diagnostic that says why none may be planned. A
 * machine whose state nobody knows, or that a person must look at, gets no step but to be compared with the design.
 */
export function nodeSteps(question: NodeQuestion): NodeStep[] | Diagnostic {
  const { action, node, seen } = question;
  if (action === Action.VERIFY) return verifySteps(question);
  const obstacle = obstacleOf(node, seen);
  if (obstacle !== undefined) return obstacle;
  switch (action) {
    case Action.RELEASE:
      return releaseSteps(question);
    case Action.POWER:
      return powerSteps(question);
    case Action.ANNOTATE:
      return annotateSteps(question);
    default:
      return deploySteps(question);
  }
}
