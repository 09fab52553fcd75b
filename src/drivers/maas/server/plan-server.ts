import { ServerPhase } from "../../../../gen/bedplate/driver/v1/server_driver_service_pb.js";
import type { ServerSpec } from "../../../../gen/bedplate/driver/v1/server_spec_pb.js";
import type { Action } from "../action.ts";
import type { MaasClient } from "../client/maas-client.ts";
import { invalidField } from "../driver-error.ts";
import { announceInterfaces, networkPlanner } from "../network/network-area.ts";
import { announceStorage, storagePlanner, withStacks } from "../storage/storage-area.ts";
import { readInstalledAnnotations } from "./annotations.ts";
import { planCommissioned } from "./commission.ts";
import { planDeployed } from "./deploy.ts";
import type { Machine } from "./machine.ts";
import { enlistment } from "./plan-identity.ts";
import { powerSettings } from "./power-settings.ts";
import { planReleased, releaseActions } from "./release.ts";
import { isCommissioned, isConfigurable, STATUS } from "./status.ts";
import { hasThisSpec } from "./step.ts";

/**
 * What an Ensure call for one phase would change now. For a machine that is not inventoried yet, interfaces and disks are
 * told as far as the specification alone tells. NOT_FOUND when MAAS does not know the machine and it cannot be enlisted.
 */
export async function planServer(
  client: MaasClient,
  spec: ServerSpec,
  phase: ServerPhase,
  machine: Machine | undefined,
): Promise<Action[]> {
  if (machine === undefined && phase !== ServerPhase.RELEASED) enlistment(spec, powerSettings(spec));
  switch (phase) {
    case ServerPhase.COMMISSIONED:
      return planCommissioned(client, spec, machine);
    case ServerPhase.NETWORK_CONFIGURED:
      return planArea(spec, machine, announceInterfaces, (known) => planNetwork(client, spec, known));
    case ServerPhase.STORAGE_CONFIGURED:
      return planArea(spec, machine, announceStorage, (known) => planDisks(client, spec, known));
    case ServerPhase.DEPLOYED:
      return [...planDeployed(spec, machine), ...(await annotationsOf(client, spec, machine))];
    case ServerPhase.RELEASED:
      return planReleased(client, spec, machine);
    default:
      throw invalidField("phase", "the call names no phase");
  }
}

/** An installed machine's, which EnsureAnnotations writes; any other gets them with its installation. */
async function annotationsOf(client: MaasClient, spec: ServerSpec, machine: Machine | undefined): Promise<Action[]> {
  return machine?.status === STATUS.DEPLOYED ? readInstalledAnnotations(client, machine, spec) : [];
}

/** The actions that bring a machine's interfaces to the specification. */
export async function planNetwork(client: MaasClient, spec: ServerSpec, machine: Machine): Promise<Action[]> {
  const plan = await networkPlanner(client, spec, machine);
  return plan(machine);
}

/** The actions that bring a machine's disks to the specification. */
export async function planDisks(client: MaasClient, spec: ServerSpec, machine: Machine): Promise<Action[]> {
  const plan = await storagePlanner(client, spec, machine);
  return plan(await withStacks(client, spec, machine));
}

async function planArea(
  spec: ServerSpec,
  machine: Machine | undefined,
  announce: (spec: ServerSpec) => Action[],
  compare: (machine: Machine) => Promise<Action[]>,
): Promise<Action[]> {
  if (machine === undefined || !isCommissioned(machine.status)) return announce(spec);
  if (hasThisSpec({ spec }, machine)) return [];
  const actions = await compare(machine);
  if (machine.status === STATUS.ALLOCATED && actions.length > 0) {
    return [...releaseActions(machine, { erase: "none" }), ...actions];
  }
  const isTaken =
    !isConfigurable(machine.status) && machine.status !== STATUS.RELEASING && machine.status !== STATUS.DISK_ERASING;
  return isTaken ? [...releaseActions(machine, spec), ...actions] : actions;
}
