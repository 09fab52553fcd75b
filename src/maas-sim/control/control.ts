import type { Faults } from "../faults/faults.ts";
import { FaultScriptError, parseFaults } from "../faults/read-faults.ts";
import { ApiError, badRequest, invalidFields, notFound } from "../http/api-error.ts";
import { parseUrlEncoded } from "../http/body-fields.ts";
import type { WireRequest } from "../http/dispatch.ts";
import { createForm, type FieldValues } from "../http/form.ts";
import { json, type Reply, text } from "../http/reply.ts";
import type { Ledger } from "../ledger/ledger.ts";
import { createWriteWatch } from "../ledger/write-watch.ts";
import { findSubnet } from "../lookup.ts";
import { SUBNET_FIELDS, subnetChange } from "../network/subnet-form.ts";
import type { NodeAgents } from "../node/node-agent.ts";
import type { Sim } from "../sim.ts";
import type { Hardware } from "../state.ts";
import { fabricView, subnetView } from "../views/network-view.ts";
import { PHASES, SCRIPT_OUTCOMES } from "../world/read-machine.ts";
import { changeState } from "./change-state.ts";
import { machineState } from "./machine-state.ts";

/** The most ledger entries of one answer. */
const MAX_ENTRIES = 10_000;

/**
 * The other hand: what a test does to the simulated world besides the API. Loopback only, no credentials, JSON in and
 * out.
 *
 * - `GET /_sim/ledger?after=SEQ&limit=N`: `{"last", "entries": [LedgerEntry]}`
 * - `GET /_sim/state`: `{"machines": [...], "subnets": [...], "fabrics": [...]}`, with what each node has reported
 * - `GET /_sim/faults`: `{"rules": [...]}`, with how often each fitted and happened; `POST /_sim/faults` `[rule, …]`: what goes wrong from now on, see `FaultRule`
 * - `POST /_sim/subnets/{name-or-cidr}` `{"gateway_ip": …, "dns_servers": […], …}`: changes a subnet
 * - `POST /_sim/images/{name}` `{"complete": false, "importing": true}`: whether all files of an image are there, and whether images are being imported
 * - `POST /_sim/machines/{hostname}/remove-nic` `{"pci_address": …}`: takes a NIC out; MAAS sees it at commissioning
 * - `POST /_sim/machines/{hostname}/add-nic` `{"pci_address": …}`: puts it back
 * - `POST /_sim/machines/{hostname}/fail` `{"phase": "deploying"}`: makes that transition fail the next time
 * - `POST /_sim/machines/{hostname}/script` `{"name": …, "outcome": "failed", "exit_status": 3, "output": …}`: how that script ends from
 *   now on; `passed`, `failed`, `timed_out`, `degraded` or `skipped`
 * - `POST /_sim/machines/{hostname}/state` `{"status": "failed_testing", "owner": …, "locked": …, "power": …}`: puts the machine into a state, whatever it was in; a number that no state
 *   has stands for one of a later MAAS
 */
export type Control = (request: WireRequest, remoteAddress: string) => Reply;

/** The control endpoint of one simulator. `hostname` in its paths is the name in the world file. */
export function createControl(sim: Sim, ledger: Ledger, agents: NodeAgents, faults: Faults): Control {
  const answer = (request: WireRequest): Reply => {
    const [kind = "", name = "", action = ""] = request.path.split("/").slice(2).map(decode);
    const route = `${request.method} ${kind}`;
    if (route === "GET ledger" && name === "") return readLedger(ledger, request.query);
    if (route === "GET state" && name === "") return readState(sim, agents);
    if (route === "GET faults" && name === "") return json({ rules: faults.report() });
    if (route === "POST faults" && name === "") return setFaults(faults, request);
    if (route === "POST subnets" && name !== "" && action === "") return changeSubnet(sim, ledger, request, name);
    if (route === "POST images" && name !== "" && action === "") return changeImage(sim, request, name);
    if (route === "POST machines" && action !== "") return changeHardware(sim, request, name, action);
    throw notFound(`Unknown control endpoint: ${request.method} ${request.path}`);
  };
  return (request, remoteAddress) => {
    if (!/^(::ffff:)?127\.|^::1$/.test(remoteAddress)) return text("The control endpoint answers loopback only.", 403);
    try {
      return answer(request);
    } catch (error) {
      if (error instanceof ApiError) return error.reply;
      throw error;
    }
  };
}

function readLedger(ledger: Ledger, query: string): Reply {
  const form = createForm(parseUrlEncoded(query));
  const after = form.integer("after", { min: 0, max: 1e15 }) ?? 0;
  const limit = form.integer("limit", { min: 1, max: MAX_ENTRIES }) ?? MAX_ENTRIES;
  form.check();
  return json({ last: ledger.last, entries: ledger.after(after, limit) });
}

function setFaults(faults: Faults, request: WireRequest): Reply {
  try {
    faults.set(parseFaults(request.body.toString("utf8") || "[]"));
  } catch (error) {
    if (!(error instanceof FaultScriptError)) throw error;
    throw badRequest(error.problems.join("\n"));
  }
  return json({ rules: faults.report() });
}

function readState(sim: Sim, agents: NodeAgents): Reply {
  const { state } = sim;
  return json({
    now: new Date(sim.scheduler.now()).toISOString(),
    machines: [...state.machines.values()].map((machine) => machineState(state, machine, agents.report(machine))),
    subnets: [...state.subnets.values()].map((subnet) => subnetView(state, subnet)),
    fabrics: [...state.fabrics.values()].map((fabric) => fabricView(state, fabric)),
  });
}

function changeSubnet(sim: Sim, ledger: Ledger, request: WireRequest, name: string): Reply {
  const subnet = findSubnet(sim.state, name);
  if (subnet === undefined) throw notFound(`No subnet '${name}'.`);
  const fields = bodyFields(request);
  const unknown = [...fields.keys()].filter((field) => !SUBNET_FIELDS.includes(field));
  if (unknown.length > 0)
    throw invalidFields(Object.fromEntries(unknown.map((field) => [field, ["Unknown parameter."]])));
  const change = subnetChange(sim.state, createForm(fields), subnet);
  const watch = createWriteWatch(ledger, { by: "control", method: "POST", path: request.path, op: null });
  watch.announce("subnet", subnet.name, () => subnetView(sim.state, subnet));
  Object.assign(subnet, change);
  watch.commit();
  return json(subnetView(sim.state, subnet));
}

function changeImage({ state }: Sim, request: WireRequest, name: string): Reply {
  if (![...state.images.values()].some((image) => image.name === name)) throw notFound(`No image '${name}'.`);
  const form = createForm(bodyFields(request));
  const complete = form.boolean("complete");
  const importing = form.boolean("importing");
  form.check();
  if (complete === true) state.imports.incomplete.delete(name);
  if (complete === false) state.imports.incomplete.add(name);
  state.imports.running = importing ?? (state.imports.running && state.imports.incomplete.size > 0);
  return json({ name, incomplete: [...state.imports.incomplete], importing: state.imports.running });
}

function changeHardware(sim: Sim, request: WireRequest, hostname: string, action: string): Reply {
  if (action === "state") return changeState(sim, createForm(bodyFields(request)), hostname);
  const hardware = sim.state.hardware.find(({ spec }) => spec.hostname === hostname);
  if (hardware === undefined) throw notFound(`No machine '${hostname}' in the world.`);
  const form = createForm(bodyFields(request));
  switch (action) {
    case "remove-nic":
      hardware.missing.add(nicField(hardware, form.required("pci_address") ?? ""));
      break;
    case "add-nic":
      hardware.missing.delete(nicField(hardware, form.required("pci_address") ?? ""));
      break;
    case "fail": {
      const phase = form.required("phase") ?? "";
      if (!PHASES.some((known) => known === phase)) throw badRequest(`The phase must be one of ${PHASES.join(", ")}.`);
      hardware.failures.add(phase);
      break;
    }
    case "script": {
      const name = form.required("name") ?? "";
      const outcome = form.text("outcome") ?? "failed";
      const known = SCRIPT_OUTCOMES.find((each) => each === outcome);
      if (known === undefined) throw badRequest(`The outcome must be one of ${SCRIPT_OUTCOMES.join(", ")}.`);
      const exitStatus = form.integer("exit_status", { min: -255, max: 255 });
      hardware.scripts.set(name, { name, outcome: known, exitStatus, output: form.text("output") });
      break;
    }
    default:
      throw notFound(`Unknown control endpoint: ${request.method} ${request.path}`);
  }
  return json({ hostname, missing_nics: [...hardware.missing], fail: [...hardware.failures] });
}

function nicField(hardware: Hardware, pciAddress: string): string {
  if (hardware.spec.nics.some((nic) => nic.pciAddress === pciAddress)) return pciAddress;
  throw badRequest(`${hardware.spec.hostname} has no NIC at '${pciAddress}'.`);
}

/** The members of a JSON object as form fields. */
function bodyFields(request: WireRequest): FieldValues {
  let value: unknown;
  try {
    value = JSON.parse(request.body.toString("utf8") || "{}");
  } catch {
    throw badRequest("Malformed JSON body.");
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw badRequest("Send a JSON object.");
  return new Map(
    Object.entries(value).map(([name, item]) => {
      const items: unknown[] = Array.isArray(item) ? item : [item];
      return [name, items.length === 0 ? [""] : items.map((one) => (one === null ? "" : String(one)))];
    }),
  );
}

function decode(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    throw badRequest("Malformed percent-encoding in the path.");
  }
}
