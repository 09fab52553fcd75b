import { badRequest, notFound } from "../http/api-error.ts";
import type { Form } from "../http/form.ts";
import { json, type Reply } from "../http/reply.ts";
import { cancelPhase } from "../lifecycle/transition.ts";
import type { Machine } from "../machine.ts";
import { type Sim, USER } from "../sim.ts";
import { STATUS, type Status, statusFromFilter, statusName } from "../status.ts";

/** The states in which a machine has an owner. */
const OWNED: readonly Status[] = [
  STATUS.RESERVED,
  STATUS.ALLOCATED,
  STATUS.DEPLOYING,
  STATUS.DEPLOYED,
  STATUS.FAILED_DEPLOYMENT,
  STATUS.RELEASING,
  STATUS.FAILED_RELEASING,
  STATUS.DISK_ERASING,
  STATUS.FAILED_DISK_ERASING,
];

/**
 * Puts the machine of the world's `hostname` into a state, past all rules of MAAS; what was under way on it stops. Without `owner` it has the one user where the state needs an owner, else
 * none, and then no owner data either. Throws a 400 for a state or power that is none, a 404 for a machine MAAS does not have.
 */
export function changeState({ state }: Sim, form: Form, hostname: string): Reply {
  const machine = [...state.machines.values()].find(({ hardware }) => hardware?.spec.hostname === hostname);
  if (machine === undefined) throw notFound(`MAAS has no machine that is '${hostname}' of the world.`);
  const wanted = form.required("status") ?? "";
  const status = statusFromFilter(wanted) ?? (/^\d{2,3}$/.test(wanted) ? (Number(wanted) as Status) : undefined);
  if (status === undefined) throw badRequest(`'${wanted}' is no state of a machine.`);
  const power = form.choice("power", ["on", "off", "unknown", "error"]);
  const locked = form.boolean("locked");
  const previous = statusFromFilter(form.text("previous") ?? "");
  form.check();
  cancelPhase(machine);
  machine.status = status;
  machine.statusMessage = statusName(status);
  if (previous !== undefined) machine.previousStatus = previous;
  machine.owner = form.text("owner") || ownerOf(status);
  if (machine.owner === null) machine.annotations.clear();
  machine.locked = locked ?? machine.locked;
  machine.powerState = power ?? machine.powerState;
  return json({ hostname, status, status_name: statusName(status), owner: machine.owner });
}

function ownerOf(status: Status): Machine["owner"] {
  return OWNED.includes(status) ? USER.username : null;
}
