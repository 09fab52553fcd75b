import { consentRequired } from "../driver-error.ts";
import type { Machine } from "./machine.ts";
import { requireOwn } from "./owner.ts";
import { release } from "./release.ts";
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
      return begin(step, machine);
    case STATUS.FAILED_DEPLOYMENT:
      return begin(step, machine);
    case STATUS.FAILED_RELEASING:
    case STATUS.FAILED_DISK_ERASING:
      if (step.progress.started) {
        throw await failedMachine(step, machine, "see the machine's events in MAAS and release it there");
      }
      return begin(step, machine);
    case STATUS.RESCUE_MODE:
    case STATUS.ENTERING_RESCUE_MODE:
    case STATUS.EXITING_RESCUE_MODE:
      throw await failedMachine(step, machine, "bring the machine out of rescue mode first");
    default:
      throw await failedMachine(step, machine, "bring the machine back to Ready in MAAS, or take it out of the design");
  }
}

/** Gives back a machine that is taken and has nothing installed on it, so that it can be configured to last: MAAS lays out disks of machines that are Ready only. */
export async function giveBack(step: Step, machine: Machine): Promise<Outcome> {
  return begin({ ...step, spec: { ...step.spec, erase: "none" } }, machine);
}

/** Released or not yet, the machine is not where it may be configured: a later look tells. */
async function begin(step: Step, machine: Machine): Promise<Outcome> {
  const { isDone: _isDone, ...outcome } = await release(step, machine);
  return { ...outcome, isDone: false };
}
