import { OobDriverService } from "../../../gen/bedplate/driver/v1/oob_driver_service_pb.js";
import { PowerState, ServerDriverService } from "../../../gen/bedplate/driver/v1/server_driver_service_pb.js";
import { isPowerOutOfBand } from "../../plan/drivers-of.ts";
import { type Ensured, ensureUntilDone } from "../job/ensure.ts";
import { callPatiently, createPatience } from "../job/patience.ts";
import { type StepContext, StepFailure } from "./step.ts";

/** Brings the step's machine to a power state, through whoever switches power on the site. A machine is switched off only as it was approved. */
export async function ensurePower(context: StepContext, power: PowerState.ON | PowerState.OFF): Promise<Ensured> {
  const { job, task, drivers, controllers, carried, operationId, signal, policy } = context;
  const { subject: node, driverInstance: instance } = task.step;
  const outOfBand = isPowerOutOfBand(job.snapshot.view);
  if (power === PowerState.OFF) await requireApprovedMachine(context);
  const server = job.snapshot.specOf(node).spec.identity ?? { name: node };
  return ensureUntilDone(context, {
    ...{ subject: node, instance, operationId },
    // A controller has no history of the machine: its power is taken as it is.
    precondition: outOfBand ? "" : carried.precondition,
    async lookAgain() {
      const seen = await requireApprovedMachine(context);
      return outOfBand ? "" : seen;
    },
    async call(operation) {
      if (outOfBand) {
        const subject = await controllers.subject(job.snapshot, node, signal);
        const answer = await drivers.call(instance, OobDriverService, signal, (client, target) =>
          client.ensurePower({ target, subject, power, operation }, { signal, timeoutMs: policy.callMs }),
        );
        return answer.result;
      }
      const answer = await drivers.call(instance, ServerDriverService, signal, (client, target) =>
        client.ensureServerPower({ target, server, power, operation }, { signal, timeoutMs: policy.callMs }),
      );
      return answer.result;
    },
  });
}

/** The driver's token about the step's machine. Throws StepFailure when another machine or installation is there than was approved to be cut off. */
async function requireApprovedMachine({ job, task, world, clock, policy, signal }: StepContext): Promise<string> {
  const node = task.step.subject;
  const servers = await callPatiently(createPatience(clock, policy), signal, () =>
    world.servers(job.snapshot, [node], signal),
  );
  const seen = servers.get(node);
  if (seen === undefined) throw new StepFailure(`node ${node} can't be observed`);
  const { condemned } = task;
  if (condemned === undefined) return seen.precondition;
  if (condemned.providerId !== seen.providerId)
    throw new StepFailure(`the world changed: node ${node} is another machine`);
  if (condemned.specDigest !== seen.specDigest)
    throw new StepFailure(`the world changed: node ${node} was installed anew since it was to be switched off`);
  return seen.precondition;
}
