import type { Form } from "../http/form.ts";
import type { Machine } from "../machine.ts";
import type { SimState } from "../state.ts";

/** The MAC in its usual form; `undefined` when it is none. */
export function normalizeMac(source: string): string | undefined {
  const mac = source.toLowerCase().replaceAll("-", ":");
  return /^([0-9a-f]{2}:){5}[0-9a-f]{2}$/.test(mac) ? mac : undefined;
}

/** The machine that has a MAC on a physical interface. */
export function machineWithMac(state: SimState, mac: string): Machine | undefined {
  return [...state.machines.values()].find((machine) =>
    [...machine.interfaces.values()].some((nic) => nic.type === "physical" && nic.mac === mac),
  );
}

/** Reads MACs that no machine has yet; notes malformed and taken ones. */
export function freshMacs(state: SimState, form: Form, field: string): string[] {
  return form.list(field).flatMap((source) => {
    const mac = normalizeMac(source);
    if (mac === undefined) {
      form.fail(field, `'${source}' is not a valid MAC address.`);
      return [];
    }
    const holder = machineWithMac(state, mac) ?? [...state.otherNodes.values()].find((other) => other.mac === mac);
    if (holder !== undefined) form.fail(field, `MAC address ${mac} already in use on ${holder.hostname}.`);
    return [mac];
  });
}
