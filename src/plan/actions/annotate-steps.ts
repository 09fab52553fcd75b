import { ServerState } from "../../../gen/bedplate/driver/v1/server_driver_service_pb.js";
import { StepKind } from "../../../gen/bedplate/orchestrator/v1/plan_pb.js";
import type { SiteChange } from "../node-facts.ts";
import { stateWord } from "./machine-state.ts";
import { change, type NodeQuestion, type NodeStep, upToDate } from "./node-step.ts";

const ANNOTATION = /^(tags|owner_data|locked)([[.]|$)/;

/** The changes that are about tags and owner data. */
export function annotationChanges(changes: readonly SiteChange[]): readonly SiteChange[] {
  return changes.filter(({ field }) => ANNOTATION.test(field));
}

/** The step of ANNOTATE. A machine that isn't deployed gets its tags and owner data when it is. */
export function annotateSteps({ seen, annotations }: NodeQuestion): NodeStep[] {
  if (seen.state !== ServerState.DEPLOYED) {
    const reason = `the machine is ${stateWord(seen.state)}: it gets tags and owner data when it is deployed`;
    return [upToDate(StepKind.ANNOTATE, reason)];
  }
  if (annotations.length === 0) return [upToDate(StepKind.ANNOTATE, "tags and owner data are as designed")];
  return [annotateStep(annotations)];
}

/** The step that writes tags and owner data that differ. */
export function annotateStep(annotations: readonly SiteChange[]): NodeStep {
  const count = annotations.length;
  const reason = `${count} ${count === 1 ? "tag or entry of owner data differs" : "tags and entries of owner data differ"}`;
  return { ...change(StepKind.ANNOTATE, reason), changes: annotations };
}
