import { json } from "../http/reply.ts";
import { type Action, type Call, operation } from "../http/resource.ts";
import { applyDefaultLayout } from "../lifecycle/discover-storage.ts";
import type { Machine } from "../machine.ts";
import { STATUS, type Status } from "../status.ts";
import { MOUNT_FIELDS, mountSpecial, unmountSpecial } from "../storage/filesystem-form.ts";
import { STORAGE_LAYOUT_FIELDS, setStorageLayout } from "../storage/layout-form.ts";
import { machineView } from "../views/machine-view.ts";
import { machineForStorage } from "./machine-scope.ts";

const ALSO_TAKEN = [STATUS.ALLOCATED];

function action(
  op: string,
  accepts: readonly string[],
  change: (call: Call, machine: Machine) => void,
  also: readonly Status[] = ALSO_TAKEN,
): Action {
  return operation(op, accepts, (call) => {
    const machine = machineForStorage(call, also);
    change(call, machine);
    return json(machineView(call.sim.state, machine));
  });
}

/** The operations of a machine on its storage as a whole. */
export const machineStorage: readonly Action[] = [
  action(
    "set_storage_layout",
    STORAGE_LAYOUT_FIELDS,
    ({ sim, form }, machine) => setStorageLayout(sim.state, machine, form),
    [],
  ),
  action("restore_storage_configuration", [], ({ sim }, machine) => applyDefaultLayout(sim.state, machine)),
  action("mount_special", ["fstype", ...MOUNT_FIELDS], ({ form }, machine) => mountSpecial(machine, form)),
  action("unmount_special", ["mount_point"], ({ form }, machine) => unmountSpecial(machine, form)),
];
