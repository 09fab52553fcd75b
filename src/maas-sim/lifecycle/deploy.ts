import { conflict, invalidFields } from "../http/api-error.ts";
import type { Machine } from "../machine.ts";
import { linksOf } from "../network/gateway.ts";
import { claimAutoAddresses, freeAutoAddresses } from "../network/link.ts";
import { trySwitchPower } from "../power/bmc.ts";
import { type Sim, USER } from "../sim.ts";
import type { Image } from "../state.ts";
import { STATUS, statusName } from "../status.ts";
import { allocate } from "./allocate.ts";
import { closeScriptSet, openScriptSet } from "./script-set.ts";
import { become, failPhase, runPhase } from "./transition.ts";

/** What to install. */
export interface DeployRequest {
  readonly image: Image;
  readonly kernel: string;
  /** As it was sent: base64 if the client did it right. */
  readonly userData: string;
  readonly ephemeral: boolean;
  readonly hwSync: boolean;
  readonly agentName: string | undefined;
}

/** Refuses a machine whose state does not allow a deployment. Throws a 409. */
export function checkDeployState(machine: Machine): void {
  if (machine.status === STATUS.READY) return;
  if (machine.status === STATUS.ALLOCATED && machine.owner === USER.username) return;
  throw conflict(`Can't deploy a machine that is in the '${statusName(machine.status)}' state`);
}

/** Refuses a machine that is not configured. Throws a 400. */
export function checkDeployConfiguration(machine: Machine, ephemeral: boolean): void {
  if (!linksOf(machine).some((link) => link.mode !== "link_up")) {
    throw invalidFields({ network: ["Node must be configured to use a network"] });
  }
  if (ephemeral) return;
  const disks = [...machine.disks.values()];
  if (disks.length === 0) {
    throw invalidFields({
      storage: ["There are currently no storage devices.  Please add a storage device to be able to deploy this node."],
    });
  }
  const filesystems = disks.flatMap((disk) => [disk, ...(disk.partitions ?? [])]).map(({ filesystem }) => filesystem);
  if (!filesystems.some((filesystem) => filesystem?.mountPoint === "/")) {
    throw invalidFields({ storage: ["Mount the root '/' filesystem to be able to deploy this node."] });
  }
}

/** Starts a deployment; the checks above have passed. Throws a 503, changing nothing, when addresses run out. */
export function deploy(sim: Sim, machine: Machine, request: DeployRequest): void {
  claimAutoAddresses(sim.state, machine);
  if (machine.status === STATUS.READY) allocate(sim, machine);
  const [osystem = "", series = ""] = request.image.name.split("/");
  machine.osystem = osystem;
  machine.distroSeries = series;
  machine.hweKernel = request.kernel;
  machine.userData = request.userData;
  machine.ephemeral = request.ephemeral;
  machine.hwSync = request.hwSync;
  machine.agentName = request.agentName ?? machine.agentName;
  machine.errorDescription = "";
  become(sim, machine, STATUS.DEPLOYING);
  openScriptSet(sim, machine, "installation", ["/tmp/install.log"]);
  const fault = trySwitchPower(machine, "on");
  runPhase(
    sim,
    machine,
    "deploying",
    (failure) => {
      closeScriptSet(sim, machine, "installation", failure === undefined);
      if (failure !== undefined) {
        failPhase(sim, machine, STATUS.FAILED_DEPLOYMENT, failure);
        return;
      }
      become(sim, machine, STATUS.DEPLOYED);
      sim.nodeStarted(machine);
    },
    fault,
  );
}

/** Takes back what a deployment gave the machine. */
export function undoDeployment(sim: Sim, machine: Machine): void {
  freeAutoAddresses(sim.state, machine);
  machine.osystem = "";
  machine.distroSeries = "";
  machine.hweKernel = "";
  machine.userData = "";
  machine.ephemeral = false;
  machine.hwSync = false;
}
