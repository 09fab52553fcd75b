import { invalidFields, noSuch } from "./http/api-error.ts";
import type { Form } from "./http/form.ts";
import type { Machine } from "./machine.ts";
import { formatBlock, parseBlock } from "./network/address.ts";
import type { Interface } from "./network/interface.ts";
import type { Fabric, SimState, Subnet, Vlan } from "./state.ts";
import type { Bcache, BlockDevice, CacheSet, Partition, Raid, VolumeGroup } from "./storage/device.ts";
import { deviceName, partitionNumber } from "./storage/usage.ts";

/** A number written as an id, or NaN. */
function idOf(specifier: string): number {
  return /^-?\d{1,15}$/.test(specifier) ? Number(specifier) : Number.NaN;
}

/** A fabric by id or name. Throws a 404. */
export function fabricBy(state: SimState, specifier: string): Fabric {
  const fabric =
    state.fabrics.get(idOf(specifier)) ?? [...state.fabrics.values()].find(({ name }) => name === specifier);
  if (fabric === undefined) throw noSuch("Fabric");
  return fabric;
}

/** A VLAN by its database id. Throws a 404. */
export function vlanById(state: SimState, specifier: string): Vlan {
  const vlan = state.vlans.get(idOf(specifier));
  if (vlan === undefined) throw noSuch("VLAN");
  return vlan;
}

/** A VLAN by its tag within a fabric, the way nested paths name it. Throws a 404. */
export function vlanByTag(state: SimState, fabric: Fabric, tag: string): Vlan {
  const vid = tag === "untagged" ? 0 : idOf(tag);
  const vlan = [...state.vlans.values()].find((candidate) => candidate.fabricId === fabric.id && candidate.vid === vid);
  if (vlan === undefined) throw noSuch("VLAN");
  return vlan;
}

/** A subnet by id, name, CIDR or `cidr:CIDR`; `undefined` when there is none. */
export function findSubnet(state: SimState, specifier: string): Subnet | undefined {
  const byId = state.subnets.get(idOf(specifier));
  if (byId !== undefined) return byId;
  const block = parseBlock(specifier.replace(/^cidr:/, ""));
  const cidr = block === undefined ? undefined : formatBlock(block);
  const name = specifier.replace(/^name:/, "");
  const all = [...state.subnets.values()];
  return all.find((subnet) => subnet.cidr === cidr) ?? all.find((subnet) => subnet.name === name);
}

/** A subnet by id, name, CIDR or `cidr:CIDR`. Throws a 404. */
export function subnetBy(state: SimState, specifier: string): Subnet {
  const subnet = findSubnet(state, specifier);
  if (subnet === undefined) throw noSuch("Subnet");
  return subnet;
}

/** The VLAN a form field names by database id; notes the problem when there is none. Absent or empty: `undefined`. */
export function vlanField(state: SimState, form: Form, field: string): Vlan | undefined {
  const value = form.text(field);
  if (!value) return undefined;
  const vlan = state.vlans.get(idOf(value));
  if (vlan === undefined) form.fail(field, "Select a valid choice. That choice is not one of the available choices.");
  return vlan;
}

/** A machine by system id. Throws a 404. */
export function machineBy(state: SimState, systemId: string): Machine {
  const machine = state.machines.get(systemId);
  if (machine === undefined) throw noSuch("Machine");
  return machine;
}

/** An interface of a machine by id or name. Throws a 404. */
export function interfaceBy(machine: Machine, specifier: string): Interface {
  const nic =
    machine.interfaces.get(idOf(specifier)) ?? [...machine.interfaces.values()].find(({ name }) => name === specifier);
  if (nic === undefined) throw noSuch("Interface");
  return nic;
}

/** A block device of a machine by id or name. Throws a 404. */
export function deviceBy(machine: Machine, specifier: string): BlockDevice {
  const devices = [...machine.disks.values()];
  const device =
    machine.disks.get(idOf(specifier)) ?? devices.find((candidate) => deviceName(machine, candidate) === specifier);
  if (device === undefined) throw noSuch("BlockDevice");
  return device;
}

/** A partition of a block device by id or name. Throws a 404. */
export function partitionBy(machine: Machine, device: BlockDevice, specifier: string): Partition {
  const nameOf = (partition: Partition) =>
    `${deviceName(machine, device)}-part${partitionNumber(machine, device, partition)}`;
  const partition = device.partitions?.find((each) => each.id === idOf(specifier) || nameOf(each) === specifier);
  if (partition === undefined) throw noSuch("Partition");
  return partition;
}

function stackBy<T extends { readonly name: string }>(
  stacks: ReadonlyMap<number, T>,
  specifier: string,
  model: string,
): T {
  const stack = stacks.get(idOf(specifier)) ?? [...stacks.values()].find(({ name }) => name === specifier);
  if (stack === undefined) throw noSuch(model);
  return stack;
}

/** A volume group of a machine by id or name. Throws a 404. */
export function volumeGroupBy(machine: Machine, specifier: string): VolumeGroup {
  return stackBy(machine.volumeGroups, specifier, "VolumeGroup");
}

/** A RAID of a machine by id or name. Throws a 404. */
export function raidBy(machine: Machine, specifier: string): Raid {
  return stackBy(machine.raids, specifier, "RAID");
}

/** A cached device of a machine by id or name. Throws a 404. */
export function bcacheBy(machine: Machine, specifier: string): Bcache {
  return stackBy(machine.bcaches, specifier, "Bcache");
}

/** A cache of a machine by id or name. Throws a 404. */
export function cacheSetBy(machine: Machine, specifier: string): CacheSet {
  return stackBy(machine.cacheSets, specifier, "CacheSet");
}

/** Machines by the system ids of a field. Throws a 400 that names the unknown ones. */
export function machinesOfField(state: SimState, form: Form, field: string): Machine[] {
  const ids = form.list(field);
  const unknown = ids.filter((id) => !state.machines.has(id));
  if (unknown.length > 0) throw invalidFields({ [field]: [`Unknown system_id(s): ${unknown.join(", ")}.`] });
  return ids.map((id) => machineBy(state, id));
}
