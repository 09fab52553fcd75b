import type { Form } from "../http/form.ts";
import { vlanField } from "../lookup.ts";
import type { Machine } from "../machine.ts";
import type { SimState } from "../state.ts";
import { bondParams } from "./bond-form.ts";
import type { Interface } from "./interface.ts";
import { checkName, commonParams, macField, newInterface, tagsField } from "./interface-form.ts";
import { ensureLinkUp } from "./link.ts";
import { saveInterface } from "./save-interface.ts";

/** Reads the parents of a bond: physical interfaces of the machine, free or already in `self`. */
export function bondParents(machine: Machine, form: Form, self: Interface | undefined): Interface[] {
  const wanted = form.list("parents");
  const parents = wanted.flatMap((id) => {
    const nic = [...machine.interfaces.values()].find((candidate) => String(candidate.id) === id);
    if (nic === undefined) form.fail("parents", `Select a valid choice. ${id} is not one of the available choices.`);
    return nic ?? [];
  });
  if (wanted.length === 0) form.fail("parents", "A bond interface must have one or more parents.");
  if (new Set(wanted).size < wanted.length) form.fail("parents", "A parent is named twice.");
  if (parents.some((nic) => nic.type !== "physical")) {
    form.fail("parents", "Only physical interfaces can be bonded.");
  }
  const busy = parents.filter((nic) =>
    [...machine.interfaces.values()].some((other) => other !== self && other.parentIds.includes(nic.id)),
  );
  if (busy.length > 0) form.fail("parents", `Interfaces already in-use: ${busy.map(({ name }) => name).join(", ")}.`);
  return parents;
}

/** Creates a bond. Its parents lose their links; the bond gets one that says it is up. Throws a 400. */
export function createBond(state: SimState, machine: Machine, form: Form): Interface {
  const name = form.required("name");
  if (name !== undefined) checkName(machine, form, name, undefined);
  const parents = bondParents(machine, form, undefined);
  const mac = macField(form) ?? parents[0]?.mac ?? "";
  const vlan = vlanField(state, form, "vlan");
  const vlanId = vlan?.id ?? parents[0]?.vlanId ?? null;
  if (parents.some((nic) => nic.vlanId !== vlanId)) {
    form.fail("parents", "All parents must belong to the same VLAN.");
  }
  const params = commonParams(form, bondParams(form, undefined));
  form.check();
  const parentIds = parents.map((nic) => nic.id);
  const bond = newInterface(state, "bond", { name: name ?? "", mac, vlanId, parentIds, params, tags: tagsField(form) });
  machine.interfaces.set(bond.id, bond);
  saveInterface(state, machine, bond, { vlanId, mtu: undefined });
  ensureLinkUp(state, bond);
  return bond;
}
