import { type DescField, type DescMessage, isFieldSet, type Message } from "@bufbuild/protobuf";
import { expect } from "vitest";
import {
  DiskSpecSchema,
  FilesystemSpecSchema,
  LogicalVolumeSpecSchema,
  PartitionSpecSchema,
  RaidSpecSchema,
  type StorageSpec,
  StorageSpecSchema,
  VolumeGroupSpecSchema,
} from "../../gen/bedplate/driver/v1/server_spec_pb.js";
import type { Lab } from "./maas-lab.ts";
import { at, named } from "./maas-specs.ts";

const MIB = 2n ** 20n;

/** The disks behind the aliases of the site, as its world has them. */
const DISKS: Readonly<Record<string, string>> = {
  ...{ disk1: "sda", disk2: "sdb", disk3: "sdc", disk4: "sdd", disk5: "sde", disk6: "sdf" },
};

/** What MAAS has of a machine's storage, as its API tells. */
export interface FoundStorage {
  readonly machine: unknown;
  readonly devices: readonly unknown[];
  readonly groups: readonly unknown[];
  readonly raids: readonly unknown[];
}

/** A message of the specification and what MAAS has for it. `total` and `others` are what a size of it is of, in bytes. */
interface Pair {
  readonly schema: DescMessage;
  readonly message: Message;
  readonly found: unknown;
  readonly total?: bigint;
  readonly others?: bigint;
}

/** Reads what MAAS has of a machine. */
export async function readStorage(lab: Lab, name: string): Promise<FoundStorage> {
  const [machine] = (await lab.read(`machines/?hostname=${name}`)) as unknown[];
  const base = `nodes/${String(at(machine, "system_id"))}`;
  const list = async (path: string) => (await lab.read(`${base}/${path}/`)) as unknown[];
  const [devices, groups, raids] = [await list("blockdevices"), await list("volume-groups"), await list("raids")];
  return { machine, devices, groups, raids };
}

function listAt(value: unknown, key: string): readonly unknown[] {
  const list = at(value, key);
  if (!Array.isArray(list)) throw new Error(`${key} is no list`);
  return list;
}

const sizeOf = (value: unknown) => BigInt(String(at(value, "size")));
const idsOf = (value: unknown, key: string) =>
  listAt(value, key).map((each) => `${at(each, "type")} ${at(each, "id")}`);
/** Whether something is a member; of a boot disk its one partition is. */
const has = (value: unknown, key: string, member: unknown): boolean => {
  const ids = idsOf(value, key);
  const only = at(member, "type") === "physical" ? listAt(member, "partitions") : [];
  return [member, ...(only.length === 1 ? only : [])].some((each) =>
    ids.includes(`${at(each, "type")} ${at(each, "id")}`),
  );
};

/** Every message of a specification, with its counterpart. */
function pairs(storage: StorageSpec, found: FoundStorage): Pair[] {
  const all: Pair[] = [{ schema: StorageSpecSchema, message: storage, found }];
  const add = (schema: DescMessage, message: Message | undefined, counterpart: unknown, more: Partial<Pair> = {}) => {
    if (message !== undefined) all.push({ schema, message, found: counterpart, ...more });
  };
  for (const disk of storage.disks) {
    const device = named(found.devices, DISKS[disk.device] ?? disk.device);
    add(DiskSpecSchema, disk, device);
    for (const [index, partition] of disk.partitions.entries()) {
      const made = listAt(device, "partitions")[index];
      const others = listAt(device, "partitions").reduce<bigint>((sum, part) => sum + sizeOf(part), -sizeOf(made));
      add(PartitionSpecSchema, partition, made, { total: sizeOf(device), others });
      add(FilesystemSpecSchema, partition.filesystem, at(made, "filesystem"));
    }
  }
  for (const raid of storage.raids) {
    const made = named(found.raids, raid.name);
    add(RaidSpecSchema, raid, made);
    add(FilesystemSpecSchema, raid.filesystem, at(at(made, "virtual_device"), "filesystem"));
  }
  for (const group of storage.volumeGroups) {
    const made = named(found.groups, group.name);
    add(VolumeGroupSpecSchema, group, made);
    for (const volume of group.logicalVolumes) {
      const device = named(found.devices, `${group.name}-${volume.name}`);
      const others = listAt(made, "logical_volumes").reduce<bigint>((sum, each) => sum + sizeOf(each), -sizeOf(device));
      add(LogicalVolumeSpecSchema, volume, device, { total: sizeOf(made), others });
      add(FilesystemSpecSchema, volume.filesystem, at(device, "filesystem"));
    }
  }
  return all;
}

/** The bytes of a size, by a reading of its own. */
function bytesOf(size: string, total: bigint): bigint {
  const [, whole, tenth = "0", unit = ""] = /^>?(\d+)(?:\.(\d))?(%|g|gi|mi)$/.exec(size) ?? [];
  if (whole === undefined) throw new Error(`the test does not read the size ${size}`);
  const tenths = BigInt(`${whole}${tenth}`);
  if (unit === "%") return (total * tenths) / 1000n;
  return (tenths * (unit === "g" ? 10n ** 9n : unit === "gi" ? 2n ** 30n : 2n ** 20n)) / 10n;
}

function checkSize(size: string, found: unknown, total = 0n, others = 0n): void {
  const least = bytesOf(size, total);
  const bytes = sizeOf(found);
  if (size.startsWith(">")) {
    expect(bytes).toBeGreaterThanOrEqual(least);
    // All that is left but 4 MiB; what the table takes and rounding are below 12 MiB more.
    expect(total - others - bytes).toBeGreaterThanOrEqual(4n * MIB);
    expect(total - others - bytes).toBeLessThan(16n * MIB);
  } else {
    expect(bytes).toBe(least - (least % (4n * MIB)));
  }
}

const rootOf = ({ devices }: FoundStorage) =>
  devices.find((device) => at(at(device, "filesystem"), "mount_point") === "/") ??
  devices
    .flatMap((device) => listAt(device, "partitions"))
    .find((part) => at(at(part, "filesystem"), "mount_point") === "/");

/** Checks a field of a message that has it against what MAAS has. */
type Row = (value: never, found: never, state: FoundStorage, pair: Pair) => void;

const inGroup = (group: string, found: unknown, { groups }: FoundStorage) =>
  expect(has(named(groups, group), "devices", found)).toBe(true);
const inRaid = (raid: string, found: unknown, { raids }: FoundStorage) => {
  const made = named(raids, raid);
  expect(has(made, "devices", found) || has(made, "spare_devices", found)).toBe(true);
};
const isSpare = (_spare: boolean, found: unknown, { raids }: FoundStorage, { message }: Pair) =>
  expect(has(named(raids, String(at(message, "raid"))), "spare_devices", found)).toBe(true);
const holdsFilesystem = (_filesystem: unknown, found: unknown) => expect(at(found, "filesystem")).not.toBeNull();

/** How each field of storage is found again in MAAS. A field of the contract that has no row here fails the test. */
export const ROWS: Readonly<Record<string, Row>> = {
  "StorageSpec.layout": (layout: string, state: FoundStorage) => {
    const root = rootOf(state);
    expect(at(root, "type")).toBe(layout === "lvm" ? "virtual" : "partition");
    expect(at(root, "name")).toBe("vgroot-lvroot");
  },
  "StorageSpec.boot_device": (device: string, { machine }: FoundStorage) =>
    expect(at(at(machine, "boot_disk"), "name")).toBe(DISKS[device] ?? device),
  "StorageSpec.root_size": (size: string, { groups }: FoundStorage) =>
    checkSize(size, listAt(named(groups, "vgroot"), "devices")[0]),
  "StorageSpec.boot_size": (size: string, { machine }: FoundStorage) => {
    const partitions = listAt(at(machine, "boot_disk"), "partitions");
    checkSize(
      size,
      partitions.find((part) => at(at(part, "filesystem"), "mount_point") === "/boot"),
    );
  },
  "StorageSpec.disks": (disks: readonly unknown[], { devices }: FoundStorage) =>
    expect(devices.filter((each) => at(each, "type") === "physical").length).toBeGreaterThanOrEqual(disks.length),
  "StorageSpec.volume_groups": (wanted: readonly { name: string }[], { groups }: FoundStorage) => {
    const names = groups.map((group) => at(group, "name"));
    expect(names).toEqual(expect.arrayContaining(wanted.map(({ name }) => name)));
  },
  "StorageSpec.raids": (wanted: readonly { name: string }[], { raids }: FoundStorage) =>
    expect(raids.map((raid) => at(raid, "name"))).toEqual(expect.arrayContaining(wanted.map(({ name }) => name))),
  "DiskSpec.device": (device: string, found: unknown) => expect(at(found, "name")).toBe(DISKS[device] ?? device),
  "DiskSpec.volume_group": inGroup,
  "DiskSpec.partitions": (wanted: readonly unknown[], found: unknown) =>
    expect(listAt(found, "partitions")).toHaveLength(wanted.length),
  "DiskSpec.raid": inRaid,
  "DiskSpec.raid_spare": isSpare,
  // MAAS has no names of partitions: they are told apart by their order.
  "PartitionSpec.name": (_name: string, found: unknown) => expect(at(found, "type")).toBe("partition"),
  "PartitionSpec.size": (size: string, found: unknown, _state: FoundStorage, { total, others }: Pair) =>
    checkSize(size, found, total, others),
  "PartitionSpec.part_uuid": (uuid: string, found: unknown) => expect(at(found, "uuid")).toBe(uuid),
  "PartitionSpec.bootable": (bootable: boolean, found: unknown) => expect(at(found, "bootable")).toBe(bootable),
  "PartitionSpec.volume_group": inGroup,
  "PartitionSpec.filesystem": holdsFilesystem,
  "PartitionSpec.raid": inRaid,
  "PartitionSpec.raid_spare": isSpare,
  "FilesystemSpec.mountpoint": (place: string, found: unknown) => expect(at(found, "mount_point")).toBe(place),
  "FilesystemSpec.fstype": (type: string, found: unknown) => expect(at(found, "fstype")).toBe(type),
  "FilesystemSpec.mount_options": (options: string, found: unknown) =>
    expect(at(found, "mount_options") || "defaults").toBe(options),
  "FilesystemSpec.fs_uuid": (uuid: string, found: unknown) => expect(at(found, "uuid")).toBe(uuid),
  "FilesystemSpec.fs_label": (label: string, found: unknown) => expect(at(found, "label")).toBe(label),
  "VolumeGroupSpec.name": (name: string, found: unknown) => expect(at(found, "name")).toBe(name),
  "VolumeGroupSpec.vg_uuid": (uuid: string, found: unknown) => expect(at(found, "uuid")).toBe(uuid),
  "VolumeGroupSpec.logical_volumes": (wanted: readonly unknown[], found: unknown) =>
    expect(listAt(found, "logical_volumes")).toHaveLength(wanted.length),
  "LogicalVolumeSpec.name": (name: string, found: unknown) =>
    expect(String(at(found, "name")).endsWith(`-${name}`)).toBe(true),
  "LogicalVolumeSpec.size": (size: string, found: unknown, _state: FoundStorage, { total, others }: Pair) =>
    checkSize(size, found, total, others),
  "LogicalVolumeSpec.lv_uuid": (uuid: string, found: unknown) => expect(at(found, "uuid")).toBe(uuid),
  "LogicalVolumeSpec.filesystem": holdsFilesystem,
  "RaidSpec.name": (name: string, found: unknown) => expect(at(at(found, "virtual_device"), "name")).toBe(name),
  "RaidSpec.level": (level: string, found: unknown) => expect(at(found, "level")).toBe(level),
  "RaidSpec.uuid": (uuid: string, found: unknown) => expect(at(found, "uuid")).toBe(uuid),
  "RaidSpec.volume_group": (group: string, found: unknown, { groups }: FoundStorage) =>
    expect(has(named(groups, group), "devices", at(found, "virtual_device"))).toBe(true),
  "RaidSpec.filesystem": (_filesystem: unknown, found: unknown) =>
    expect(at(at(found, "virtual_device"), "filesystem")).not.toBeNull(),
};

/** The row of a field. */
export const keyOf = (field: DescField) => `${field.parent.name}.${field.name}`;

/** The fields of a message and of all messages in it. */
export function fieldsOf(schema: DescMessage, known = new Set<DescMessage>()): DescField[] {
  if (known.has(schema)) return [];
  known.add(schema);
  return schema.fields.flatMap((field) => [field, ...(field.message ? fieldsOf(field.message, known) : [])]);
}

/** Checks every field a specification says against what MAAS has; gives the rows of those. */
export function checkStorage(storage: StorageSpec, state: FoundStorage): ReadonlySet<string> {
  const checked = new Set<string>();
  for (const pair of pairs(storage, state)) {
    for (const field of pair.schema.fields.filter((each) => isFieldSet(pair.message, each))) {
      const value = Reflect.get(pair.message, field.localName) as never;
      (ROWS[keyOf(field)] as Row)(value, pair.found as never, state, pair);
      checked.add(keyOf(field));
    }
  }
  return checked;
}
