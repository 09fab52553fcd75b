import { conflict } from "../http/api-error.ts";
import type { Call } from "../http/resource.ts";
import { allocate } from "../lifecycle/allocate.ts";
import type { Machine } from "../machine.ts";
import { announceMachine } from "../resources/machine-scope.ts";
import type { SimState } from "../state.ts";
import { STATUS } from "../status.ts";

/** The constraints and options of an allocation that the simulator understands. */
export const ALLOCATE_FIELDS = [
  "system_id",
  "name",
  "arch",
  "cpu_count",
  "mem",
  "tags",
  "not_tags",
  "zone",
  "pool",
  "agent_name",
  "comment",
  "dry_run",
  "verbose",
];

/**
 * Gives the caller the first Ready machine that meets the constraints; a dry run only finds it. Throws a 400 for an
 * unknown tag and a 409 when no machine is left.
 */
export function allocateMachine(call: Call): Machine {
  const { form, sim } = call;
  const cpuCount = form.integer("cpu_count", { min: 0, max: 1e6 }) ?? 0;
  const memory = form.integer("mem", { min: 0, max: 1e9 }) ?? 0;
  const tags = splitTags(sim.state, call, "tags");
  const notTags = splitTags(sim.state, call, "not_tags");
  const dryRun = form.boolean("dry_run") ?? false;
  form.boolean("verbose");
  form.check();
  const systemId = form.text("system_id");
  const name = form.text("name")?.replace(/\.maas$/, "");
  const arch = form.text("arch");
  const found = [...sim.state.machines.values()].find(
    (machine) =>
      machine.status === STATUS.READY &&
      (!systemId || machine.systemId === systemId) &&
      (!name || machine.hostname === name) &&
      (!arch || machine.architecture === arch || machine.architecture.startsWith(`${arch}/`)) &&
      machine.cpuCount >= cpuCount &&
      machine.memoryMib >= memory &&
      tags.every((tag) => machine.tags.has(tag)) &&
      !notTags.some((tag) => machine.tags.has(tag)) &&
      among(form.list("zone"), "default") &&
      among(form.list("pool"), "default"),
  );
  if (found === undefined) {
    if (systemId) throw conflict(`No machine with system ID ${systemId} available.`);
    if (name) throw conflict(`No machine with name ${name} available.`);
    const constraints = form.names.map((field) => `${field}=${form.list(field).join(",")}`).join(" ");
    throw conflict(
      constraints === ""
        ? "No machine available."
        : `No available machine matches constraints: ${constraints} (resolved to "${constraints}")`,
    );
  }
  announceMachine(call, found);
  if (!dryRun) allocate(sim, found, form.text("agent_name"));
  return found;
}

function among(wanted: readonly string[], value: string): boolean {
  return wanted.length === 0 || wanted.includes(value);
}

function splitTags(state: SimState, { form }: Call, field: string): string[] {
  const tags = form
    .list(field)
    .flatMap((value) => value.split(/[\s,]+/))
    .filter((tag) => tag !== "");
  const unknown = tags.filter((tag) => !state.tags.has(tag));
  if (unknown.length > 0) form.fail(field, `No such tag(s): ${unknown.map((tag) => `'${tag}'`).join(", ")}.`);
  return tags;
}
