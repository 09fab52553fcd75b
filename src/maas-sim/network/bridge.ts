import { type Form, notAValid } from "../http/form.ts";
import { vlanField } from "../lookup.ts";
import type { Machine } from "../machine.ts";
import type { SimState } from "../state.ts";
import { STATUS } from "../status.ts";
import type { Interface, InterfaceParams } from "./interface.ts";
import { checkName, commonParams, macField, newInterface, tagsField } from "./interface-form.ts";
import { childrenOf } from "./interface-tree.ts";
import { ensureLinkUp } from "./link.ts";
import { saveInterface } from "./save-interface.ts";

/** The parameters of a bridge. */
export const BRIDGE_FIELDS = ["bridge_type", "bridge_stp", "bridge_fd"];

const TYPES = ["standard", "ovs"] as const;
const DEFAULTS: InterfaceParams = { bridge_type: "standard", bridge_stp: false, bridge_fd: 15 };

/** The bridge parameters after a create or update: what is sent, on top of `current` or the defaults. */
export function bridgeParams(form: Form, current: InterfaceParams | undefined): InterfaceParams {
  const sent = {
    bridge_type: form.choice("bridge_type", TYPES, notAValid("bridge_type", TYPES)),
    bridge_stp: form.boolean("bridge_stp"),
    bridge_fd: form.integer("bridge_fd", { min: 0, max: 2_147_483_647 }),
  };
  const given = Object.entries(sent).flatMap(([name, value]) => (value === undefined ? [] : [[name, value] as const]));
  return { ...(current ?? DEFAULTS), ...Object.fromEntries(given) };
}

/** Reads the parent of a bridge: one interface that is no bridge and in no other bond or bridge. `field` is what the API calls it. */
export function bridgeParent(
  machine: Machine,
  form: Form,
  field: "parent" | "parents",
  self: Interface | undefined,
): Interface | undefined {
  const wanted = form.list(field);
  const nics = [...machine.interfaces.values()];
  const parents = wanted.flatMap((id) => {
    const nic = nics.find((candidate) => String(candidate.id) === id);
    if (nic === undefined) form.fail(field, `Select a valid choice. ${id} is not one of the available choices.`);
    return nic ?? [];
  });
  const [parent] = parents;
  if (parents.length < wanted.length) return undefined;
  if (parent === undefined || parents.length > 1) {
    form.fail(field, "A bridge interface must have exactly one parent.");
  } else if (parent.type === "bridge") {
    form.fail(field, "A bridge interface can't have another bridge interface as parent.");
  } else if (childrenOf(machine, parent).some((child) => child !== self && child.type !== "vlan")) {
    form.fail(field, "A bridge interface can't have a parent that is already in a bond or a bridge.");
  }
  return parent;
}

/**
 * Creates a bridge. Its parent loses its links and follows its VLAN, and it gets one that says it is up; on an allocated machine the
 * parent's links move to it and it has the parent's VLAN. Throws a 400.
 */
export function createBridge(state: SimState, machine: Machine, form: Form): Interface {
  const isAllocated = machine.status === STATUS.ALLOCATED;
  const name = form.required("name");
  if (name !== undefined) checkName(machine, form, name, undefined);
  const parent = bridgeParent(machine, form, "parent", undefined);
  const mac = macField(form) ?? parent?.mac ?? "";
  const vlan = isAllocated ? undefined : vlanField(state, form, "vlan");
  const params = commonParams(form, bridgeParams(form, undefined));
  form.check();
  const vlanId = vlan?.id ?? parent?.vlanId ?? null;
  const parentIds = parent === undefined ? [] : [parent.id];
  const bridge = newInterface(state, "bridge", {
    name: name ?? "",
    mac,
    vlanId,
    parentIds,
    params,
    tags: tagsField(form),
  });
  machine.interfaces.set(bridge.id, bridge);
  if (isAllocated && parent !== undefined) {
    bridge.links = parent.links;
    parent.links = [];
  }
  saveInterface(state, machine, bridge, { vlanId, mtu: undefined });
  ensureLinkUp(state, bridge);
  return bridge;
}
