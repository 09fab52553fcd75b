import type { SourcePosition, YamlEntry, YamlMap, YamlNode } from "../../../yaml/node.ts";
import {
  closeMap,
  isNothing,
  listOf,
  type MapDraft,
  mapOf,
  openMap,
  putEntry,
  takeEntry,
  textAt,
  textOf,
  valueAt,
} from "../../reading/map-draft.ts";
import { fieldBelow, memberPath } from "../../reading/names.ts";
import type { ItemContext } from "../item-context.ts";

const filesystemFields: readonly string[] = ["mountpoint", "fstype", "mount_options", "fs_uuid", "fs_label"];
/** Where partitions belong. */
export const devicesPath = "storage.physical_devices";

interface Disk {
  readonly at: SourcePosition;
  readonly partitions: YamlNode[];
}

/** Partitions listed beside the disks (`storage.partitions`), each naming its device, are put under that device. */
export function movePartitions(storage: MapDraft, item: ItemContext): void {
  const listed = valueAt(storage, "partitions");
  if (listed?.kind !== "list") return;
  const written = valueAt(storage, "physical_devices");
  // Devices that can't be read are the engine's to report, with the partitions they stand in the way of.
  if (!isNothing(written) && written?.kind !== "list") return;
  const entry = takeEntry(storage, "partitions");
  const disks = new Map<string, Disk>();
  for (const member of listed.items) {
    const fields = openMap(member);
    if (fields === undefined) {
      reportNoMapping(member, item);
      continue;
    }
    const found = diskOf(fields, storage, item);
    if (found === undefined) continue;
    const disk = disks.get(found.device) ?? { at: found.at, partitions: [] };
    disk.partitions.push(withFilesystem(fields, found.device, item));
    disks.set(found.device, disk);
  }
  if (disks.size === 0 || entry === undefined) return;
  const devices = (written?.kind === "list" ? written.items : []).map((device) => withMore(device, disks));
  for (const [name, { at, partitions }] of disks) devices.push(deviceOf(name, at, partitions, listed.position));
  const keyPosition = entry.keyPosition;
  putEntry(storage, { key: "physical_devices", keyPosition, value: listOf(devices, listed.position) });
  item.note(devicesPath, "partitions stand under their device");
}

/** A disk already listed takes the partitions that name it, as far as it has its own as a list. */
function withMore(device: YamlNode, disks: Map<string, Disk>): YamlNode {
  const fields = openMap(device);
  const name = fields && textOf(valueAt(fields, "name"));
  const disk = name === undefined ? undefined : disks.get(name);
  if (fields === undefined || name === undefined || disk === undefined) return device;
  const own = valueAt(fields, "partitions");
  if (!isNothing(own) && own?.kind !== "list") return device;
  disks.delete(name);
  const all = [...(own?.kind === "list" ? own.items : []), ...disk.partitions];
  putEntry(fields, { key: "partitions", keyPosition: disk.at, value: listOf(all, own?.position ?? disk.at) });
  return closeMap(fields);
}

function deviceOf(
  name: string,
  at: SourcePosition,
  partitions: readonly YamlNode[],
  position: SourcePosition,
): YamlMap {
  const entries: YamlEntry[] = [
    { key: "name", keyPosition: at, value: textAt(name, at) },
    { key: "partitions", keyPosition: position, value: listOf(partitions, position) },
  ];
  return { kind: "map", entries, position: at };
}

/** The disk of a partition: the one it names, the one it is inherited on, or the boot drive. */
function diskOf(
  partition: MapDraft,
  storage: MapDraft,
  item: ItemContext,
): { readonly device: string; readonly at: SourcePosition } | undefined {
  const written = takeEntry(partition, "device")?.value;
  const named = textOf(written);
  const name = (textOf(valueAt(partition, "name")) ?? "").replace(/^!/, "");
  const inherited = name === "" ? undefined : item.inheritedDevice(name);
  if (named !== undefined && named !== "" && written !== undefined) {
    if (inherited !== undefined && inherited.device !== named) reportMoved(name, written, inherited.device, item);
    return { device: named, at: written.position };
  }
  const at = valueAt(partition, "name")?.position ?? partition.position;
  if (inherited !== undefined) return { device: inherited.device, at };
  const bootDrive = mapOf(storage, "boot_drive");
  const boot = textOf(bootDrive && valueAt(bootDrive, "device")) ?? item.inheritedDevice()?.device;
  if (boot !== undefined) {
    item.note(
      memberPath(fieldBelow(memberPath(devicesPath, boot), "partitions"), name),
      "on the boot drive, naming no device",
    );
    return { device: boot, at };
  }
  if (item.complete) {
    item.report({
      rule: "missing-field",
      severity: "error",
      message: "found a partition without a device, expected the alias or name of its disk",
      hint: "add device:, or boot_drive.device beside the partitions",
      at: partition.position,
      field: devicesPath,
    });
  }
  return undefined;
}

function reportMoved(name: string, written: YamlNode, device: string, item: ItemContext): void {
  item.report({
    rule: "moved-partition",
    severity: "error",
    message: `found partition ${JSON.stringify(name)} on another device than the inherited one of that name, which is on ${JSON.stringify(device)}`,
    hint: "give the partition another name, or leave the device to the profile",
    at: written.position,
    field: devicesPath,
  });
}

function reportNoMapping(member: YamlNode, item: ItemContext): void {
  if (isNothing(member) && !item.complete) return;
  item.report({
    rule: "wrong-type",
    severity: "error",
    message: "found a partition that is no mapping, expected name, device and size",
    hint: 'write "- name: …" and its other fields below, or remove the line',
    at: member.position,
    field: devicesPath,
  });
}

function withFilesystem(partition: MapDraft, device: string, item: ItemContext): YamlMap {
  const entries: YamlEntry[] = [];
  for (const key of filesystemFields) {
    for (const written of [key, `!${key}`]) {
      const entry = takeEntry(partition, written);
      if (entry !== undefined) entries.push(entry);
    }
  }
  const [first] = entries;
  if (first !== undefined && valueAt(partition, "filesystem") === undefined) {
    const position = first.keyPosition;
    putEntry(partition, { key: "filesystem", keyPosition: position, value: { kind: "map", entries, position } });
    const name = textOf(valueAt(partition, "name")) ?? "";
    const path = memberPath(fieldBelow(memberPath(devicesPath, device), "partitions"), name);
    item.note(fieldBelow(path, "filesystem"), "mountpoint and the like are the filesystem of a partition");
  } else for (const entry of entries) putEntry(partition, entry);
  return closeMap(partition);
}
