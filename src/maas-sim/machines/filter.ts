import type { Form } from "../http/form.ts";
import type { Machine } from "../machine.ts";
import type { SimState } from "../state.ts";
import { statusFromFilter } from "../status.ts";
import { POOL, ZONE } from "../views/machine-view.ts";
import { normalizeMac } from "./mac.ts";

/** The filters of a machine list; every one may be repeated. */
export const MACHINE_FILTERS = [
  "id",
  "system_id",
  "hostname",
  "mac_address",
  "domain",
  "zone",
  "pool",
  "tags",
  "not_tags",
  "status",
  "agent_name",
  "owner",
  "power_state",
];

/** The machines a list's filters let through, in the order they were created. Throws a 400 for a bad filter. */
export function filterMachines(state: SimState, form: Form): Machine[] {
  const ids = [...form.list("id"), ...form.list("system_id")];
  const macs = form.list("mac_address").map((source) => {
    const mac = normalizeMac(source);
    if (mac === undefined) form.fail("mac_address", `Invalid MAC address(es): ${source}`);
    return mac ?? "";
  });
  const statuses = form.list("status").map((source) => {
    const status = statusFromFilter(source);
    if (status === undefined)
      form.fail("status", `'${source}' is not a valid choice. It should be one of the node states.`);
    return status;
  });
  const tags = tagList(state, form, "tags");
  const notTags = tagList(state, form, "not_tags");
  const lists = {
    hostname: form.list("hostname"),
    agent: form.list("agent_name"),
    owner: form.list("owner"),
    power: form.list("power_state"),
    domain: form.list("domain"),
    zone: form.list("zone"),
    pool: form.list("pool"),
  };
  form.check();
  const domainOf = ({ domainId }: Machine) => state.domains.get(domainId)?.name ?? "";
  const among = (wanted: readonly string[], value: string) => wanted.length === 0 || wanted.includes(value);
  return [...state.machines.values()].filter(
    (machine) =>
      (ids.length === 0 && !form.has("id") && !form.has("system_id") ? true : ids.includes(machine.systemId)) &&
      (among(lists.hostname, machine.hostname) ||
        lists.hostname.includes(`${machine.hostname}.${domainOf(machine)}`)) &&
      (macs.length === 0 || [...machine.interfaces.values()].some((nic) => macs.includes(nic.mac))) &&
      (statuses.length === 0 || statuses.includes(machine.status)) &&
      among(lists.agent, machine.agentName) &&
      among(lists.owner, machine.owner ?? "") &&
      among(lists.power, machine.powerState) &&
      among(lists.domain, domainOf(machine)) &&
      among(lists.zone, ZONE.name) &&
      among(lists.pool, POOL.name) &&
      tags.every((tag) => machine.tags.has(tag)) &&
      !notTags.some((tag) => machine.tags.has(tag)),
  );
}

function tagList(state: SimState, form: Form, field: string): string[] {
  const tags = form.list(field).flatMap((value) => value.split(",").map((tag) => tag.trim()));
  const unknown = tags.filter((tag) => !state.tags.has(tag));
  if (unknown.length > 0) form.fail(field, `No such tag(s): ${unknown.map((tag) => `'${tag}'`).join(", ")}.`);
  return tags;
}
