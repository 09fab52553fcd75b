import type { Machine } from "../machine.ts";
import { humanSize } from "../size.ts";
import type {
  Bcache,
  BlockDevice,
  CacheSet,
  Filesystem,
  Holder,
  Partition,
  Raid,
  VolumeGroup,
} from "../storage/device.ts";
import {
  availableOn,
  deviceName,
  groupRoom,
  groupSize,
  logicalVolumes,
  membersOf,
  partitionNumber,
  physicalVolumes,
} from "../storage/usage.ts";
import { API } from "./network-view.ts";

/** A filesystem as the API shows it. */
export function filesystemView({ fstype, label, uuid, mountPoint, mountOptions }: Filesystem) {
  return { fstype, label, uuid, mount_point: mountPoint, mount_options: mountOptions };
}

/** What belongs to a stack shows that in place of a filesystem. */
function contentView({ filesystem, member }: Holder) {
  if (filesystem !== null) return filesystemView(filesystem);
  if (member === null) return null;
  return { fstype: member.type, label: null, uuid: member.uuid, mount_point: null, mount_options: null };
}

function usedFor(machine: Machine, holder: Holder): string {
  const { filesystem, member } = holder;
  if (filesystem !== null) {
    const mounted = filesystem.mountPoint === null ? "" : ` mounted at ${filesystem.mountPoint}`;
    return `${filesystem.mountPoint === null ? "Unmounted " : ""}${filesystem.fstype} formatted filesystem${mounted}`;
  }
  if (member !== null) {
    const raid = machine.raids.get(member.id);
    switch (member.type) {
      case "lvm-pv":
        return `LVM volume for ${machine.volumeGroups.get(member.id)?.name ?? ""}`;
      case "raid":
        return `Active ${raid?.level ?? ""} device for ${raid?.name ?? ""}`;
      case "raid-spare":
        return `Spare ${raid?.level ?? ""} device for ${raid?.name ?? ""}`;
      case "bcache-backing":
        return `Backing device for ${machine.bcaches.get(member.id)?.name ?? ""}`;
      default:
        return `Cache device for ${machine.cacheSets.get(member.id)?.name ?? ""}`;
    }
  }
  const partitions = "partitions" in holder ? (holder.partitions?.length ?? 0) : 0;
  return partitions > 0 ? `GPT partitioned with ${partitions} partition${partitions > 1 ? "s" : ""}` : "Unused";
}

/** A partition as the API shows it. */
export function partitionView(machine: Machine, device: BlockDevice, partition: Partition) {
  return {
    id: partition.id,
    uuid: partition.uuid,
    path: `/dev/disk/by-dname/${deviceName(machine, device)}-part${partitionNumber(machine, device, partition)}`,
    size: partition.size,
    bootable: partition.bootable,
    tags: partition.tags,
    type: "partition",
    used_for: usedFor(machine, partition),
    filesystem: contentView(partition),
    device_id: device.id,
    system_id: machine.systemId,
    resource_uri: `${API}/nodes/${machine.systemId}/blockdevices/${device.id}/partition/${partition.id}`,
  };
}

/** A block device as the API shows it. */
export function blockDeviceView(machine: Machine, device: BlockDevice) {
  const available = availableOn(machine, device);
  const name = deviceName(machine, device);
  const isPhysical = device.type === "physical";
  return {
    id: device.id,
    name,
    type: device.type,
    path: `/dev/disk/by-dname/${name}`,
    id_path: isPhysical ? device.idPath : null,
    model: isPhysical ? device.model : null,
    serial: isPhysical ? device.serial : null,
    firmware_version: isPhysical ? device.firmware : null,
    size: device.size,
    block_size: device.blockSize,
    used_size: device.size - available,
    available_size: available,
    used_for: usedFor(machine, device),
    partition_table_type: device.partitions === null ? null : "GPT",
    partitions: (device.partitions ?? []).map((partition) => partitionView(machine, device, partition)),
    filesystem: contentView(device),
    tags: device.tags,
    numa_node: isPhysical ? device.numaNode : null,
    storage_pool: null,
    uuid: device.uuid,
    system_id: machine.systemId,
    resource_uri: `${API}/nodes/${machine.systemId}/blockdevices/${device.id}/`,
  };
}

function memberView(machine: Machine, holder: Holder) {
  if ("partitions" in holder) return blockDeviceView(machine, holder);
  const device = [...machine.disks.values()].find((disk) => disk.partitions?.includes(holder));
  return device === undefined ? null : partitionView(machine, device, holder);
}

/** A volume group as the API shows it. */
export function volumeGroupView(machine: Machine, group: VolumeGroup) {
  const size = groupSize(machine, group);
  const available = groupRoom(machine, group);
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
    devices: physicalVolumes(machine, group).map((volume) => memberView(machine, volume)),
    logical_volumes: logicalVolumes(machine, group).map((volume) => blockDeviceView(machine, volume)),
    system_id: machine.systemId,
    resource_uri: `${API}/nodes/${machine.systemId}/volume-group/${group.id}/`,
  };
}

/** A RAID as the API shows it. */
export function raidView(machine: Machine, raid: Raid) {
  const device = machine.disks.get(raid.deviceId);
  const of = (type: "raid" | "raid-spare") =>
    membersOf(machine, raid.id, type).map((each) => memberView(machine, each));
  return {
    id: raid.id,
    name: raid.name,
    uuid: raid.uuid,
    level: raid.level,
    size: device?.size ?? 0,
    human_size: humanSize(device?.size ?? 0),
    devices: of("raid"),
    spare_devices: of("raid-spare"),
    virtual_device: device === undefined ? null : blockDeviceView(machine, device),
    system_id: machine.systemId,
    resource_uri: `${API}/nodes/${machine.systemId}/raid/${raid.id}/`,
  };
}

/** A cached device as the API shows it. */
export function bcacheView(machine: Machine, bcache: Bcache) {
  const device = machine.disks.get(bcache.deviceId);
  const cacheSet = machine.cacheSets.get(bcache.cacheSetId);
  const [backing] = membersOf(machine, bcache.id, "bcache-backing");
  return {
    id: bcache.id,
    name: bcache.name,
    uuid: bcache.uuid,
    cache_mode: bcache.cacheMode,
    size: device?.size ?? 0,
    human_size: humanSize(device?.size ?? 0),
    backing_device: backing === undefined ? null : memberView(machine, backing),
    cache_set: cacheSet === undefined ? null : cacheSetView(machine, cacheSet),
    virtual_device: device === undefined ? null : blockDeviceView(machine, device),
    system_id: machine.systemId,
    resource_uri: `${API}/nodes/${machine.systemId}/bcache/${bcache.id}/`,
  };
}

/** A cache as the API shows it. */
export function cacheSetView(machine: Machine, { id, name }: CacheSet) {
  const [cache] = membersOf(machine, id, "bcache-cache");
  return {
    id,
    name,
    cache_device: cache === undefined ? null : memberView(machine, cache),
    system_id: machine.systemId,
    resource_uri: `${API}/nodes/${machine.systemId}/bcache-cache-set/${id}/`,
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
