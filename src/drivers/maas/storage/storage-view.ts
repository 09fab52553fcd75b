import { answeredList, type Json, number, object, objects, text } from "../client/json.ts";
import type { MaasClient } from "../client/maas-client.ts";
import type { Machine } from "../server/machine.ts";
import { type BlockDevice, bytes, type Partition, readBlockDevice } from "./block-device.ts";

/** Devices and partitions that something is made of, by id. */
export interface Members {
  readonly diskIds: readonly number[];
  readonly partitionIds: readonly number[];
}

/** A volume group as MAAS has it. */
export interface VolumeGroup extends Members {
  readonly id: number;
  readonly name: string;
  readonly uuid: string;
  readonly size: bigint;
  /** Ids of the block devices of its logical volumes. */
  readonly volumeIds: readonly number[];
}

/** A software RAID as MAAS has it. */
export interface Raid extends Members {
  readonly id: number;
  readonly name: string;
  readonly uuid: string;
  readonly level: string;
  readonly spares: Members;
  /** Id of its block device. */
  readonly deviceId: number;
}

/** A cached device as MAAS has it. */
export interface Bcache extends Members {
  readonly id: number;
  readonly name: string;
  readonly cacheSetId: number;
  readonly deviceId: number;
}

/** The cache of cached devices. */
export interface CacheSet extends Members {
  readonly id: number;
  readonly name: string;
}

/** What is made of a machine's disks. */
export interface Stacks {
  readonly groups: readonly VolumeGroup[];
  readonly raids: readonly Raid[];
  readonly bcaches: readonly Bcache[];
  readonly cacheSets: readonly CacheSet[];
}

/** A machine with all its storage. */
export interface StorageState extends Stacks {
  readonly machine: Machine;
}

/** What storage is compared from. */
export interface StorageView extends StorageState {
  /** The disk each device of the specification means. */
  readonly bound: ReadonlyMap<string, BlockDevice>;
}

/**
 * Reads what is made of a machine's disks. The machine's own JSON may name groups and arrays without telling of them, so each
 * is read from its collection, unless the machine says that it has none.
 */
export async function readStorageState(
  client: MaasClient,
  machine: Machine,
  needsRaids: boolean,
): Promise<StorageState> {
  const base = `nodes/${encodeURIComponent(machine.systemId)}/`;
  const list = async (isThere: boolean, name: string): Promise<Json[]> => {
    if (!isThere) return [];
    const path = `${base}${name}/`;
    return answeredList(await client.get({ path }), path, client.target.instance);
  };
  const { stacks } = machine;
  const hasStub = machine.disks.some(({ isStub }) => isStub);
  const [devices, groups, raids, bcaches, cacheSets] = await Promise.all([
    list(hasStub, "blockdevices"),
    list(stacks.groups ?? true, "volume-groups"),
    list(stacks.raids ?? needsRaids, "raids"),
    list(stacks.bcaches ?? false, "bcaches"),
    list(stacks.cacheSets ?? false, "bcache-cache-sets"),
  ]);
  return {
    machine: hasStub ? { ...machine, disks: devices.map(readBlockDevice) } : machine,
    groups: groups.map(readGroup),
    raids: raids.map(readRaid),
    bcaches: bcaches.map(readBcache),
    cacheSets: cacheSets.map(readCacheSet),
  };
}

function readGroup(json: Json): VolumeGroup {
  return {
    id: number(json.id),
    name: text(json.name),
    uuid: text(json.uuid),
    size: bytes(json.size),
    volumeIds: objects(json.logical_volumes).map(({ id }) => number(id)),
    ...members(objects(json.devices)),
  };
}

function readRaid(json: Json): Raid {
  return {
    id: number(json.id),
    name: text(json.name),
    uuid: text(json.uuid),
    level: text(json.level),
    deviceId: number(object(json.virtual_device).id),
    ...members(objects(json.devices)),
    spares: members(objects(json.spare_devices)),
  };
}

function readBcache(json: Json): Bcache {
  return {
    id: number(json.id),
    name: text(json.name),
    cacheSetId: number(object(json.cache_set).id),
    deviceId: number(object(json.virtual_device).id),
    ...members([object(json.backing_device)]),
  };
}

function readCacheSet(json: Json): CacheSet {
  return { id: number(json.id), name: text(json.name), ...members([object(json.cache_device)]) };
}

/** Sorts devices into disks and partitions; what MAAS only names is told by how it names it. */
export function members(devices: readonly Json[]): Members {
  const known = devices.filter(({ id }) => id !== undefined);
  const ids = (wanted: boolean) => known.filter((each) => isPartition(each) === wanted).map(({ id }) => number(id));
  return { diskIds: ids(false), partitionIds: ids(true) };
}

function isPartition({ type, device_id: disk, resource_uri: uri, path }: Json): boolean {
  if (text(type) !== "") return type === "partition";
  return disk !== undefined || /\/partition\/\d+/.test(text(uri)) || /-part\d+$/.test(text(path));
}

/** The device of a group's logical volume by the volume's name; MAAS puts the group's name in front. */
export function volumeNamed(state: StorageState, group: VolumeGroup, name: string): BlockDevice | undefined {
  return volumesOf(state, group).find((volume) => volumeName(group, volume) === name);
}

/** The devices of a group's logical volumes. */
export function volumesOf({ machine }: StorageState, { volumeIds }: VolumeGroup): BlockDevice[] {
  return machine.disks.filter(({ id }) => volumeIds.includes(id));
}

/** A logical volume's name without its group's. */
export function volumeName(group: VolumeGroup, volume: BlockDevice): string {
  return volume.name.startsWith(`${group.name}-`) ? volume.name.slice(group.name.length + 1) : volume.name;
}

/** A device of a machine by id. */
export function deviceById({ machine }: StorageState, id: number): BlockDevice | undefined {
  return machine.disks.find((disk) => disk.id === id);
}

/** The block device of a RAID; by its name where MAAS doesn't say which it is. */
export function raidDevice(state: StorageState, { deviceId, name }: Raid): BlockDevice | undefined {
  const named = (disk: BlockDevice) => deviceId === 0 && disk.type === "virtual" && disk.name === name;
  return deviceById(state, deviceId) ?? state.machine.disks.find(named);
}

/** Where requests about a machine's storage go. */
export function storagePath({ machine }: StorageState, rest: string): string {
  return `nodes/${machine.systemId}/${rest}`;
}

/** Where requests about a partition go: the one kind of item without a slash at its end. */
export function partitionPath(state: StorageState, disk: BlockDevice, { id }: Partition): string {
  return storagePath(state, `blockdevices/${disk.id}/partition/${id}`);
}
