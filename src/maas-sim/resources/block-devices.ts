import { badRequest, invalidFields } from "../http/api-error.ts";
import { json, noContent, text } from "../http/reply.ts";
import { type Call, create, operation, type Resource, read, remove, update } from "../http/resource.ts";
import { deviceBy, partitionBy } from "../lookup.ts";
import type { Machine } from "../machine.ts";
import { BLOCK, parseSize, roundDown } from "../size.ts";
import { type BlockDevice, blankDevice, type Holder, type Partition } from "../storage/device.ts";
import { uuidField } from "../storage/filesystem-form.ts";
import { addPartition } from "../storage/partitioning.ts";
import { removeRaid, stackWord } from "../storage/stacks.ts";
import { partitionRoom } from "../storage/usage.ts";
import { blockDeviceView, blockDeviceViews, partitionView } from "../views/storage-view.ts";
import { filesystemActions } from "./filesystem-actions.ts";
import { machineForStorage, machineOf } from "./machine-scope.ts";

const DEVICE_FIELDS = ["name", "model", "serial", "id_path", "size", "block_size"];

const deviceOf = (machine: Machine, call: Call) => deviceBy(machine, call.arg("id"));
const partitionOf = (machine: Machine, call: Call) =>
  partitionBy(machine, deviceBy(machine, call.arg("device_id")), call.arg("id"));
const showDevice = (machine: Machine, device: BlockDevice) => json(blockDeviceView(machine, device));
const showPartition = (machine: Machine, partition: Partition, call: Call) =>
  json(partitionView(machine, deviceBy(machine, call.arg("device_id")), partition));

function sizeField({ form }: Call, field: string): number | undefined {
  const source = form.text(field);
  if (!source) return undefined;
  const size = parseSize(source);
  if (size === undefined) form.fail(field, "Enter a valid value.");
  return size;
}

function deviceName(call: Call, machine: Machine, self: BlockDevice | undefined): string | undefined {
  const name = call.form.text("name");
  if (!name) return undefined;
  if (!/^[\w.-]{1,255}$/.test(name)) call.form.fail("name", "Enter a valid device name.");
  if ([...machine.disks.values()].some((device) => device.name === name && device !== self)) {
    call.form.fail("name", "Block device with this Name already exists.");
  }
  return name;
}

function createDevice(call: Call) {
  const { form, sim } = call;
  const machine = machineForStorage(call);
  for (const field of ["name", "size", "block_size"]) form.required(field);
  const name = deviceName(call, machine, undefined);
  const size = sizeField(call, "size");
  const blockSize = form.integer("block_size", { min: 512, max: 4096 });
  const model = form.text("model") ?? "";
  const serial = form.text("serial") ?? "";
  const idPath = form.text("id_path") ?? "";
  if (idPath === "" && (model === "" || serial === ""))
    form.fail("__all__", "serial/model are required if id_path is not provided.");
  if (size !== undefined && size < BLOCK) form.fail("size", `Ensure this value is greater than or equal to ${BLOCK}.`);
  form.check();
  const device = blankDevice({
    id: sim.state.nextId("blockdevice"),
    type: "physical",
    name: name ?? "",
    model,
    serial,
    size: size ?? 0,
    blockSize: blockSize ?? 512,
    idPath,
    numaNode: 0,
  });
  machine.disks.set(device.id, device);
  machine.bootDiskId ??= device.id;
  return showDevice(machine, device);
}

function updateDevice(call: Call) {
  const machine = machineForStorage(call);
  const device = deviceOf(machine, call);
  const name = deviceName(call, machine, device);
  const size = sizeField(call, "size");
  const blockSize = call.form.integer("block_size", { min: 512, max: 4096 });
  if (size !== undefined && device.type === "virtual")
    call.form.fail("size", "The simulator does not resize logical volumes.");
  call.form.check();
  device.name = name ?? device.name;
  device.model = call.form.text("model") ?? device.model;
  device.serial = call.form.text("serial") ?? device.serial;
  device.idPath = call.form.text("id_path") ?? device.idPath;
  device.size = size ?? device.size;
  device.blockSize = blockSize ?? device.blockSize;
  return showDevice(machine, device);
}

function deleteDevice(call: Call) {
  const machine = machineForStorage(call);
  const device = deviceOf(machine, call);
  requireFree(machine, device, "block device");
  for (const partition of device.partitions ?? []) requireFree(machine, partition, "block device");
  const raid = device.origin?.kind === "raid" ? machine.raids.get(device.origin.id) : undefined;
  if (raid !== undefined) removeRaid(machine, raid);
  machine.disks.delete(device.id);
  if (machine.bootDiskId === device.id) machine.bootDiskId = null;
  return noContent();
}

/** Throws a 400 text when a device or partition belongs to something. */
function requireFree(machine: Machine, holder: Holder, what: string): void {
  if (holder.member === null) return;
  throw badRequest(`Cannot delete ${what} because its part of a ${stackWord(machine, holder).word}.`);
}

function setBootDisk(call: Call) {
  const machine = machineForStorage(call);
  const device = deviceOf(machine, call);
  if (device.type !== "physical") throw badRequest("Cannot set a virtual block device as the boot disk.");
  if (device.member !== null) {
    const { word, name } = stackWord(machine, device);
    throw invalidFields({ boot_disk: [`Cannot be set as the boot disk; already in-use in ${word} '${name}'.`] });
  }
  // A file system on the disk itself goes: a boot disk is partitioned.
  device.filesystem = null;
  machine.bootDiskId = device.id;
  return text("OK");
}

function createPartition(call: Call) {
  const { form, sim } = call;
  const machine = machineForStorage(call);
  const device = deviceBy(machine, call.arg("device_id"));
  if (device.filesystem !== null) form.fail("__all__", "Cannot partition a formatted block device.");
  if (device.member !== null) form.fail("__all__", "Cannot partition a block device that is part of something.");
  if (device.origin?.kind === "volume-group") {
    form.fail("block_device", "Cannot create a partition table on a logical volume.");
  }
  const source = sizeField(call, "size");
  if (source !== undefined && source > device.size) {
    form.fail("size", `Ensure this value is less than or equal to ${device.size}.`);
  } else if (source !== undefined && source < BLOCK) {
    form.fail("size", `Ensure this value is greater than or equal to ${BLOCK}.`);
  }
  const bootable = form.boolean("bootable") ?? false;
  const uuid = uuidField(form);
  form.check();
  const room = partitionRoom(machine, device);
  const size = roundDown(source ?? room);
  if (size < BLOCK) throw invalidFields({ size: [`Ensure this value is greater than or equal to ${BLOCK}.`] });
  if (size > room) {
    throw invalidFields({ size: ["Partition cannot be saved; not enough free space on the block device."] });
  }
  const taken = [...machine.disks.values()].some((disk) => disk.partitions?.some((each) => each.uuid === uuid));
  if (taken) throw invalidFields({ uuid: ["Partition with this Uuid already exists."] });
  const partition = addPartition(sim.state, device, size, bootable, uuid);
  return showPartition(machine, partition, call);
}

function deletePartition(call: Call) {
  const machine = machineForStorage(call);
  const device = deviceBy(machine, call.arg("device_id"));
  const partition = partitionBy(machine, device, call.arg("id"));
  requireFree(machine, partition, "partition");
  const left = (device.partitions ?? []).filter((candidate) => candidate !== partition);
  device.partitions = left.length > 0 ? left : null;
  return noContent();
}

/** `nodes/{system_id}/blockdevices/`, its items, and their partitions. */
export const blockDeviceResources: readonly Resource[] = [
  {
    handler: "BlockDevicesHandler",
    path: "nodes/{system_id}/blockdevices/",
    actions: [read([], (call) => json(blockDeviceViews(machineOf(call)).all)), create(DEVICE_FIELDS, createDevice)],
  },
  {
    handler: "BlockDeviceHandler",
    path: "nodes/{system_id}/blockdevices/{id}/",
    actions: [
      read([], (call) => {
        const machine = machineOf(call);
        return showDevice(machine, deviceOf(machine, call));
      }),
      update(DEVICE_FIELDS, updateDevice),
      remove([], deleteDevice),
      operation("set_boot_disk", [], setBootDisk),
      ...filesystemActions({ find: deviceOf, show: showDevice }),
    ],
  },
  {
    handler: "PartitionsHandler",
    path: "nodes/{system_id}/blockdevices/{device_id}/partitions/",
    actions: [
      read([], (call) => {
        const machine = machineOf(call);
        const device = deviceBy(machine, call.arg("device_id"));
        return json((device.partitions ?? []).map((partition) => partitionView(machine, device, partition)));
      }),
      create(["size", "bootable", "uuid"], createPartition),
    ],
  },
  {
    handler: "PartitionHandler",
    path: "nodes/{system_id}/blockdevices/{device_id}/partition/{id}",
    actions: [
      read([], (call) => {
        const machine = machineOf(call);
        return showPartition(machine, partitionOf(machine, call), call);
      }),
      remove([], deletePartition),
      ...filesystemActions({ find: partitionOf, show: showPartition }),
    ],
  },
];
