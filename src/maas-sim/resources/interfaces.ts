import { notAValid } from "../http/form.ts";
import { json, noContent } from "../http/reply.ts";
import { type Call, operation, type Resource, read, remove, update } from "../http/resource.ts";
import { dropInterface } from "../lifecycle/discover-network.ts";
import { interfaceBy, vlanField } from "../lookup.ts";
import type { Machine } from "../machine.ts";
import { createBond } from "../network/bond.ts";
import { BOND_FIELDS } from "../network/bond-form.ts";
import { BRIDGE_FIELDS, createBridge } from "../network/bridge.ts";
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
import { beforeOf, saveInterface } from "../network/save-interface.ts";
import { UPDATE_FIELDS, updateInterface } from "../network/update-interface.ts";
import { createVlanInterface } from "../network/vlan-interface.ts";
import { STATUS } from "../status.ts";
import { interfaceView } from "../views/interface-view.ts";
import { machineForNetwork, machineOf } from "./machine-scope.ts";

const COMMON = ["name", "mac_address", "tags", "vlan", "mtu", "accept_ra"];

const show = (call: Call, machine: Machine, nic: Interface) => json(interfaceView(call.sim.state, machine, nic));

function createPhysical(call: Call) {
  const { form, sim } = call;
  const machine = machineForNetwork(call, "create");
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

function unlinkSubnet(call: Call) {
  const { form, sim } = call;
  const machine = machineForNetwork(call, "unlink subnet");
  const nic = interfaceBy(machine, call.arg("id"));
  const id = form.required("id");
  const link = nic.links.find((candidate) => String(candidate.id) === id);
  if (id !== undefined && link === undefined) {
    const there = nic.links.map((candidate) => String(candidate.id));
    form.fail("id", notAValid("id", there)(id));
  }
  form.check();
  removeLinks(sim.state, machine, nic, (candidate) => candidate === link);
  if (nic.enabled) ensureLinkUp(sim.state, nic);
  return show(call, machine, nic);
}

function setDefaultGateway(call: Call) {
  const { form, sim } = call;
  const machine = machineForNetwork(call, "set default gateway");
  const nic = interfaceBy(machine, call.arg("id"));
  const subnetOf = (subnetId: number | null) => sim.state.subnets.get(subnetId ?? -1);
  const candidates = nic.links.filter((link) => link.mode !== "link_up" && subnetOf(link.subnetId)?.gatewayIp != null);
  if (candidates.length === 0) form.fail("__all__", "This interface has no usable gateways.");
  form.check();
  const wanted = form.text("link_id");
  const chosen = candidates.filter(({ id }) => wanted === undefined || wanted === "" || String(id) === wanted);
  const crowded = ([4, 6] as const).filter((family) => gatewaysOf(family).size > 1);
  if (chosen.length === 0) {
    form.fail(
      "link_id",
      notAValid(
        "link_id",
        candidates.map(({ id }) => String(id)),
      )(wanted ?? ""),
    );
  } else if (!wanted && crowded.length > 0) {
    const families = crowded.map((family) => `IPv${family}`).join(" and ");
    const s = crowded.length > 1 ? "s" : "";
    form.fail("link_id", `This field is required; Interface has more than one usable ${families} gateway${s}.`);
  }
  form.check();
  // The first of each family.
  for (const link of chosen.toReversed()) setGateway(machine, link.id, subnetOf(link.subnetId));
  return show(call, machine, nic);

  function gatewaysOf(family: 4 | 6): Set<string> {
    const ips = candidates.map((link) => subnetOf(link.subnetId)?.gatewayIp ?? "");
    return new Set(ips.filter((ip) => ip.includes(":") === (family === 6)));
  }
}

function changeTag(call: Call, add: boolean) {
  const machine = machineOf(call);
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
        const machine = machineForNetwork(call, "create bond");
        return show(call, machine, createBond(call.sim.state, machine, call.form));
      }),
      operation("create_vlan", ["parent", "vlan", "tags", "mtu", "accept_ra"], (call) => {
        const machine = machineForNetwork(call, "create VLAN");
        return show(call, machine, createVlanInterface(call.sim.state, machine, call.form));
      }),
      operation("create_bridge", [...COMMON, "parent", ...BRIDGE_FIELDS], (call) => {
        const machine = machineForNetwork(call, "create bridge");
        return show(call, machine, createBridge(call.sim.state, machine, call.form));
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
      update(UPDATE_FIELDS, (call) => {
        const machine = machineForNetwork(call, "update interface", [STATUS.DEPLOYED]);
        const nic = interfaceBy(machine, call.arg("id"));
        updateInterface(call.sim.state, machine, nic, call.form);
        return show(call, machine, nic);
      }),
      remove([], (call) => {
        const machine = machineForNetwork(call, "delete interface");
        const nic = interfaceBy(machine, call.arg("id"));
        dropInterface(call.sim.state, machine, nic);
        return noContent();
      }),
      operation("link_subnet", LINK_FIELDS, (call) => {
        const machine = machineForNetwork(call, "link subnet");
        const nic = interfaceBy(machine, call.arg("id"));
        linkSubnet(call.sim.state, machine, nic, call.form);
        return show(call, machine, nic);
      }),
      operation("unlink_subnet", ["id"], unlinkSubnet),
      operation("disconnect", [], (call) => {
        const machine = machineForNetwork(call, "disconnect");
        const nic = interfaceBy(machine, call.arg("id"));
        const before = beforeOf(nic);
        removeLinks(call.sim.state, machine, nic, () => true);
        nic.vlanId = null;
        saveInterface(call.sim.state, machine, nic, before);
        return show(call, machine, nic);
      }),
      operation("set_default_gateway", ["link_id"], setDefaultGateway),
      operation("add_tag", ["tag"], (call) => changeTag(call, true)),
      operation("remove_tag", ["tag"], (call) => changeTag(call, false)),
    ],
  },
];
