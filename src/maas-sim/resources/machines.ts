import { hardwareWithMac } from "../hardware/present.ts";
import { json } from "../http/reply.ts";
import { type Action, type Call, operation, query, type Resource, read } from "../http/resource.ts";
import { commission } from "../lifecycle/commission.ts";
import { checkReleasable, isFree, release } from "../lifecycle/release.ts";
import { machinesOfField } from "../lookup.ts";
import type { Machine } from "../machine.ts";
import { ALLOCATE_FIELDS, allocateMachine } from "../machines/allocate-form.ts";
import { architectureField, architectures } from "../machines/architecture.ts";
import { COMMISSION_FIELDS, commissionOptions, isScriptParameter } from "../machines/commission-form.ts";
import { enlist } from "../machines/enlist.ts";
import { filterMachines, MACHINE_FILTERS } from "../machines/filter.ts";
import { domainField, generateHostname, hostnameField } from "../machines/hostname.ts";
import { freshMacs } from "../machines/mac.ts";
import { domainOfNewMachines } from "../names/domain.ts";
import { isPowerParameter, POWER_FIELDS, powerFields, refuseSharedBmc } from "../power/power-form.ts";
import { isOwner, machineView } from "../views/machine-view.ts";
import { announceMachine, machineLedgerView } from "./machine-scope.ts";

const CREATE_FIELDS = [
  "architecture",
  "mac_addresses",
  "hostname",
  "description",
  "domain",
  "min_hwe_kernel",
  "commission",
  "deployed",
  "is_dpu",
  ...POWER_FIELDS,
  ...COMMISSION_FIELDS,
];

function createMachine(call: Call) {
  const { form, sim } = call;
  const { state } = sim;
  const architecture = architectureField(state, form);
  if (architecture === undefined) {
    const problem = architectures(state).length === 0 ? "There are no images: import some first." : "";
    form.fail("architecture", problem || "Architecture must be defined for installable nodes.");
  }
  if (form.list("mac_addresses").length === 0) form.fail("mac_addresses", "This field is required.");
  const macs = freshMacs(state, form, "mac_addresses");
  const hostname = hostnameField(state, form, undefined);
  const domain = domainField(state, form);
  const wantsCommission = form.boolean("commission") ?? true;
  for (const field of ["deployed", "is_dpu"]) {
    if (form.boolean(field)) form.fail(field, "The simulator does not imitate this option.");
  }
  const options = commissionOptions(sim, form);
  const power = powerFields(form, undefined);
  form.check();
  refuseSharedBmc(state, power, undefined);
  let made: Machine | undefined;
  call.writes("machine", hostname ?? "", () => (made === undefined ? null : machineLedgerView(state, made)));
  made = enlist(state, {
    hostname: hostname ?? generateHostname(state),
    description: form.text("description") ?? "",
    architecture: architecture ?? "",
    ...power,
    macs,
    hardware: hardwareWithMac(state, macs) ?? null,
  });
  made.domainId = domain?.id ?? domainOfNewMachines(state).id;
  made.minHweKernel = form.text("min_hwe_kernel") ?? "";
  if (wantsCommission) commission(sim, made, options);
  return json(machineView(state, made));
}

const create: Action = {
  method: "POST",
  op: null,
  accepts: CREATE_FIELDS,
  acceptsOther: (name, sim) => isPowerParameter(name) || isScriptParameter(name, sim),
  run: createMachine,
};

function releaseMany(call: Call) {
  const { form, sim } = call;
  if (form.list("machines").length === 0) form.fail("machines", "This field is required.");
  form.check();
  const machines = machinesOfField(sim.state, form, "machines");
  for (const machine of machines) checkReleasable(machine);
  const released = machines.filter((machine) => !isFree(machine));
  for (const machine of released) {
    announceMachine(call, machine);
    release(sim, machine, false);
  }
  return json(released.map((machine) => machine.systemId));
}

/** `machines/`. */
export const machinesResource: Resource = {
  handler: "MachinesHandler",
  path: "machines/",
  anonymous: "hidden",
  actions: [
    read(MACHINE_FILTERS, ({ form, sim }) =>
      json(filterMachines(sim.state, form).map((machine) => machineView(sim.state, machine))),
    ),
    create,
    query("power_parameters", ["id"], ({ form, sim }) => {
      const ids = form.list("id");
      const machines = [...sim.state.machines.values()].filter(
        ({ systemId }) => ids.length === 0 || ids.includes(systemId),
      );
      return json(Object.fromEntries(machines.map((machine) => [machine.systemId, machine.powerParameters])));
    }),
    query("list_allocated", ["id"], ({ form, sim }) => {
      const ids = form.list("id");
      const machines = [...sim.state.machines.values()].filter(
        (machine) => isOwner(machine) && (ids.length === 0 || ids.includes(machine.systemId)),
      );
      return json(machines.map((machine) => machineView(sim.state, machine)));
    }),
    operation("allocate", ALLOCATE_FIELDS, (call) => {
      const machine = allocateMachine(call);
      return json({ ...machineView(call.sim.state, machine), constraints_by_type: {} });
    }),
    operation("release", ["machines", "comment"], releaseMany),
  ],
};
