import { randomUUID } from "node:crypto";
import { json, noContent } from "../http/reply.ts";
import { type Call, create, operation, type Resource, read, remove, update } from "../http/resource.ts";
import { volumeGroupBy } from "../lookup.ts";
import type { Machine } from "../machine.ts";
import { BLOCK, parseSize, roundDown } from "../size.ts";
import type { BlockDevice, Partition, VolumeGroup } from "../storage/device.ts";
import { uuidField } from "../storage/filesystem-form.ts";
import { addLogicalVolume } from "../storage/layout.ts";
import { addPartition } from "../storage/partitioning.ts";
import { groupRoom, logicalVolumes, partitionRoom, physicalVolumes } from "../storage/usage.ts";
import { blockDeviceView, volumeGroupView } from "../views/storage-view.ts";
import { machineForStorage, machineOf } from "./machine-scope.ts";

type Volume = BlockDevice | Partition;

const groupOf = (machine: Machine, call: Call) => volumeGroupBy(machine, call.arg("id"));
const show = (machine: Machine, group: VolumeGroup) => json(volumeGroupView(machine, group));

function nameField({ form }: Call, machine: Machine, self: VolumeGroup | undefined): string | undefined {
  const name = form.text("name");
  if (!name) return undefined;
  if (!/^[\w.+-]{1,127}$/.test(name)) form.fail("name", "Enter a valid volume group name.");
  if ([...machine.volumeGroups.values()].some((group) => group.name === name && group !== self)) {
    form.fail("name", "Volume group with this Name already exists.");
  }
  return name;
}

/** Devices by id that can become physical volumes; notes those that cannot. */
function freeDevices({ form }: Call, machine: Machine, field: string): BlockDevice[] {
  return form.list(field).flatMap((id) => {
    const device = [...machine.disks.values()].find((disk) => String(disk.id) === id && disk.type === "physical");
    const free = device?.filesystem === null && device.volumeGroupId === null && device.partitions === null;
    if (!free) form.fail(field, `Select a valid choice. ${id} is not one of the available choices.`);
    return device !== undefined && free ? [device] : [];
  });
}

/** Partitions by id that can become physical volumes; notes those that cannot. */
function freePartitions({ form }: Call, machine: Machine, field: string): Partition[] {
  return form.list(field).flatMap((id) => {
    const all = [...machine.disks.values()].flatMap((disk) => disk.partitions ?? []);
    const partition = all.find((candidate) => String(candidate.id) === id);
    const free = partition?.filesystem === null && partition.volumeGroupId === null;
    if (!free) form.fail(field, `Select a valid choice. ${id} is not one of the available choices.`);
    return partition !== undefined && free ? [partition] : [];
  });
}

/** Makes volumes part of a group; the boot disk as a whole becomes one partition first. */
function join(call: Call, machine: Machine, group: VolumeGroup, volumes: readonly Volume[]): void {
  for (const volume of volumes) {
    const wholeBootDisk = "type" in volume && volume.id === machine.bootDiskId;
    const member = wholeBootDisk ? addPartition(call.sim.state, machine, volume, partitionRoom(volume), false) : volume;
    member.volumeGroupId = group.id;
  }
}

function createGroup(call: Call) {
  const { form, sim } = call;
  const machine = machineForStorage(call);
  form.required("name");
  const name = nameField(call, machine, undefined);
  const uuid = uuidField(form);
  const volumes = [...freeDevices(call, machine, "block_devices"), ...freePartitions(call, machine, "partitions")];
  if (form.list("block_devices").length + form.list("partitions").length === 0) {
    form.fail("__all__", "At least one valid block device or partition is required.");
  }
  form.check();
  const group: VolumeGroup = { id: sim.state.nextId("volumegroup"), name: name ?? "", uuid: uuid ?? randomUUID() };
  machine.volumeGroups.set(group.id, group);
  join(call, machine, group, volumes);
  return show(machine, group);
}

function leaving({ form }: Call, volumes: readonly Volume[], field: string, kind: "device" | "partition"): Volume[] {
  return form.list(field).flatMap((id) => {
    const volume = volumes.find((one) => String(one.id) === id && "type" in one === (kind === "device"));
    if (volume === undefined) form.fail(field, `Select a valid choice. ${id} is not one of the available choices.`);
    return volume ?? [];
  });
}

function updateGroup(call: Call) {
  const machine = machineForStorage(call);
  const group = groupOf(machine, call);
  const name = nameField(call, machine, group);
  const added = [
    ...freeDevices(call, machine, "add_block_devices"),
    ...freePartitions(call, machine, "add_partitions"),
  ];
  const members = physicalVolumes(machine, group);
  const removed = [
    ...leaving(call, members, "remove_block_devices", "device"),
    ...leaving(call, members, "remove_partitions", "partition"),
  ];
  const lost = removed.reduce((sum, volume) => sum + Math.max(roundDown(volume.size) - BLOCK, 0), 0);
  if (removed.length > 0 && lost > groupRoom(machine, group)) {
    call.form.fail("__all__", "The logical volumes do not fit on what would be left of the volume group.");
  }
  call.form.check();
  group.name = name ?? group.name;
  for (const volume of removed) volume.volumeGroupId = null;
  join(call, machine, group, added);
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
  if (size === undefined) form.fail("size", "Enter a size in bytes, or with a suffix such as 100G.");
  else if (size > room) form.fail("size", `Ensure this value is less than or equal to ${room}.`);
  else if (roundDown(size) < BLOCK) form.fail("size", `Ensure this value is greater than or equal to ${BLOCK}.`);
  const uuid = uuidField(form);
  form.check();
  const volume = addLogicalVolume(sim.state, machine, group, name ?? "", size ?? 0, uuid);
  return json(blockDeviceView(machine, volume));
}

function deleteLogicalVolume(call: Call) {
  const machine = machineForStorage(call);
  const group = groupOf(machine, call);
  const id = call.form.required("id");
  const volume = logicalVolumes(machine, group).find((candidate) => String(candidate.id) === id);
  if (id !== undefined && volume === undefined) {
    call.form.fail("id", `Select a valid choice. ${id} is not one of the available choices.`);
  }
  call.form.check();
  if (volume !== undefined) machine.disks.delete(volume.id);
  return noContent();
}

function deleteGroup(call: Call) {
  const machine = machineForStorage(call);
  const group = groupOf(machine, call);
  for (const volume of logicalVolumes(machine, group)) machine.disks.delete(volume.id);
  for (const volume of physicalVolumes(machine, group)) volume.volumeGroupId = null;
  machine.volumeGroups.delete(group.id);
  return noContent();
}

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
      update(["name", "add_block_devices", "remove_block_devices", "add_partitions", "remove_partitions"], updateGroup),
      remove([], deleteGroup),
      operation("create_logical_volume", ["name", "size", "uuid"], createLogicalVolume),
      operation("delete_logical_volume", ["id"], deleteLogicalVolume),
    ],
  },
];
