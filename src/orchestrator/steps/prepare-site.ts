import { ServerDriverService } from "../../../gen/bedplate/driver/v1/server_driver_service_pb.js";
import { StepKind } from "../../../gen/bedplate/orchestrator/v1/plan_pb.js";
import { newChanges } from "../../plan/compare-plan.ts";
import { ensureUntilDone } from "../job/ensure.ts";
import { siteSubject } from "../job/leases.ts";
import { callPatiently, createPatience } from "../job/patience.ts";
import { oneLine } from "../one-line.ts";
import { siteSpecOf } from "../world.ts";
import { type Step, type StepContext, StepFailure } from "./step.ts";

/** Brings networks, tags and keys of a provisioner to what the design says. */
export const prepareSite: Step = {
  kind: StepKind.PREPARE_SITE,
  async run(context) {
    const { job, task, drivers, operationId, carried, signal, policy } = context;
    const instance = task.step.driverInstance;
    const spec = siteSpecOf(job.snapshot, instance);
    const { changed, message } = await ensureUntilDone(context, {
      subject: siteSubject(instance),
      instance,
      operationId,
      precondition: carried.precondition,
      lookAgain: () => lookAtSiteAgain(context),
      async call(operation) {
        const answer = await drivers.call(instance, ServerDriverService, signal, (client, target) =>
          client.ensureSite({ target, spec, operation }, { signal, timeoutMs: policy.callMs }),
        );
        return answer.result;
      },
    });
    return { changed, message };
  },
};

async function lookAtSiteAgain({ job, task, world, clock, policy, signal }: StepContext): Promise<string> {
  const { changes, precondition } = await callPatiently(createPatience(clock, policy), signal, () =>
    world.site(job.snapshot, task.step.driverInstance, signal),
  );
  const [difference] = newChanges(task.step.changes, changes);
  if (difference !== undefined) throw new StepFailure(oneLine(`the world changed: ${difference.message}`));
  return precondition;
}
