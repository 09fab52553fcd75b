import type { Form } from "../http/form.ts";
import { vlanField } from "../lookup.ts";
import type { Machine } from "../machine.ts";
import type { SimState, Vlan } from "../state.ts";
import type { Interface } from "./interface.ts";
import { checkName, commonParams, newInterface, tagsField } from "./interface-form.ts";
import { ensureLinkUp } from "./link.ts";
import { saveInterface } from "./save-interface.ts";

/** Notes a VLAN that a VLAN interface on a parent cannot have. */
export function checkVlanOf(state: SimState, form: Form, vlan: Vlan | undefined, parent: Interface | undefined): void {
  if (vlan === undefined || vlan.vid === 0) {
    form.fail("vlan", "A VLAN interface must be connected to a tagged VLAN.");
    return;
  }
  const parentVlan = parent?.vlanId == null ? undefined : state.vlans.get(parent.vlanId);
  if (parent !== undefined && parentVlan?.fabricId !== vlan.fabricId) {
    form.fail("vlan", "A VLAN interface can only belong to a tagged VLAN on the same fabric as its parent interface.");
  }
}

/** Creates a VLAN interface, named `parent.vid`, with one link that says it is up. Throws a 400. */
export function createVlanInterface(state: SimState, machine: Machine, form: Form): Interface {
  const parent = parentField(machine, form);
  const vlan = vlanField(state, form, "vlan");
  if (!form.text("vlan") || vlan !== undefined) checkVlanOf(state, form, vlan, parent);
  const params = commonParams(form, {});
  const name = `${parent?.name ?? ""}.${vlan?.vid ?? 0}`;
  if (parent !== undefined && vlan !== undefined) checkName(machine, form, name, undefined);
  form.check();
  const nic = newInterface(state, "vlan", {
    name,
    mac: parent?.mac ?? "",
    vlanId: vlan?.id ?? null,
    parentIds: parent === undefined ? [] : [parent.id],
    params,
    tags: tagsField(form),
  });
  machine.interfaces.set(nic.id, nic);
  saveInterface(state, machine, nic, { vlanId: nic.vlanId, mtu: undefined });
  ensureLinkUp(state, nic);
  return nic;
}

function parentField(machine: Machine, form: Form): Interface | undefined {
  const wanted = form.list("parent");
  if (wanted.length !== 1) {
    form.fail(
      "parent",
      wanted.length === 0 ? "This field is required." : "A VLAN interface must have exactly one parent.",
    );
    return undefined;
  }
  const nics = [...machine.interfaces.values()];
  const parent = nics.find((nic) => String(nic.id) === wanted[0]);
  if (parent === undefined) {
    form.fail("parent", "Select a valid choice. That choice is not one of the available choices.");
  } else if (parent.type === "vlan") {
    form.fail("parent", "VLAN interface can't have another VLAN interface as parent.");
  } else if (nics.some((nic) => nic.type === "bond" && nic.parentIds.includes(parent.id))) {
    form.fail("parent", "A VLAN interface can't have a parent that is already in a bond.");
  }
  return parent;
}
