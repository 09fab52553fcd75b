import { ServerDriverService, ServerState } from "../../../gen/bedplate/driver/v1/server_driver_service_pb.js";
import { StepKind } from "../../../gen/bedplate/orchestrator/v1/plan_pb.js";
import { stateWord } from "../../plan/actions/machine-state.ts";
import { ensureUntilDone } from "../job/ensure.ts";
import { callPatiently, createPatience } from "../job/patience.ts";
import { type Step, type StepContext, StepFailure } from "./step.ts";

/** Brings tags and owner data of an installed machine to what the design says. */
export const annotate: Step = {
  kind: StepKind.ANNOTATE,
  keepsPhase: true,
  async run(context) {
    const { job, task, drivers, carried, operationId, signal, policy } = context;
    const { subject, driverInstance: instance } = task.step;
    const { spec } = job.snapshot.specOf(subject);
    const { changed, message, precondition } = await ensureUntilDone(context, {
      ...{ subject, instance, operationId, precondition: carried.precondition },
      lookAgain: () => requireInstalled(context),
      async call(operation) {
        const answer = await drivers.call(instance, ServerDriverService, signal, (client, target) =>
          client.ensureAnnotations({ target, spec, operation }, { signal, timeoutMs: policy.callMs }),
        );
        return answer.result;
      },
    });
    return { changed, message: message || "tags and owner data are as designed", carried: { precondition } };
  },
};

async function requireInstalled({ job, task, world, clock, policy, signal }: StepContext): Promise<string> {
  const node = task.step.subject;
  const servers = await callPatiently(createPatience(clock, policy), signal, () =>
    world.servers(job.snapshot, [node], signal),
  );
  const seen = servers.get(node);
  if (seen?.state === ServerState.DEPLOYED) return seen.precondition;
  const word = seen === undefined ? "unknown" : stateWord(seen.state);
  throw new StepFailure(`the world changed: the machine of node ${node} is ${word}, and no longer deployed`);
}
