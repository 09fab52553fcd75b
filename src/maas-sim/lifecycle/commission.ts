import { hardwareUuid } from "../hardware/present.ts";
import { invalidFields } from "../http/api-error.ts";
import type { Machine } from "../machine.ts";
import { isManual, trySwitchPower } from "../power/bmc.ts";
import type { Sim } from "../sim.ts";
import type { Hardware } from "../state.ts";
import { STATUS, type Status } from "../status.ts";
import { discoverNetwork } from "./discover-network.ts";
import { discoverStorage } from "./discover-storage.ts";
import { closeScriptSet, openScriptSet, scriptFault } from "./script-set.ts";
import { become, failPhase, runPhase } from "./transition.ts";

/** How to commission. */
export interface CommissionOptions {
  /** Keep the network configuration. */
  readonly skipNetworking: boolean;
  /** Keep the storage configuration. */
  readonly skipStorage: boolean;
  /** Names of the custom commissioning scripts to run. */
  readonly commissioningScripts: readonly string[];
  /** Names of the testing scripts to run; none: no tests. */
  readonly testingScripts: readonly string[];
}

const ALLOWED: readonly Status[] = [STATUS.NEW, STATUS.READY, STATUS.FAILED_COMMISSIONING, STATUS.BROKEN];

/** Starts commissioning. Throws a 400 form error in a state that does not allow it. */
export function commission(sim: Sim, machine: Machine, options: CommissionOptions): void {
  if (!ALLOWED.includes(machine.status)) {
    throw invalidFields({ __all__: ["Commission is not available because of the current state of the node."] });
  }
  machine.previousStatus = machine.status;
  machine.errorDescription = "";
  become(sim, machine, STATUS.COMMISSIONING);
  openScriptSet(sim, machine, "commissioning", [
    "20-maas-01-install-lldpd",
    "50-maas-01-commissioning",
    "maas-lshw",
    ...options.commissioningScripts,
  ]);
  const fault = trySwitchPower(machine, "on");
  const { hardware } = machine;
  runPhase(
    sim,
    machine,
    "commissioning",
    (failure) => {
      const unheard = hardware === null ? "Machine has not been heard from: nothing booted." : undefined;
      const reason = failure ?? unheard ?? scriptFault(machine, "commissioning");
      closeScriptSet(sim, machine, "commissioning", reason === undefined);
      if (reason !== undefined || hardware === null) {
        failPhase(sim, machine, STATUS.FAILED_COMMISSIONING, reason ?? "");
        return;
      }
      takeInventory(sim, machine, hardware, options);
      if (options.testingScripts.length === 0) settle(sim, machine, STATUS.READY);
      else startTesting(sim, machine, options.testingScripts, STATUS.READY);
    },
    fault,
  );
}

function takeInventory(sim: Sim, machine: Machine, hardware: Hardware, options: CommissionOptions): void {
  const { spec } = hardware;
  machine.cpuCount = spec.cpu.sockets * spec.cpu.cores;
  machine.cpuSpeed = spec.cpu.speedMhz;
  machine.memoryMib = spec.memoryMib;
  machine.hardwareUuid = hardwareUuid(hardware);
  machine.hardwareInfo = {
    system_vendor: spec.system.vendor,
    system_product: spec.system.product,
    system_family: "Unknown",
    system_version: spec.system.version,
    system_sku: "Unknown",
    system_serial: spec.system.serial,
    cpu_model: spec.cpu.model,
    mainboard_vendor: spec.system.vendor,
    mainboard_product: spec.system.product,
    mainboard_serial: spec.system.serial,
    mainboard_version: spec.system.version,
    mainboard_firmware_vendor: spec.bios.vendor,
    mainboard_firmware_version: spec.bios.version,
    mainboard_firmware_date: spec.bios.date,
    chassis_vendor: spec.system.vendor,
    chassis_type: "Rack Mount Chassis",
    chassis_serial: spec.system.serial,
    chassis_version: spec.system.version,
  };
  discoverNetwork(sim.state, machine, hardware, options.skipNetworking);
  discoverStorage(sim.state, machine, hardware, options.skipStorage);
}

/** Runs tests and returns to a state, or ends in Failed testing. The caller has checked that it may. */
export function startTesting(sim: Sim, machine: Machine, scripts: readonly string[], after: Status): void {
  machine.previousStatus = after;
  become(sim, machine, STATUS.TESTING);
  openScriptSet(sim, machine, "testing", scripts);
  runPhase(sim, machine, "testing", (failure) => {
    const reason = failure ?? scriptFault(machine, "testing");
    closeScriptSet(sim, machine, "testing", reason === undefined);
    if (reason === undefined) settle(sim, machine, after);
    else failPhase(sim, machine, STATUS.FAILED_TESTING, reason);
  });
}

/** The node switches itself off, but the power state is read only a little later. */
function settle(sim: Sim, machine: Machine, status: Status): void {
  become(sim, machine, status);
  if (status !== STATUS.READY || isManual(machine)) return;
  sim.scheduler.after(sim.duration("powerOff"), () => {
    if (machine.status === STATUS.READY) trySwitchPower(machine, "off");
  });
}
