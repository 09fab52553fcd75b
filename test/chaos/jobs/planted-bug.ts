import { NodePhase } from "../../../gen/bedplate/design/v1/node_status_pb.js";
import { StepKind } from "../../../gen/bedplate/orchestrator/v1/plan_pb.js";
import type { BoundaryWatch } from "../../../src/orchestrator/job/boundaries.ts";
import type { Step } from "../../../src/orchestrator/steps/step.ts";
import { STEPS } from "../../../src/orchestrator/steps/steps.ts";

/** A bug for the harness to notice. */
export interface PlantedBug {
  /** The steps there are, of which the one that installs a machine records its success before it calls the driver. */
  readonly steps: ReadonlyMap<StepKind, Step>;
  /** To be told of every boundary. */
  readonly passed: BoundaryWatch;
}

/**
 * Plants a bug: a machine is said to be installed, and is installed once that is kept. What a process that ends in between leaves is never made good; whichever is quicker, the database or the driver,
 * the one that ends at DEPLOY/ended ends in between.
 */
export function plantEarlyCheckpoint(): PlantedBug {
  const left = new Map<string, () => void>();
  const hastyDeploy: Step = {
    kind: StepKind.DEPLOY,
    async run(context) {
      const { run } = STEPS.get(StepKind.DEPLOY) as Step;
      left.set(context.task.step.subject, () => void run(context).catch(() => {}));
      return { changed: true, message: "as wanted", status: { phase: NodePhase.DEPLOYED } };
    },
  };
  return {
    steps: new Map([...STEPS, [StepKind.DEPLOY, hastyDeploy]]),
    passed(boundary, kind, subject) {
      if (boundary !== "kept" || kind !== StepKind.DEPLOY) return;
      left.get(subject)?.();
      left.delete(subject);
    },
  };
}
