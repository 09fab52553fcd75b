import { bsonDocument } from "../bson.ts";
import { lldpXml, lshwXml } from "../hardware/lshw-xml.ts";
import { forbidden, serverError } from "../http/api-error.ts";
import { json, noContent } from "../http/reply.ts";
import { type Action, type Call, query, type Resource, read, remove } from "../http/resource.ts";
import { forgetMachine } from "../lifecycle/forget-machine.ts";
import type { Machine } from "../machine.ts";
import { architectureField } from "../machines/architecture.ts";
import { domainField, hostnameField } from "../machines/hostname.ts";
import { bmcFault, isManual } from "../power/bmc.ts";
import { isPowerParameter, POWER_FIELDS, powerFields, refuseSharedBmc } from "../power/power-form.ts";
import { machineView, POOL, ZONE } from "../views/machine-view.ts";
import { machineLifecycle } from "./machine-lifecycle.ts";
import { machineOf } from "./machine-scope.ts";
import { machineStorage } from "./machine-storage.ts";

const UPDATE_FIELDS = [
  "hostname",
  "description",
  "domain",
  "architecture",
  "min_hwe_kernel",
  "pool",
  "zone",
  "swap_size",
  "cpu_count",
  "memory",
  ...POWER_FIELDS,
];

function onlyDefault({ form }: Call, field: string, value: { readonly id: number; readonly name: string }): void {
  const wanted = form.text(field);
  if (wanted && wanted !== value.name && wanted !== String(value.id)) {
    form.fail(field, "Select a valid choice. That choice is not one of the available choices.");
  }
}

function updateMachine(call: Call) {
  const { form, sim } = call;
  const machine = machineOf(call);
  const hostname = hostnameField(sim.state, form, machine);
  const architecture = architectureField(sim.state, form);
  const domain = domainField(sim.state, form);
  onlyDefault(call, "pool", POOL);
  onlyDefault(call, "zone", ZONE);
  const swapSize = form.integer("swap_size", { min: 0, max: 1e15 });
  const cpuCount = form.integer("cpu_count", { min: 0, max: 1e6 });
  const memory = form.integer("memory", { min: 0, max: 1e9 });
  const power = powerFields(form, machine);
  form.check();
  refuseSharedBmc(sim.state, power, machine);
  machine.domainId = domain?.id ?? machine.domainId;
  machine.hostname = hostname ?? machine.hostname;
  machine.description = form.text("description") ?? machine.description;
  machine.architecture = architecture ?? machine.architecture;
  machine.minHweKernel = form.text("min_hwe_kernel") ?? machine.minHweKernel;
  if (form.has("swap_size")) machine.swapSize = swapSize ?? null;
  machine.cpuCount = cpuCount ?? machine.cpuCount;
  machine.memoryMib = memory ?? machine.memoryMib;
  Object.assign(machine, power);
  return json(machineView(sim.state, machine));
}

const update: Action = {
  method: "PUT",
  op: null,
  accepts: UPDATE_FIELDS,
  acceptsOther: isPowerParameter,
  run: updateMachine,
};

function deleteMachine(call: Call) {
  const machine = machineOf(call);
  if (machine.locked) throw forbidden();
  forgetMachine(call.sim, machine);
  return noContent();
}

function details(call: Call) {
  const machine = machineOf(call);
  const known = machine.hardware !== null && machine.hardwareUuid !== "" ? machine.hardware : null;
  return {
    status: 200,
    headers: { "content-type": "application/bson" },
    body: bsonDocument({
      lshw: known === null ? null : Buffer.from(lshwXml(known)),
      lldp: known === null ? null : Buffer.from(lldpXml()),
    }),
  };
}

/** What the node itself signs its calls with; nothing of the simulator takes it. */
function nodeToken({ systemId }: Machine) {
  return {
    token_key: `node-token-${systemId}`,
    token_secret: `node-secret-${systemId}`,
    consumer_key: `node-${systemId}`,
  };
}

const readMachine = read([], (call) => json(machineView(call.sim.state, machineOf(call))));
const powerParameters = query("power_parameters", [], (call) => json(machineOf(call).powerParameters));
const readDetails = query("details", [], details);

/** `machines/{system_id}/`, and the part of it that `nodes/{system_id}/` repeats. */
export const machineResources: readonly Resource[] = [
  {
    handler: "MachineHandler",
    path: "machines/{system_id}/",
    actions: [
      readMachine,
      update,
      remove([], deleteMachine),
      powerParameters,
      readDetails,
      query("query_power_state", [], (call) => {
        const machine = machineOf(call);
        const fault = bmcFault(machine);
        if (fault !== undefined) throw serverError(fault);
        return json({ state: isManual(machine) ? "unknown" : machine.powerState });
      }),
      query("get_token", [], (call) => json(nodeToken(machineOf(call)))),
      ...machineLifecycle,
      ...machineStorage,
    ],
  },
  {
    handler: "NodeHandler",
    path: "nodes/{system_id}/",
    actions: [readMachine, remove([], deleteMachine), powerParameters, readDetails],
  },
];
