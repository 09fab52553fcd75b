import { BootDevice, OobDriverService } from "../../../gen/bedplate/driver/v1/oob_driver_service_pb.js";
import {
  PowerNeed,
  PowerState,
  ServerPhase,
  ServerState,
} from "../../../gen/bedplate/driver/v1/server_driver_service_pb.js";
import type { EnsureResult } from "../../../gen/bedplate/driver/v1/target_pb.js";
import { controllerAccess, isPowerOutOfBand, oobDriverOf } from "../../plan/drivers-of.ts";
import type { OperationInit } from "../job/ensure.ts";
import type { SeenServer } from "../world.ts";
import type { StepContext } from "./step.ts";

/** Sees to what a provisioner needs of the power of the step's machine and doesn't switch itself. */
export interface PowerCarrier {
  /**
   * Switches the machine off where it must not run when the provisioner begins with it: `clears` says that what is installed goes, with consent. Gives undefined when
   * there is nothing left to do, else how far the controller is.
   */
  before(seen: SeenServer, operation: OperationInit, clears: boolean): Promise<EnsureResult | undefined>;
  /** Boots the machine that the provisioner waits for, or switches the one off that was given back. The same answer. */
  after(need: PowerNeed, operation: OperationInit): Promise<EnsureResult | undefined>;
}

/** In which states a machine is about to be started by the phase, so that it must be off. */
const STARTS: ReadonlyMap<ServerPhase, readonly ServerState[]> = new Map<ServerPhase, readonly ServerState[]>([
  [ServerPhase.COMMISSIONED, [ServerState.ABSENT, ServerState.ENLISTED, ServerState.FAILED]],
  [ServerPhase.DEPLOYED, [ServerState.READY, ServerState.ALLOCATED, ServerState.FAILED, ServerState.RELEASING]],
]);

/** The carrier for the step's machine; undefined where the provisioner switches power itself, or the machine has no controller. */
export function powerCarrier(context: StepContext, phase: ServerPhase): PowerCarrier | undefined {
  const { job, task, controllers, drivers, policy, signal } = context;
  const { snapshot } = job;
  const node = task.step.subject;
  if (!isPowerOutOfBand(snapshot.view) || !controllerAccess(snapshot.view, node).exists) return undefined;
  const call = { signal, timeoutMs: policy.callMs };
  const oob = oobDriverOf(snapshot.view);

  async function switchTo(
    power: PowerState.ON | PowerState.OFF,
    operation: OperationInit,
  ): Promise<EnsureResult | undefined> {
    const subject = await controllers.subject(snapshot, node, signal);
    const { result } = await drivers.call(oob, OobDriverService, signal, (client, target) =>
      client.ensurePower({ target, subject, power, operation: part(operation, PowerState[power].toLowerCase()) }, call),
    );
    return unfinished(result);
  }

  async function bootFromNetwork(operation: OperationInit): Promise<EnsureResult | undefined> {
    const subject = await controllers.subject(snapshot, node, signal);
    const { result } = await drivers.call(oob, OobDriverService, signal, (client, target) =>
      client.ensureBootDevice(
        { target, subject, device: BootDevice.NETWORK, persistent: false, operation: part(operation, "boot") },
        call,
      ),
    );
    return unfinished(result) ?? switchTo(PowerState.ON, operation);
  }

  return {
    async before(seen, operation, clears) {
      const starts = seen.powerNeed === PowerNeed.OFF && STARTS.get(phase)?.includes(seen.state) === true;
      if (!starts && !clears) return undefined;
      const power = await controllers.powerOf(snapshot, node, signal);
      return power === PowerState.OFF ? undefined : switchTo(PowerState.OFF, operation);
    },
    async after(need, operation) {
      const boots = need === PowerNeed.NETWORK_BOOT;
      const rests = need === PowerNeed.OFF && phase === ServerPhase.RELEASED;
      if (!boots && !rests) return undefined;
      const power = await controllers.powerOf(snapshot, node, signal);
      if (power === (boots ? PowerState.ON : PowerState.OFF)) return undefined;
      return boots ? bootFromNetwork(operation) : switchTo(PowerState.OFF, operation);
    },
  };
}

/** An operation of its own on the controller: the same after a crash, and without the provisioner's token. */
function part(operation: OperationInit, name: string): OperationInit {
  return { ...operation, operationId: `${operation.operationId}:${name}`, precondition: "" };
}

function unfinished(result: EnsureResult | undefined): EnsureResult | undefined {
  return result?.outcome.case === "inProgress" ? result : undefined;
}
