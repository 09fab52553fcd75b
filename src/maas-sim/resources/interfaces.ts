import { invalidChoice } from "../http/form.ts";
import { json, noContent } from "../http/reply.ts";
import { type Call, operation, type Resource, read, remove, update } from "../http/resource.ts";
import { dropInterface } from "../lifecycle/discover-network.ts";
import { interfaceBy, vlanField } from "../lookup.ts";
import type { Machine } from "../machine.ts";
import { bondParents, createBond, enslave } from "../network/bond.ts";
import { BOND_FIELDS, bondParams } from "../network/bond-form.ts";
import type { Interface } from "../network/interface.ts";
import {
  checkFreshMac,
  checkName,
  commonParams,
  macField,
  nameField,
  newInterface,
  tagsField,
} from "../network/interface-form.ts";
import { ensureLinkUp, removeLinks } from "../network/link.ts";
import { LINK_FIELDS, linkSubnet, setGateway } from "../network/link-form.ts";
import { checkVlanOf, createVlanInterface } from "../network/vlan-interface.ts";
import { interfaceView } from "../views/interface-view.ts";
import { machineForNetwork, machineOf } from "./machine-scope.ts";

const COMMON = ["name", "mac_address", "tags", "vlan", "mtu", "accept_ra"];

const show = (call: Call, machine: Machine, nic: Interface) => json(interfaceView(call.sim.state, machine, nic));

function createPhysical(call: Call) {
  const { form, sim } = call;
  const machine = machineForNetwork(call);
  form.required("mac_address");
  const mac = macField(form);
  checkFreshMac(sim.state, form, mac, undefined);
  const name = nameField(machine, form, undefined) ?? freeEthName(machine);
  checkName(machine, form, name, undefined);
  const vlan = vlanField(sim.state, form, "vlan");
  const params = commonParams(form, {});
  form.check();
  const nic = newInterface(sim.state, "physical", {
    name,
    mac: mac ?? "",
    vlanId: vlan?.id ?? null,
    parentIds: [],
    params,
    tags: tagsField(form),
  });
  machine.interfaces.set(nic.id, nic);
  if (nic.vlanId !== null) ensureLinkUp(sim.state, nic);
  return show(call, machine, nic);
}

function freeEthName(machine: Machine): string {
  const taken = new Set([...machine.interfaces.values()].map((nic) => nic.name));
  let index = 0;
  while (taken.has(`eth${index}`)) index += 1;
  return `eth${index}`;
}

function updateInterface(call: Call) {
  const { form, sim } = call;
  const { state } = sim;
  const machine = machineForNetwork(call);
  const nic = interfaceBy(machine, call.arg("id"));
  const isBond = nic.type === "bond";
  for (const field of form.names) {
    const bondOnly = BOND_FIELDS.includes(field) || field === "parents";
    if (bondOnly && !isBond) form.fail(field, "Only a bond has this parameter.");
  }
  if (nic.type === "vlan" && form.has("name")) form.fail("name", "A VLAN interface has a generated name.");
  const name = nameField(machine, form, nic);
  const mac = macField(form);
  if (nic.type === "physical") checkFreshMac(state, form, mac, nic);
  const vlan = vlanField(state, form, "vlan");
  const parent = nic.type === "vlan" ? machine.interfaces.get(nic.parentIds[0] ?? -1) : undefined;
  if (nic.type === "vlan" && form.has("vlan")) checkVlanOf(state, form, vlan, parent);
  const parents = isBond && form.has("parents") ? bondParents(machine, form, nic) : undefined;
  const params = commonParams(form, isBond ? bondParams(form, nic.params) : nic.params);
  form.check();
  nic.name = name ?? nic.name;
  nic.mac = mac ?? nic.mac;
  nic.tags = tagsField(form) ?? nic.tags;
  nic.params = params;
  if (form.has("vlan") && (vlan?.id ?? null) !== nic.vlanId) {
    removeLinks(state, machine, nic, () => true);
    nic.vlanId = vlan?.id ?? null;
    if (nic.type === "vlan") nic.name = `${parent?.name ?? ""}.${vlan?.vid ?? 0}`;
  }
  if (parents !== undefined) nic.parentIds = parents.map(({ id }) => id);
  if (isBond)
    enslave(
      state,
      machine,
      nic,
      nic.parentIds.flatMap((id) => machine.interfaces.get(id) ?? []),
    );
  return show(call, machine, nic);
}

function unlinkSubnet(call: Call) {
  const { form, sim } = call;
  const machine = machineForNetwork(call);
  const nic = interfaceBy(machine, call.arg("id"));
  const id = form.required("id");
  const link = nic.links.find((candidate) => String(candidate.id) === id);
  if (id !== undefined && link === undefined) form.fail("id", invalidChoice(id));
  form.check();
  removeLinks(sim.state, machine, nic, (candidate) => candidate === link);
  return show(call, machine, nic);
}

function setDefaultGateway(call: Call) {
  const { form, sim } = call;
  const machine = machineForNetwork(call);
  const nic = interfaceBy(machine, call.arg("id"));
  const subnetOf = (subnetId: number | null) => sim.state.subnets.get(subnetId ?? -1);
  const candidates = nic.links.filter(
    (link) => (link.mode === "auto" || link.mode === "static") && subnetOf(link.subnetId)?.gatewayIp != null,
  );
  const wanted = form.text("link_id");
  const link = wanted ? candidates.find(({ id }) => String(id) === wanted) : candidates[0];
  if (wanted && link === undefined) form.fail("link_id", invalidChoice(wanted));
  else if (link === undefined) {
    form.fail("__all__", "This interface has no usable gateways.");
  } else if (!wanted && candidates.length > 1) {
    form.fail("link_id", "This field is required; Interface has more than one gateway.");
  }
  form.check();
  if (link !== undefined) setGateway(machine, link.id, subnetOf(link.subnetId));
  return show(call, machine, nic);
}

function changeTag(call: Call, add: boolean) {
  const machine = machineForNetwork(call);
  const nic = interfaceBy(machine, call.arg("id"));
  const tag = call.form.required("tag");
  call.form.check();
  const others = nic.tags.filter((candidate) => candidate !== tag);
  nic.tags = add && tag !== undefined ? [...others, tag] : others;
  return show(call, machine, nic);
}

/** `nodes/{system_id}/interfaces/` and the item below it. */
export const interfaceResources: readonly Resource[] = [
  {
    handler: "InterfacesHandler",
    path: "nodes/{system_id}/interfaces/",
    actions: [
      read([], (call) => {
        const machine = machineOf(call);
        return json([...machine.interfaces.values()].map((nic) => interfaceView(call.sim.state, machine, nic)));
      }),
      operation("create_physical", COMMON, createPhysical),
      operation("create_bond", [...COMMON, "parents", ...BOND_FIELDS], (call) => {
        const machine = machineForNetwork(call);
        return show(call, machine, createBond(call.sim.state, machine, call.form));
      }),
      operation("create_vlan", ["parent", "vlan", "tags", "mtu", "accept_ra"], (call) => {
        const machine = machineForNetwork(call);
        return show(call, machine, createVlanInterface(call.sim.state, machine, call.form));
      }),
    ],
  },
  {
    handler: "InterfaceHandler",
    path: "nodes/{system_id}/interfaces/{id}/",
    actions: [
      read([], (call) => {
        const machine = machineOf(call);
        return show(call, machine, interfaceBy(machine, call.arg("id")));
      }),
      update([...COMMON, "parents", ...BOND_FIELDS], updateInterface),
      remove([], (call) => {
        const machine = machineForNetwork(call);
        const nic = interfaceBy(machine, call.arg("id"));
        dropInterface(call.sim.state, machine, nic);
        return noContent();
      }),
      operation("link_subnet", LINK_FIELDS, (call) => {
        const machine = machineForNetwork(call);
        const nic = interfaceBy(machine, call.arg("id"));
        linkSubnet(call.sim.state, machine, nic, call.form);
        return show(call, machine, nic);
      }),
      operation("unlink_subnet", ["id"], unlinkSubnet),
      operation("disconnect", [], (call) => {
        const machine = machineForNetwork(call);
        const nic = interfaceBy(machine, call.arg("id"));
        removeLinks(call.sim.state, machine, nic, () => true);
        nic.vlanId = null;
        return show(call, machine, nic);
      }),
      operation("set_default_gateway", ["link_id"], setDefaultGateway),
      operation("add_tag", ["tag"], (call) => changeTag(call, true)),
      operation("remove_tag", ["tag"], (call) => changeTag(call, false)),
    ],
  },
];
