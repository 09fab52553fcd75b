import { object, text } from "../client/json.ts";
import { consentRequired, rejected } from "../driver-error.ts";
import { type Machine, readMachine } from "./machine.ts";
import { releaseWrite } from "./release.ts";
import { isConfigurable, STATUS } from "./status.ts";
import {
  done,
  failedMachine,
  foreignDeployment,
  hasThisSpec,
  nodeName,
  type Outcome,
  type Step,
  uncommissioned,
  waiting,
} from "./step.ts";

/**
 * Brings a machine to where it may be configured, Ready or Allocated to this user: gives `undefined` when it is there, else
 * what to answer. What is deployed otherwise is released only with consent; what failed to deploy is released anyway.
 */
export async function requireFree(step: Step, machine: Machine): Promise<Outcome | undefined> {
  const { status } = machine;
  if (status === STATUS.ALLOCATED) await requireOwn(step, machine);
  if (isConfigurable(status)) return undefined;
  if (hasThisSpec(step, machine))
    return done(machine, `machine ${machine.hostname} is deployed with this specification`);
  switch (status) {
    case STATUS.NEW:
    case STATUS.FAILED_COMMISSIONING:
    case STATUS.FAILED_TESTING:
      throw uncommissioned(step, machine);
    case STATUS.COMMISSIONING:
    case STATUS.TESTING:
      return waiting(machine, 0, "MAAS is taking stock of the hardware");
    case STATUS.RELEASING:
    case STATUS.DISK_ERASING:
      return waiting(machine, 0, "MAAS is releasing the machine");
    case STATUS.DEPLOYING:
      throw foreignDeployment(step, machine);
    case STATUS.DEPLOYED:
      if (!step.allowDestroy) {
        throw consentRequired(
          nodeName(step),
          `machine ${machine.hostname} is deployed with another specification; installing it anew loses its data`,
        );
      }
      return release(step, machine);
    case STATUS.FAILED_DEPLOYMENT:
      return release(step, machine);
    case STATUS.FAILED_RELEASING:
    case STATUS.FAILED_DISK_ERASING:
      if (step.progress.started) {
        throw await failedMachine(step, machine, "see the machine's events in MAAS and release it there");
      }
      return release(step, machine);
    default:
      throw await failedMachine(step, machine, "bring the machine back to Ready in MAAS, or take it out of the design");
  }
}

async function release(step: Step, machine: Machine): Promise<Outcome> {
  const answer = await step.writer.send(releaseWrite(machine.systemId));
  return waiting(readMachine(object(answer)), 0, "MAAS has begun to release the machine", true);
}

async function requireOwn(step: Step, machine: Machine): Promise<void> {
  const user = text(object(await step.client.get({ path: "users/", op: "whoami" })).username);
  if (machine.owner === "" || machine.owner === user) return;
  throw rejected(`machine ${machine.hostname} is allocated to ${machine.owner}`, {
    subject: nodeName(step),
    hint: `release the machine in MAAS, or use the api key of ${machine.owner}`,
  });
}
