import type { Form } from "../http/form.ts";
import { vlanField } from "../lookup.ts";
import type { Machine } from "../machine.ts";
import type { SimState } from "../state.ts";
import { STATUS } from "../status.ts";
import { bondParents } from "./bond.ts";
import { BOND_FIELDS, bondParams } from "./bond-form.ts";
import { BRIDGE_FIELDS, bridgeParams, bridgeParent } from "./bridge.ts";
import type { Interface } from "./interface.ts";
import { checkFreshMac, commonParams, macField, nameField, tagsField } from "./interface-form.ts";
import { childrenOf, parentsOf } from "./interface-tree.ts";
import { ensureLinkUp, removeLinks } from "./link.ts";
import { beforeOf, saveInterface } from "./save-interface.ts";
import { checkVlanOf } from "./vlan-interface.ts";

/** The parameters of an update. */
export const UPDATE_FIELDS = [
  ...["name", "mac_address", "tags", "vlan", "mtu", "accept_ra", "parents", "parent"],
  ...["enabled", "link_connected", "interface_speed", "link_speed"],
  ...BOND_FIELDS,
  ...BRIDGE_FIELDS,
];

const OF_DEPLOYED = ["name", "mac_address", "link_connected", "interface_speed", "link_speed"];

/** Changes an interface where a form says so, with what follows from it. Of a deployed machine only name and MAC change. Throws a 400. */
export function updateInterface(state: SimState, machine: Machine, nic: Interface, form: Form): void {
  const isDeployed = machine.status === STATUS.DEPLOYED;
  for (const field of form.names) {
    if (isDeployed && !OF_DEPLOYED.includes(field)) form.fail(field, "A deployed machine keeps this.");
    else if (!isOf(nic, field)) form.fail(field, `A ${nic.type} interface has no such parameter.`);
  }
  const before = beforeOf(nic);
  const name = nameField(machine, form, nic);
  const mac = macField(form);
  if (nic.type === "physical") checkFreshMac(state, form, mac, nic);
  const vlan = vlanField(state, form, "vlan");
  const parents = parentsField(machine, form, nic);
  if (nic.type === "vlan" && form.has("vlan"))
    checkVlanOf(state, form, vlan, parents?.[0] ?? parentsOf(machine, nic)[0]);
  const params = commonParams(form, ownParams(form, nic));
  const enabled = form.boolean("enabled");
  form.integer("interface_speed", { min: 0, max: 1_000_000 });
  form.integer("link_speed", { min: 0, max: 1_000_000 });
  const tags = tagsField(form);
  form.check();
  nic.name = name ?? nic.name;
  nic.mac = macAfter(machine, nic, mac, parents);
  nic.tags = tags ?? nic.tags;
  nic.params = params;
  if (form.has("vlan")) nic.vlanId = vlan?.id ?? null;
  if (parents !== undefined) nic.parentIds = parents.map(({ id }) => id);
  saveInterface(state, machine, nic, before);
  if (enabled !== undefined && enabled !== nic.enabled) enable(state, machine, nic, enabled);
}

function isOf({ type }: Interface, field: string): boolean {
  if (BOND_FIELDS.includes(field)) return type === "bond";
  if (BRIDGE_FIELDS.includes(field)) return type === "bridge";
  if (field === "parents") return type !== "physical";
  if (field === "parent") return type === "vlan";
  if (field === "enabled") return type === "physical";
  return true;
}

function ownParams(form: Form, nic: Interface): Interface["params"] {
  if (nic.type === "bond") return bondParams(form, nic.params);
  return nic.type === "bridge" ? bridgeParams(form, nic.params) : nic.params;
}

function parentsField(machine: Machine, form: Form, nic: Interface): readonly Interface[] | undefined {
  const field = nic.type === "vlan" && form.has("parent") ? "parent" : "parents";
  if (!form.has(field)) return undefined;
  if (nic.type === "bond") return bondParents(machine, form, nic);
  if (nic.type === "bridge") return [bridgeParent(machine, form, "parents", nic)].filter((each) => each !== undefined);
  const [parent, ...others] = form.list(field).flatMap((id) => machine.interfaces.get(Number(id)) ?? []);
  if (parent === undefined || others.length > 0) form.fail("parent", "A VLAN interface must have exactly one parent.");
  else if (parent.type === "vlan") form.fail("parent", "A VLAN interface can't have another VLAN interface as parent.");
  return parent === undefined ? undefined : [parent];
}

/** A bond whose MAC is that of a parent it loses gets that of one it has. */
function macAfter(
  machine: Machine,
  nic: Interface,
  mac: string | undefined,
  parents: readonly Interface[] | undefined,
): string {
  if (mac !== undefined) return mac;
  const lost = parentsOf(machine, nic).find((parent) => parent.mac === nic.mac);
  const [first] = parents ?? [];
  return first !== undefined && lost !== undefined && parents?.includes(lost) === false ? first.mac : nic.mac;
}

/** A NIC that is enabled is up, with what stands on it; one that is not has no links. */
function enable(state: SimState, machine: Machine, nic: Interface, enabled: boolean): void {
  nic.enabled = enabled;
  for (const each of [nic, ...childrenOf(machine, nic)]) {
    if (enabled) ensureLinkUp(state, each);
    else if (each === nic || parentsOf(machine, each).every((parent) => !parent.enabled)) {
      removeLinks(state, machine, each, () => true);
    }
  }
}
