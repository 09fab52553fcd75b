import type { EffectiveItem } from "../design/effective-item.ts";
import { bytesTaken, leastBytes, parseBytes, parseSizeExpression } from "../design/size.ts";
import type { TreeMap } from "../design/tree.ts";
import type { StorageArea, StoragePart, StorageParts } from "./storage-parts.ts";
import { membersAt, textAt } from "./tree-access.ts";

/** A part that doesn't fit, and the room there was. */
export interface Overflow {
  readonly area: StorageArea;
  readonly part: StoragePart;
  /** Bytes of the disk or group as a whole. */
  readonly total: bigint;
  /** Bytes that were left for the part. */
  readonly available: bigint;
}

/** The capacities, in bytes, of the disks a hardware profile knows them of, by alias. */
export function diskSizes(profile: EffectiveItem): ReadonlyMap<string, bigint> {
  const sizes = new Map<string, bigint>();
  for (const device of membersAt(profile.tree, "device_aliases")) {
    const [alias, size] = [textAt(device, "alias"), parseBytes(textAt(device, "size") ?? "")];
    if (alias !== undefined && size !== undefined && size > 0n) sizes.set(alias, size);
  }
  return sizes;
}

/**
 * The parts that don't fit disks of these sizes, one of each disk and group at most. Root and boot are made first, all others in the order they are written.
 * A group has the room of its disks, partitions and RAIDs; one of which something isn't known is left alone.
 */
export function overflows(parts: StorageParts, sizes: ReadonlyMap<string, bigint>): readonly Overflow[] {
  const found: Overflow[] = [];
  const rooms = new Map<string, bigint | undefined>();
  const giveRoom = (group: string | undefined, bytes: bigint | undefined) => {
    if (group === undefined) return;
    const known = rooms.has(group) ? rooms.get(group) : 0n;
    rooms.set(group, known === undefined || bytes === undefined ? undefined : known + bytes);
  };
  const members = new Map<string, RaidMember[]>();
  const join = ({ raid, isSpare }: StoragePart | StorageArea, bytes: bigint | undefined) => {
    if (raid !== undefined) members.set(raid, [...(members.get(raid) ?? []), { bytes, isSpare }]);
  };
  for (const disk of parts.disks) {
    const total = sizes.get(disk.name);
    giveRoom(disk.volumeGroup, total);
    join(disk, total);
    const filled = total === undefined ? undefined : fill(disk, total, total - laidOut(parts, disk, total));
    if (filled?.overflow !== undefined) found.push(filled.overflow);
    for (const part of disk.parts) {
      const bytes = filled?.taken.get(part) ?? plainBytes(part);
      giveRoom(part.volumeGroup, bytes);
      join(part, bytes);
    }
  }
  for (const { part, level } of parts.raids) {
    giveRoom(part.volumeGroup, raidBytes(level, members.get(part.name) ?? []));
  }
  for (const group of parts.groups) {
    const total = rooms.get(group.name);
    const overflow = total === undefined ? undefined : fill(group, total, total).overflow;
    if (overflow !== undefined) found.push(overflow);
  }
  return found;
}

interface RaidMember {
  /** Undefined when it isn't known. */
  readonly bytes: bigint | undefined;
  readonly isSpare: boolean;
}

/** The room of a RAID: its smallest member tells what each gives, except at level 0. Undefined when something isn't known. */
function raidBytes(level: string | undefined, members: readonly RaidMember[]): bigint | undefined {
  const known = members.flatMap(({ bytes }) => bytes ?? []);
  const [first] = known;
  if (first === undefined || known.length < members.length) return undefined;
  const smallest = known.reduce((least, bytes) => (bytes < least ? bytes : least), first);
  const active = BigInt(members.filter(({ isSpare }) => !isSpare).length);
  switch (level) {
    case "raid-0":
      return known.reduce((sum, bytes) => sum + bytes, 0n);
    case "raid-1":
      return smallest;
    case "raid-5":
      return smallest * (active - 1n);
    case "raid-6":
      return smallest * (active - 2n);
    case "raid-10":
      return (smallest * active) / 2n;
    default:
      return undefined;
  }
}

function fill(
  area: StorageArea,
  total: bigint,
  free: bigint,
): { readonly taken: ReadonlyMap<StoragePart, bigint>; readonly overflow?: Overflow } {
  const isFirst = ({ isRoot, isBoot }: StoragePart) => isRoot || isBoot;
  const order = [...area.parts.filter(isFirst), ...area.parts.filter((part) => !isFirst(part))];
  const taken = new Map<StoragePart, bigint>();
  let available = free;
  // What takes the rest is counted last: that something else comes after it is another mistake.
  const isRest = (part: StoragePart) => parseSizeExpression(part.size ?? "")?.isMinimum === true;
  for (const part of [...order.filter((each) => !isRest(each)), ...order.filter(isRest)]) {
    const size = parseSizeExpression(part.size ?? "");
    if (size === undefined) continue;
    const bytes = bytesTaken(size, total, available);
    if (bytes === undefined) return { taken, overflow: { area, part, total, available } };
    taken.set(part, bytes);
    available -= bytes;
  }
  return { taken };
}

/** The bytes of a disk that the layout of a boot drive takes, at least and at most all. */
function laidOut({ bootDrive }: StorageParts, disk: StorageArea, total: bigint): bigint {
  if (textAt(bootDrive, "device") !== disk.name || disk.parts.some(({ isRoot }) => isRoot)) return 0n;
  const bytes = bootDriveBytes(bootDrive, total);
  return bytes < total ? bytes : total;
}

/** The bytes that the root and boot file systems of a boot drive need at least. */
export function bootDriveBytes(bootDrive: TreeMap | undefined, total: bigint): bigint {
  return ["root_size", "boot_size"].reduce((sum, field) => {
    const size = parseSizeExpression(textAt(bootDrive, field) ?? "");
    return size === undefined ? sum : sum + leastBytes(size, total);
  }, 0n);
}

/** The bytes of a size that depends on nothing. */
function plainBytes({ size: text = "" }: StoragePart): bigint | undefined {
  const size = parseSizeExpression(text);
  return size === undefined || size.isShare || size.isMinimum ? undefined : bytesTaken(size, 0n, size.amount);
}
