import type { Action } from "../action.ts";
import { object } from "../client/json.ts";
import type { MaasWrite } from "../client/request.ts";
import { consentRequired } from "../driver-error.ts";
import { type Machine, readMachine } from "./machine.ts";
import { STATUS } from "./status.ts";
import { done, failedMachine, nodeName, type Outcome, type Step, waiting } from "./step.ts";

/** The request that gives a machine back. */
export function releaseWrite(systemId: string): MaasWrite {
  return { method: "POST", path: `machines/${systemId}/`, op: "release" };
}

/** How a plan shows that a machine is given back. */
export function releaseAction(machine: Machine): Action {
  const { hostname, statusName, status } = machine;
  return {
    object: `machine ${hostname}`,
    action: "release",
    before: statusName,
    after: "Ready",
    destructive: status === STATUS.DEPLOYED || status === STATUS.DEPLOYING,
  };
}

/** Everything that would change to have a machine given back. */
export function planReleased(machine: Machine | undefined): Action[] {
  return machine === undefined || isReleased(machine) || isReleasing(machine) ? [] : [releaseAction(machine)];
}

/** Gives a machine back. One MAAS does not know is given back already. */
export async function ensureReleased(step: Step, machine: Machine | undefined): Promise<Outcome> {
  if (machine === undefined) return done(undefined, "MAAS does not know the machine");
  const { status } = machine;
  if (isReleased(machine)) return done(machine, `machine ${machine.hostname} is "${machine.statusName}"`);
  if (isReleasing(machine)) return waiting(machine, 50, "MAAS is releasing the machine");
  const isInstalled = status === STATUS.DEPLOYED || status === STATUS.DEPLOYING;
  if (isInstalled && !step.allowDestroy) {
    throw consentRequired(
      nodeName(step),
      `machine ${machine.hostname} is "${machine.statusName}"; its data would be lost`,
    );
  }
  const hasFailed = status === STATUS.FAILED_RELEASING || status === STATUS.FAILED_DISK_ERASING;
  const isTaken = isInstalled || status === STATUS.ALLOCATED || status === STATUS.FAILED_DEPLOYMENT;
  if (!isTaken && !(hasFailed && !step.progress.started)) {
    throw await failedMachine(step, machine, "see the machine's events in MAAS and release it there");
  }
  const answer = await step.writer.send(releaseWrite(machine.systemId));
  const released = readMachine(object(answer));
  return isReleased(released)
    ? done(released, `machine ${machine.hostname} is "${released.statusName}"`)
    : waiting(released, 10, "MAAS has begun to release the machine", true);
}

function isReleased({ status }: Machine): boolean {
  const free: readonly number[] = [
    STATUS.NEW,
    STATUS.COMMISSIONING,
    STATUS.TESTING,
    STATUS.READY,
    STATUS.FAILED_COMMISSIONING,
    STATUS.FAILED_TESTING,
  ];
  return free.includes(status);
}

function isReleasing({ status }: Machine): boolean {
  return status === STATUS.RELEASING || status === STATUS.DISK_ERASING;
}
