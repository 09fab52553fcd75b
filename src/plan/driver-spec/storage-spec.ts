import type {
  DiskSpecSchema,
  FilesystemSpecSchema,
  LogicalVolumeSpecSchema,
  PartitionSpecSchema,
  RaidSpecSchema,
  StorageSpecSchema,
  VolumeGroupSpecSchema,
} from "../../../gen/bedplate/driver/v1/server_spec_pb.js";
import type { TreeMap } from "../../design/tree.ts";
import { flagAt, mapAt, mapsAt, textAt } from "../read-tree.ts";
import type { Init } from "./init.ts";
import { present } from "./present.ts";

type StorageInit = Init<typeof StorageSpecSchema>;
type DiskInit = Init<typeof DiskSpecSchema>;
type RaidInit = Init<typeof RaidSpecSchema>;
type PartitionInit = Init<typeof PartitionSpecSchema>;
type FilesystemInit = Init<typeof FilesystemSpecSchema>;
type VolumeGroupInit = Init<typeof VolumeGroupSpecSchema>;
type LogicalVolumeInit = Init<typeof LogicalVolumeSpecSchema>;

/** The driver's form of a host's storage; undefined when the design says nothing about it. */
export function storageSpec(storage: TreeMap): StorageInit | undefined {
  const boot = mapAt(storage, "boot_drive");
  const spec = present<StorageInit>({
    layout: textAt(storage, "layout"),
    bootDevice: textAt(boot, "device"),
    rootSize: textAt(boot, "root_size"),
    bootSize: textAt(boot, "boot_size"),
    disks: mapsAt(storage, "physical_devices").map(diskSpec),
    volumeGroups: mapsAt(storage, "volume_groups").map(volumeGroupSpec),
    raids: mapsAt(storage, "raids").map(raidSpec),
  });
  return Object.keys(spec).length === 0 ? undefined : spec;
}

function diskSpec(device: TreeMap): DiskInit {
  return present<DiskInit>({
    device: textAt(device, "name"),
    volumeGroup: textAt(device, "volume_group"),
    partitions: mapsAt(device, "partitions").map(partitionSpec),
    raid: textAt(device, "raid"),
    raidSpare: flagAt(device, "raid_spare"),
  });
}

function partitionSpec(partition: TreeMap): PartitionInit {
  return present<PartitionInit>({
    name: textAt(partition, "name"),
    size: textAt(partition, "size"),
    partUuid: textAt(partition, "part_uuid"),
    bootable: flagAt(partition, "bootable"),
    volumeGroup: textAt(partition, "volume_group"),
    filesystem: filesystemSpec(mapAt(partition, "filesystem")),
    raid: textAt(partition, "raid"),
    raidSpare: flagAt(partition, "raid_spare"),
  });
}

function raidSpec(raid: TreeMap): RaidInit {
  return present<RaidInit>({
    name: textAt(raid, "name"),
    level: textAt(raid, "level"),
    uuid: textAt(raid, "uuid"),
    volumeGroup: textAt(raid, "volume_group"),
    filesystem: filesystemSpec(mapAt(raid, "filesystem")),
  });
}

function volumeGroupSpec(group: TreeMap): VolumeGroupInit {
  return present<VolumeGroupInit>({
    name: textAt(group, "name"),
    vgUuid: textAt(group, "vg_uuid"),
    logicalVolumes: mapsAt(group, "logical_volumes").map(logicalVolumeSpec),
  });
}

function logicalVolumeSpec(volume: TreeMap): LogicalVolumeInit {
  return present<LogicalVolumeInit>({
    name: textAt(volume, "name"),
    size: textAt(volume, "size"),
    lvUuid: textAt(volume, "lv_uuid"),
    filesystem: filesystemSpec(mapAt(volume, "filesystem")),
  });
}

function filesystemSpec(filesystem: TreeMap): FilesystemInit {
  return present<FilesystemInit>({
    mountpoint: textAt(filesystem, "mountpoint"),
    fstype: textAt(filesystem, "fstype"),
    mountOptions: textAt(filesystem, "mount_options"),
    fsUuid: textAt(filesystem, "fs_uuid"),
    fsLabel: textAt(filesystem, "fs_label"),
  });
}
