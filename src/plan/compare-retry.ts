import { stateWord } from "./actions/machine-state.ts";
import { movedDesign, newSteps, type PlanDifference, type PlanWithBasis } from "./compare-plan.ts";
import { sameInstallation } from "./same-installation.ts";

/**
 * What forbids to try again what an approved plan didn't get done, empty when nothing does. What the first job changed itself is no difference: only steps the
 * approved plan lacked are, a design that moved on, and data to be destroyed that isn't what was approved to be.
 */
export function compareRetry(approved: PlanWithBasis, fresh: PlanWithBasis): readonly PlanDifference[] {
  return [...movedDesign(approved, fresh), ...otherInstallations(approved, fresh), ...newSteps(approved, fresh, true)];
}

function otherInstallations(approved: PlanWithBasis, fresh: PlanWithBasis): readonly PlanDifference[] {
  const condemned = new Set(fresh.steps.filter(({ destructive }) => destructive).map(({ subject }) => subject));
  return [...condemned].flatMap((node) => {
    const [before, after] = [approved.servers.get(node), fresh.servers.get(node)];
    if (before === undefined || after === undefined || sameInstallation(before, after)) return [];
    const message = `node ${node} was ${stateWord(before.state)} when that was approved, and what is on it now (${stateWord(after.state)}) would be destroyed`;
    return [{ subject: node, message }];
  });
}
