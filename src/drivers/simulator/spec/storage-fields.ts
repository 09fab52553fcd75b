import type { FilesystemSpec, StorageSpec } from "../../../../gen/bedplate/driver/v1/server_spec_pb.js";
import { put, quoted } from "./quoted.ts";

/** The storage of a specification as fields by their paths, such as `storage.disks["sda"].partitions["logs"].size`. */
export function storageFields(storage: StorageSpec | undefined): Record<string, string> {
  const fields: Record<string, string> = {};
  if (storage === undefined) return fields;
  put(fields, "storage.layout", storage.layout);
  put(fields, "storage.boot_device", storage.bootDevice);
  put(fields, "storage.root_size", storage.rootSize);
  put(fields, "storage.boot_size", storage.bootSize);
  for (const { device, volumeGroup, partitions, raid, raidSpare } of storage.disks) {
    const at = `storage.disks[${quoted(device)}]`;
    fields[`${at}.device`] = device;
    put(fields, `${at}.volume_group`, volumeGroup);
    put(fields, `${at}.raid`, raid);
    put(fields, `${at}.raid_spare`, raidSpare);
    for (const [index, part] of partitions.entries()) {
      const on = `${at}.partitions[${quoted(part.name || String(index))}]`;
      put(fields, `${on}.name`, part.name);
      put(fields, `${on}.size`, part.size);
      put(fields, `${on}.part_uuid`, part.partUuid);
      put(fields, `${on}.bootable`, part.bootable);
      put(fields, `${on}.volume_group`, part.volumeGroup);
      put(fields, `${on}.raid`, part.raid);
      put(fields, `${on}.raid_spare`, part.raidSpare);
      filesystemFields(fields, `${on}.filesystem`, part.filesystem);
    }
  }
  for (const { name, vgUuid, logicalVolumes } of storage.volumeGroups) {
    const at = `storage.volume_groups[${quoted(name)}]`;
    fields[`${at}.name`] = name;
    put(fields, `${at}.vg_uuid`, vgUuid);
    for (const volume of logicalVolumes) {
      const on = `${at}.logical_volumes[${quoted(volume.name)}]`;
      put(fields, `${on}.name`, volume.name);
      put(fields, `${on}.size`, volume.size);
      put(fields, `${on}.lv_uuid`, volume.lvUuid);
      filesystemFields(fields, `${on}.filesystem`, volume.filesystem);
    }
  }
  for (const raid of storage.raids) {
    const at = `storage.raids[${quoted(raid.name)}]`;
    fields[`${at}.name`] = raid.name;
    put(fields, `${at}.level`, raid.level);
    put(fields, `${at}.uuid`, raid.uuid);
    put(fields, `${at}.volume_group`, raid.volumeGroup);
    filesystemFields(fields, `${at}.filesystem`, raid.filesystem);
  }
  return fields;
}

function filesystemFields(fields: Record<string, string>, at: string, filesystem: FilesystemSpec | undefined): void {
  if (filesystem === undefined) return;
  put(fields, `${at}.mountpoint`, filesystem.mountpoint);
  put(fields, `${at}.fstype`, filesystem.fstype);
  put(fields, `${at}.mount_options`, filesystem.mountOptions);
  put(fields, `${at}.fs_uuid`, filesystem.fsUuid);
  put(fields, `${at}.fs_label`, filesystem.fsLabel);
}
