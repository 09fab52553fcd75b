import type { Form } from "../http/form.ts";
import type { Machine } from "../machine.ts";
import { normalizeMac } from "../machines/mac.ts";
import type { SimState } from "../state.ts";
import type { Interface, InterfaceParams, InterfaceType } from "./interface.ts";

const MTU = { min: 552, max: 65_535 };

/** Reads an interface name; notes one that is malformed or taken on the machine. */
export function nameField(machine: Machine, form: Form, self: Interface | undefined): string | undefined {
  const name = form.text("name");
  if (!name) return undefined;
  checkName(machine, form, name, self);
  return name;
}

/** Notes a name that is malformed or taken on the machine. */
export function checkName(machine: Machine, form: Form, name: string, self: Interface | undefined): void {
  if (name.length > 15 || !/^[\w.:-]+$/.test(name)) form.fail("name", "Invalid interface name.");
  const taken = [...machine.interfaces.values()].some((nic) => nic.name === name && nic !== self);
  if (taken) form.fail("name", `Node ${machine.hostname} already has an interface named '${name}'.`);
}

/** Reads a MAC; notes a malformed one. */
export function macField(form: Form): string | undefined {
  const source = form.text("mac_address");
  if (!source) return undefined;
  const mac = normalizeMac(source);
  if (mac === undefined) form.fail("mac_address", `'${source}' is not a valid MAC address.`);
  return mac;
}

/** Notes a MAC that a physical interface elsewhere has. */
export function checkFreshMac(state: SimState, form: Form, mac: string | undefined, self: Interface | undefined): void {
  for (const machine of state.machines.values()) {
    for (const nic of machine.interfaces.values()) {
      if (nic.type !== "physical" || nic.mac !== mac || nic === self) continue;
      form.fail("mac_address", `This MAC address is already in use by ${nic.name} (physical) on ${machine.hostname}.`);
    }
  }
}

/** Applies `mtu` and `accept_ra` to the parameters: a value sets one, an empty one takes it away. */
export function commonParams(form: Form, params: InterfaceParams): InterfaceParams {
  const rest = new Map(Object.entries(params));
  const mtu = form.integer("mtu", MTU);
  const acceptRa = form.boolean("accept_ra");
  if (form.has("mtu")) rest.delete("mtu");
  if (mtu !== undefined) rest.set("mtu", mtu);
  if (form.has("accept_ra")) rest.delete("accept-ra");
  if (acceptRa !== undefined) rest.set("accept-ra", acceptRa);
  return Object.fromEntries(rest);
}

/** Reads tags: repeated, or separated by commas. */
export function tagsField(form: Form): readonly string[] | undefined {
  if (!form.has("tags")) return undefined;
  const tags = form.list("tags").flatMap((value) => value.split(","));
  return [...new Set(tags.map((tag) => tag.trim()).filter((tag) => tag !== ""))];
}

/** A new interface without links. */
export function newInterface(
  state: SimState,
  type: InterfaceType,
  fields: Pick<Interface, "name" | "mac" | "vlanId" | "parentIds" | "params"> & {
    readonly tags: readonly string[] | undefined;
  },
): Interface {
  return {
    ...fields,
    tags: fields.tags ?? [],
    id: state.nextId("interface"),
    type,
    enabled: true,
    links: [],
    vendor: null,
    product: null,
    firmware: null,
    speedMbps: 0,
    numaNode: null,
    linkConnected: true,
  };
}
