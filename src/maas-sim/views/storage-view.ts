import type { Machine } from "../machine.ts";
import { humanSize } from "../size.ts";
import type { BlockDevice, Filesystem, Partition, VolumeGroup } from "../storage/device.ts";
import { availableOn, deviceName, groupRoom, groupSize, logicalVolumes, physicalVolumes } from "../storage/usage.ts";
import { API } from "./network-view.ts";

function filesystemView(filesystem: Filesystem | null) {
  if (filesystem === null) return null;
  const { fstype, label, uuid, mountPoint, mountOptions } = filesystem;
  return { fstype, label, uuid, mount_point: mountPoint, mount_options: mountOptions };
}

function usedFor(machine: Machine, holder: BlockDevice | Partition): string {
  const { filesystem } = holder;
  if (filesystem !== null) {
    const mounted = filesystem.mountPoint === null ? "" : ` mounted at ${filesystem.mountPoint}`;
    return `${filesystem.mountPoint === null ? "Unmounted " : ""}${filesystem.fstype} formatted filesystem${mounted}`;
  }
  const group = "type" in holder && holder.type === "virtual" ? null : holder.volumeGroupId;
  if (group !== null) return `LVM volume for ${machine.volumeGroups.get(group)?.name ?? ""}`;
  const partitions = "partitions" in holder ? (holder.partitions?.length ?? 0) : 0;
  return partitions > 0 ? `GPT partitioned with ${partitions} partition${partitions > 1 ? "s" : ""}` : "Unused";
}

/** A partition as the API shows it. */
export function partitionView(machine: Machine, device: BlockDevice, partition: Partition) {
  return {
    id: partition.id,
    uuid: partition.uuid,
    path: `/dev/disk/by-dname/${deviceName(machine, device)}-part${partition.number}`,
    size: partition.size,
    bootable: partition.bootable,
    tags: partition.tags,
    type: "partition",
    used_for: usedFor(machine, partition),
    filesystem: filesystemView(partition.filesystem),
    device_id: device.id,
    system_id: machine.systemId,
    resource_uri: `${API}/nodes/${machine.systemId}/blockdevices/${device.id}/partition/${partition.id}`,
  };
}

/** A block device as the API shows it. */
export function blockDeviceView(machine: Machine, device: BlockDevice) {
  const available = availableOn(device);
  const name = deviceName(machine, device);
  return {
    id: device.id,
    name,
    type: device.type,
    path: `/dev/disk/by-dname/${name}`,
    id_path: device.type === "physical" ? device.idPath : null,
    model: device.type === "physical" ? device.model : null,
    serial: device.type === "physical" ? device.serial : null,
    firmware_version: device.type === "physical" ? device.firmware : null,
    size: device.size,
    block_size: device.blockSize,
    used_size: device.size - available,
    available_size: available,
    used_for: usedFor(machine, device),
    partition_table_type: device.partitions === null ? null : "GPT",
    partitions: (device.partitions ?? []).map((partition) => partitionView(machine, device, partition)),
    filesystem: filesystemView(device.filesystem),
    tags: device.tags,
    numa_node: device.type === "physical" ? device.numaNode : null,
    storage_pool: null,
    uuid: device.uuid,
    system_id: machine.systemId,
    resource_uri: `${API}/nodes/${machine.systemId}/blockdevices/${device.id}/`,
  };
}

/** A volume group as the API shows it. */
export function volumeGroupView(machine: Machine, group: VolumeGroup) {
  const size = groupSize(machine, group);
  const available = groupRoom(machine, group);
  const devices = physicalVolumes(machine, group).map((volume) => {
    if ("type" in volume) return blockDeviceView(machine, volume);
    const device = [...machine.disks.values()].find((disk) => disk.partitions?.includes(volume));
    return device === undefined ? null : partitionView(machine, device, volume);
  });
  return {
    id: group.id,
    name: group.name,
    uuid: group.uuid,
    size,
    human_size: humanSize(size),
    available_size: available,
    human_available_size: humanSize(available),
    used_size: size - available,
    human_used_size: humanSize(size - available),
    devices,
    logical_volumes: logicalVolumes(machine, group).map((volume) => blockDeviceView(machine, volume)),
    system_id: machine.systemId,
    resource_uri: `${API}/nodes/${machine.systemId}/volume-group/${group.id}/`,
  };
}

/** The block devices a machine shows, physical ones first. */
export function blockDeviceViews(machine: Machine) {
  const of = (type: BlockDevice["type"]) =>
    [...machine.disks.values()]
      .filter((device) => device.type === type)
      .map((device) => blockDeviceView(machine, device));
  const physical = of("physical");
  const virtual = of("virtual");
  return { all: [...physical, ...virtual], physical, virtual };
}
