import { ServerPhase } from "../../../../gen/bedplate/driver/v1/server_driver_service_pb.js";
import type { Action } from "../action.ts";
import { worldChanged } from "../driver-error.ts";
import type { Precondition } from "../precondition.ts";
import { deployedDigest, type Machine, OPERATION_ANNOTATION } from "./machine.ts";
import { machineKey, serverFacts } from "./server-facts.ts";
import { isCommissioned, isConfigurable, STATUS } from "./status.ts";
import { nodeName, type Step } from "./step.ts";

/** States MAAS goes through by itself, from a state a machine was seen in. */
const NATURAL: ReadonlyMap<number, readonly number[]> = new Map([
  [STATUS.COMMISSIONING, [STATUS.TESTING, STATUS.READY, STATUS.FAILED_COMMISSIONING, STATUS.FAILED_TESTING]],
  [STATUS.TESTING, [STATUS.READY, STATUS.NEW, STATUS.ALLOCATED, STATUS.DEPLOYED, STATUS.FAILED_TESTING]],
  [STATUS.DEPLOYING, [STATUS.DEPLOYED, STATUS.FAILED_DEPLOYMENT]],
  [STATUS.RELEASING, [STATUS.READY, STATUS.NEW, STATUS.DISK_ERASING, STATUS.FAILED_RELEASING]],
  [STATUS.DISK_ERASING, [STATUS.READY, STATUS.RELEASING, STATUS.FAILED_DISK_ERASING]],
]);

const RELEASE: ReadonlyMap<number, readonly number[]> = new Map(
  [
    STATUS.ALLOCATED,
    STATUS.RESERVED,
    STATUS.BROKEN,
    STATUS.DEPLOYED,
    STATUS.DEPLOYING,
    STATUS.FAILED_DEPLOYMENT,
    STATUS.FAILED_RELEASING,
    STATUS.FAILED_DISK_ERASING,
  ].map((status) => [status, [STATUS.RELEASING, STATUS.DISK_ERASING]]),
);

const COMMISSION: ReadonlyMap<number, readonly number[]> = new Map([
  [STATUS.NEW, [STATUS.COMMISSIONING]],
  [STATUS.READY, [STATUS.COMMISSIONING]],
  [STATUS.FAILED_COMMISSIONING, [STATUS.COMMISSIONING]],
]);

const DEPLOY: ReadonlyMap<number, readonly number[]> = new Map([
  [STATUS.READY, [STATUS.ALLOCATED]],
  [STATUS.ALLOCATED, [STATUS.DEPLOYING]],
]);

/** What this driver itself may have done to a machine in a phase, though it never heard that it succeeded. */
const OWN: ReadonlyMap<ServerPhase, readonly ReadonlyMap<number, readonly number[]>[]> = new Map([
  [ServerPhase.COMMISSIONED, [COMMISSION]],
  [ServerPhase.NETWORK_CONFIGURED, [RELEASE]],
  [ServerPhase.STORAGE_CONFIGURED, [RELEASE]],
  [ServerPhase.DEPLOYED, [RELEASE, DEPLOY]],
  [ServerPhase.RELEASED, [RELEASE]],
]);

/** The actions that would bring an area of a machine to its specification. */
export interface AreaPlans {
  network(): Promise<readonly Action[]>;
  storage(): Promise<readonly Action[]>;
}

/**
 * Fails with WORLD_CHANGED, naming the part, when another hand moved the machine or changed its interfaces or disks since
 * the token was made. What MAAS does by itself, and what this operation did or is about to do, is no such change.
 */
export async function requireSameServer(
  token: Precondition,
  step: Pick<Step, "spec" | "operationId">,
  phase: ServerPhase,
  machine: Machine | undefined,
  plans: AreaPlans,
): Promise<void> {
  const subject = nodeName(step);
  if (machine === undefined) {
    if (token.status === undefined || phase === ServerPhase.RELEASED) return;
    throw worldChanged(subject, `machine ${subject} is gone from MAAS since the plan was made`);
  }
  if (token.status === undefined) return;
  const facts = serverFacts(machine);
  if (token.vanished([], [machineKey(machine.systemId)]).length === 0) {
    throw worldChanged(
      subject,
      `node ${subject} was another machine of MAAS when the plan was made; it is now ${machine.systemId}`,
    );
  }
  requireReachable(token.status, step, phase, machine);
  if (!isCommissioned(token.status) || !isConfigurable(machine.status)) return;
  const changed = token.changed(facts);
  const areas = [
    { area: "network", phase: ServerPhase.NETWORK_CONFIGURED, plan: plans.network },
    { area: "storage", phase: ServerPhase.STORAGE_CONFIGURED, plan: plans.storage },
  ] as const;
  for (const { area, phase: owning, plan } of areas) {
    const suspects = changed.filter((fact) => fact.area === area);
    if (suspects.length === 0) continue;
    const actions = await plan();
    for (const { label } of suspects) {
      // Before its own phase an area may be anything; in it and after, what is not wanted is another hand's.
      const action = actions.find(({ object, undoes }) => concerns(object, label) && (undoes || owning < phase));
      if (action === undefined || owning > phase) continue;
      throw worldChanged(
        label,
        `${label} of machine ${machine.hostname} was changed in MAAS since the plan was made: ${action.before || "something is missing"}`,
      );
    }
  }
}

/** Whether an action is about a part, or about something on it, such as a partition of a disk. */
function concerns(object: string, label: string): boolean {
  return object === label || object.endsWith(` of ${label}`);
}

function requireReachable(
  before: number,
  step: Pick<Step, "spec" | "operationId">,
  phase: ServerPhase,
  machine: Machine,
): void {
  const subject = nodeName(step);
  // What is being deployed is left to it by every phase but the one that gives machines back.
  const isLeft = before === STATUS.DEPLOYING && phase !== ServerPhase.RELEASED;
  const steps = [NATURAL, ...(isLeft ? [] : (OWN.get(phase) ?? []))];
  const reachable = new Set([before]);
  for (const status of reachable)
    for (const map of steps) for (const next of map.get(status) ?? []) reachable.add(next);
  const isReachable = reachable.has(machine.status);
  const installed: readonly number[] = [STATUS.DEPLOYING, STATUS.DEPLOYED, STATUS.FAILED_DEPLOYMENT];
  const isForeign =
    installed.includes(machine.status) &&
    !installed.includes(before) &&
    deployedDigest(machine) !== step.spec.specDigest &&
    machine.annotations[OPERATION_ANNOTATION] !== step.operationId;
  if (isReachable && !isForeign) return;
  throw worldChanged(
    subject,
    `machine ${machine.hostname} is now "${machine.statusName}", which the plan did not expect`,
  );
}
