import { serverError } from "../http/api-error.ts";
import type { Machine, PowerState } from "../machine.ts";

/** What has to agree with the hardware for its BMC to obey. */
const COMPARED = ["power_address", "power_user", "power_pass", "power_id", "node_id"];

/** Whether MAAS can do nothing about a machine's power. */
export function isManual(machine: Machine): boolean {
  return machine.powerType === "manual" || machine.powerType === "";
}

/** Why the BMC does not obey; `undefined` when it does. */
export function bmcFault(machine: Machine): string | undefined {
  if (isManual(machine)) return undefined;
  const address = String(machine.powerParameters.power_address ?? "");
  const spec = machine.hardware?.spec;
  if (spec === undefined || spec.powerType !== machine.powerType) return `BMC unreachable: ${address}`;
  const differs = COMPARED.find((name) => {
    const wanted = spec.powerParameters[name];
    return wanted !== undefined && wanted !== machine.powerParameters[name];
  });
  if (differs === undefined) return undefined;
  return differs === "power_pass" || differs === "power_user"
    ? "Incorrect username or password: check the BMC configuration and try again."
    : `BMC unreachable: ${address}`;
}

/** Switches a machine. A manual one stays as it is. Throws a 500 when the BMC does not obey. */
export function switchPower(machine: Machine, wanted: PowerState): void {
  if (isManual(machine)) return;
  const fault = bmcFault(machine);
  if (fault !== undefined) {
    machine.powerState = "error";
    throw serverError(fault);
  }
  machine.powerState = wanted;
}

/** Switches a machine as part of a transition; answers why it did not work. */
export function trySwitchPower(machine: Machine, wanted: PowerState): string | undefined {
  if (isManual(machine)) return undefined;
  const fault = bmcFault(machine);
  machine.powerState = fault === undefined ? wanted : "error";
  return fault;
}
