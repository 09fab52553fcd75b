import type { ServerFacts } from "../../plan/node-facts.ts";
import { sameInstallation } from "../../plan/same-installation.ts";
import type { StepContext } from "./step.ts";

/** Consent to destroy one installation of one machine, once. */
export interface DestroyConsent {
  /** Looks at the machine and says whether consent covers destroying what is on it now. Once it doesn't, it never does again. */
  holds(): Promise<boolean>;
  /** Takes in how the machine was seen otherwise. */
  saw(seen: ServerFacts): void;
}

/**
 * The consent a step of a machine has. Only the first step that may destroy has any: it ends with the machine free, so whatever is on the
 * machine later is another installation, which nobody consented to lose.
 */
export function destroyConsent({ job, task, world, signal }: StepContext): DestroyConsent {
  const { condemned, step } = task;
  const node = step.subject;
  const first = (job.nodeTasks.get(node) ?? []).find((each) => each.planned && each.step.destructive);
  let left = first?.step.id === step.id;
  const saw = (seen: ServerFacts): void => {
    left &&= condemned !== undefined && sameInstallation(condemned, seen);
  };
  return {
    async holds() {
      if (!left || condemned === undefined) return false;
      const seen = (await world.servers(job.snapshot, [node], signal)).get(node);
      if (seen === undefined) return false;
      saw(seen);
      return left;
    },
    saw,
  };
}

/** The context of a step whose machine may not be destroyed, whatever was approved. */
export function withoutConsent(context: StepContext): StepContext {
  const { job, task } = context;
  const node = task.step.subject;
  const tasks = (job.nodeTasks.get(node) ?? []).map((each) => ({
    ...each,
    step: { ...each.step, destructive: false },
  }));
  return { ...context, job: { ...job, nodeTasks: new Map([[node, tasks]]) } };
}
