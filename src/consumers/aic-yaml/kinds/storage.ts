import {
  closeFields,
  closeList,
  type Fields,
  type Located,
  type NoteConversion,
  openFields,
  openList,
  rename,
  rewrite,
  rewriteFields,
  rewriteMembers,
  scalar,
} from "../located.ts";
import { namedMembers } from "../named-members.ts";
import type { Problems } from "../problems.ts";

const filesystemFields: readonly string[] = ["mountpoint", "fstype", "mount_options", "fs_uuid", "fs_label"];

/** Rewrites storage: the boot drive's earlier names, partitions listed apart from their disk, and mappings by name. */
export function convertStorage(value: Located, note: NoteConversion, problems: Problems): Located {
  return rewriteFields(value, (storage) => {
    rename(storage, "bootdisk", "boot_drive", note);
    rewrite(storage, "boot_drive", (drive) =>
      rewriteFields(drive, (fields) => {
        rename(fields, "bootsize", "boot_size", note);
        rename(fields, "rootsize", "root_size", note);
      }),
    );
    rewrite(storage, "physical_devices", (devices) =>
      rewriteMembers(namedMembers(devices, "name"), (device) =>
        rewriteFields(device, (fields) =>
          rewrite(fields, "partitions", (partitions) => namedMembers(partitions, "name")),
        ),
      ),
    );
    rewrite(storage, "volume_groups", (groups) =>
      rewriteMembers(namedMembers(groups, "name"), (group) =>
        rewriteFields(group, (fields) =>
          rewrite(fields, "logical_volumes", (volumes) => namedMembers(volumes, "name")),
        ),
      ),
    );
    movePartitions(storage, note, problems);
  });
}

/** `storage.partitions` names a device in each member: they are put under that device. */
function movePartitions(storage: Fields, note: NoteConversion, problems: Problems): void {
  const listed = storage.values.get("partitions");
  const list = openList(listed);
  if (listed === undefined || list === undefined) return;
  storage.values.delete("partitions");
  const bootDevice = openFields(storage.values.get("boot_drive"))?.values.get("device");
  const byDevice = new Map<string, { device: Located; partitions: Located[] }>();
  for (const member of list.values) {
    const fields = openFields(member);
    if (fields === undefined) continue;
    const device = fields.values.get("device") ?? bootDevice;
    if (typeof device?.tree !== "string") {
      problems.add({
        rule: "missing-field",
        severity: "error",
        message: "found a partition without a device, expected the alias or name of its disk",
        hint: "add device:, or boot_drive.device beside the partitions",
        at: member.source,
        field: "storage.physical_devices",
      });
      continue;
    }
    fields.values.delete("device");
    const group = byDevice.get(device.tree) ?? { device, partitions: [] };
    group.partitions.push(closeFields(withFilesystem(fields)));
    byDevice.set(device.tree, group);
  }
  if (byDevice.size === 0) return;
  const devices = [...(openList(storage.values.get("physical_devices"))?.values ?? [])];
  for (const { device, partitions } of byDevice.values()) {
    const name = scalar(typeof device.tree === "string" ? device.tree : "", device.source);
    devices.push(
      closeFields({
        values: new Map([
          ["name", name],
          ["partitions", closeList(partitions, listed.source)],
        ]),
        source: listed.source,
      }),
    );
  }
  storage.values.set("physical_devices", closeList(devices, listed.source));
  note({ field: "storage.physical_devices", message: "partitions stand under their device" });
}

function withFilesystem(partition: Fields): Fields {
  const values = new Map<string, Located>();
  for (const key of filesystemFields) {
    const value = partition.values.get(key);
    if (value === undefined) continue;
    partition.values.delete(key);
    values.set(key, value);
  }
  if (values.size > 0) partition.values.set("filesystem", closeFields({ values, source: partition.source }));
  return partition;
}
