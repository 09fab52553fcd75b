import { randomUUID } from "node:crypto";
import { badRequest } from "../http/api-error.ts";
import { json, noContent } from "../http/reply.ts";
import { type Call, create, operation, type Resource, read, remove, update } from "../http/resource.ts";
import { volumeGroupBy } from "../lookup.ts";
import type { Machine } from "../machine.ts";
import { BLOCK, parseSize } from "../size.ts";
import type { Holder, VolumeGroup } from "../storage/device.ts";
import { uuidField } from "../storage/filesystem-form.ts";
import { freeDevices, freePartitions, leaving } from "../storage/holder-fields.ts";
import { join } from "../storage/partitioning.ts";
import { addLogicalVolume, isNameTaken, removeDevice, removeGroup } from "../storage/stacks.ts";
import { groupRoom, groupSize, logicalVolumes, physicalVolumes, sizeOfVolumes } from "../storage/usage.ts";
import { blockDeviceView, volumeGroupView } from "../views/storage-view.ts";
import { machineForStorage, machineOf } from "./machine-scope.ts";

const groupOf = (machine: Machine, call: Call) => volumeGroupBy(machine, call.arg("id"));
const show = (machine: Machine, group: VolumeGroup) => json(volumeGroupView(machine, group));

function nameField({ form }: Call, machine: Machine, self: VolumeGroup | undefined): string | undefined {
  const name = form.text("name");
  if (!name) return undefined;
  if (!/^[\w.+-]{1,127}$/.test(name)) form.fail("name", "Enter a valid volume group name.");
  if (name !== self?.name && isNameTaken(machine, name)) {
    form.fail("name", "Volume group with this Name already exists.");
  }
  return name;
}

function joinGroup(call: Call, machine: Machine, { id }: VolumeGroup, volumes: readonly Holder[]): void {
  const partitioned = new Set(machine.bootDiskId === null ? [] : [machine.bootDiskId]);
  for (const volume of volumes) join(call.sim.state, machine, volume, { type: "lvm-pv", id }, partitioned);
}

function createGroup(call: Call) {
  const { form, sim } = call;
  const machine = machineForStorage(call);
  form.required("name");
  const name = nameField(call, machine, undefined);
  const uuid = uuidField(form);
  const volumes = [...freeDevices(form, machine, "block_devices"), ...freePartitions(form, machine, "partitions")];
  if (form.list("block_devices").length + form.list("partitions").length === 0) {
    form.fail("__all__", "At least one valid block device or partition is required.");
  }
  form.check();
  const group: VolumeGroup = { id: sim.state.nextId("volumegroup"), name: name ?? "", uuid: uuid ?? randomUUID() };
  machine.volumeGroups.set(group.id, group);
  joinGroup(call, machine, group, volumes);
  return show(machine, group);
}

function updateGroup(call: Call) {
  const { form } = call;
  const machine = machineForStorage(call);
  const group = groupOf(machine, call);
  const name = nameField(call, machine, group);
  const uuid = uuidField(form);
  const added = [
    ...freeDevices(form, machine, "add_block_devices"),
    ...freePartitions(form, machine, "add_partitions"),
  ];
  const members = physicalVolumes(machine, group);
  const removed = [
    ...leaving(form, members, "remove_block_devices", "device"),
    ...leaving(form, members, "remove_partitions", "partition"),
  ];
  form.check();
  const left = [...members.filter((member) => !removed.includes(member)), ...added];
  if (left.length === 0) throw badRequest("At least one filesystem must have been added.");
  if (sizeOfVolumes(left) < groupSize(machine, group) - groupRoom(machine, group)) {
    throw badRequest("Volume group cannot be smaller than its logical volumes.");
  }
  group.name = name ?? group.name;
  group.uuid = uuid ?? group.uuid;
  for (const volume of removed) volume.member = null;
  joinGroup(call, machine, group, added);
  return show(machine, group);
}

function createLogicalVolume(call: Call) {
  const { form, sim } = call;
  const machine = machineForStorage(call);
  const group = groupOf(machine, call);
  const name = form.required("name");
  if (name !== undefined && !/^[\w.+-]{1,127}$/.test(name)) form.fail("name", "Enter a valid logical volume name.");
  if (logicalVolumes(machine, group).some((volume) => volume.name === name)) {
    form.fail("name", `Volume group already has a logical volume named '${name}'.`);
  }
  const room = groupRoom(machine, group);
  const source = form.text("size");
  const size = source ? parseSize(source) : room;
  if (room < BLOCK) {
    const reason = "cannot hold any more logical volumes, because it doesn't have enough free space.";
    form.fail("__all__", `Volume group (${group.name}) ${reason}`);
  } else if (size === undefined) form.fail("size", "Enter a valid value.");
  else if (size > room) form.fail("size", `Ensure this value is less than or equal to ${room}.`);
  else if (size < BLOCK) form.fail("size", `Ensure this value is greater than or equal to ${BLOCK}.`);
  const uuid = uuidField(form);
  form.check();
  const volume = addLogicalVolume(sim.state, machine, group, name ?? "", size ?? 0, uuid);
  return json(blockDeviceView(machine, volume));
}

function deleteLogicalVolume(call: Call) {
  const machine = machineForStorage(call);
  const group = groupOf(machine, call);
  const id = call.form.required("id");
  call.form.check();
  const volume = logicalVolumes(machine, group).find((candidate) => String(candidate.id) === id);
  if (volume !== undefined) removeDevice(machine, volume);
  return noContent();
}

function deleteGroup(call: Call) {
  const machine = machineForStorage(call);
  const group = groupOf(machine, call);
  if (logicalVolumes(machine, group).length > 0) {
    throw badRequest("This volume group has logical volumes; it cannot be deleted.");
  }
  removeGroup(machine, group);
  return noContent();
}

const UPDATE_FIELDS = ["add_block_devices", "remove_block_devices", "add_partitions", "remove_partitions"];

/** `nodes/{system_id}/volume-groups/` and `nodes/{system_id}/volume-group/{id}/`. */
export const volumeGroupResources: readonly Resource[] = [
  {
    handler: "VolumeGroupsHandler",
    path: "nodes/{system_id}/volume-groups/",
    actions: [
      read([], (call) => {
        const machine = machineOf(call);
        return json([...machine.volumeGroups.values()].map((group) => volumeGroupView(machine, group)));
      }),
      create(["name", "uuid", "block_devices", "partitions"], createGroup),
    ],
  },
  {
    handler: "VolumeGroupHandler",
    path: "nodes/{system_id}/volume-group/{id}/",
    actions: [
      read([], (call) => {
        const machine = machineOf(call);
        return show(machine, groupOf(machine, call));
      }),
      update(["name", "uuid", ...UPDATE_FIELDS], updateGroup),
      remove([], deleteGroup),
      operation("create_logical_volume", ["name", "size", "uuid"], createLogicalVolume),
      operation("delete_logical_volume", ["id"], deleteLogicalVolume),
    ],
  },
];
