import { hardwareMismatch, invalidField } from "../driver-error.ts";
import type { BlockDevice } from "./block-device.ts";
import { parseSize } from "./size.ts";
import type { StorageView } from "./storage-view.ts";
import {
  filesystemAt,
  type WantedContent,
  type WantedGroup,
  type WantedPartition,
  type WantedStorage,
} from "./wanted-storage.ts";

/** A disk of the machine and what it is to hold. */
export interface StagedDisk {
  readonly device: string;
  readonly disk: BlockDevice;
  readonly content: WantedContent;
}

/** A storage specification applied to a machine. */
export interface Staged extends Pick<WantedStorage, "raids"> {
  readonly groups: readonly WantedGroup[];
  readonly disks: readonly StagedDisk[];
  /** Undefined for the disk MAAS chose. */
  readonly bootDisk: BlockDevice | undefined;
}

const EFI_MOUNT = "/boot/efi";
const EFI_SIZE = `${512 * 1024 * 1024}b`;
const DEFAULT_GROUP = "vgroot";
const DEFAULT_VOLUME = "lvroot";

/**
 * Applies a specification to the disks of a machine: what it describes, the layout it asks for by name, and the EFI partition a
 * machine that boots by UEFI needs on its boot disk and designs leave to MAAS.
 */
export function stageDisks(view: StorageView, wanted: WantedStorage): Staged {
  const bootDisk = wantedBootDisk(view, wanted);
  let disks: StagedDisk[] = wanted.disks.flatMap(({ device, content }) => {
    const disk = view.bound.get(device);
    return disk === undefined ? [] : [{ device, disk, content }];
  });
  let groups = wanted.groups;
  if (wanted.layout !== undefined) {
    disks = prepend(disks, wanted.bootDevice, bootDisk ?? requireBootDisk(view), layoutPartitions(wanted));
    if (wanted.layout.kind === "lvm") groups = withRootVolume(groups);
  }
  const efiDisk = bootDisk ?? currentBootDisk(view);
  if (efiDisk !== undefined && needsEfi(view, wanted, efiDisk, disks)) {
    const staged = disks.find(({ disk }) => disk.id === efiDisk.id);
    if (staged?.content.kind === "partitions") disks = prepend(disks, staged.device, efiDisk, [efiPartition(efiDisk)]);
  }
  return { disks, groups, raids: wanted.raids, bootDisk };
}

/** The boot disk of now, or the disk MAAS would take. */
export function currentBootDisk({ machine }: StorageView): BlockDevice | undefined {
  const physical = machine.disks.filter(({ type }) => type === "physical");
  return physical.find(({ id }) => id === machine.bootDiskId) ?? physical[0];
}

function requireBootDisk(view: StorageView): BlockDevice {
  const disk = currentBootDisk(view);
  if (disk !== undefined) return disk;
  const { hostname } = view.machine;
  throw hardwareMismatch(
    hostname,
    `machine ${hostname} has no disk to boot from`,
    "check the machine's disks, then commission it again",
  );
}

/** The disk that is named, else one that holds what the machine boots from: the one of now, if it is among them. */
function wantedBootDisk(view: StorageView, wanted: WantedStorage): BlockDevice | undefined {
  if (wanted.bootDevice !== "") return view.bound.get(wanted.bootDevice);
  const candidates = ["/boot/efi", "/boot", "/"].map((mountpoint) => devicesOf(wanted, mountpoint));
  const devices = candidates.find((each) => each.length > 0) ?? [];
  const disks = devices.flatMap((device) => view.bound.get(device) ?? []);
  return disks.find(({ id }) => id === view.machine.bootDiskId) ?? disks[0];
}

/** The devices whose disks carry a mountpoint, through volume groups and RAIDs. */
function devicesOf({ disks, raids, groups }: WantedStorage, mountpoint: string): string[] {
  const isHere = (use: WantedPartition["use"]): boolean => {
    switch (use.kind) {
      case "filesystem":
        return use.filesystem.mountpoint === mountpoint;
      case "group":
        return groups.some(({ name, volumes }) => name === use.name && volumes.some((each) => isHere(each.use)));
      case "raid":
        return raids.some(({ name, use: above }) => name === use.name && isHere(above));
      default:
        return false;
    }
  };
  return disks.flatMap(({ device, content }) => {
    const uses =
      content.kind === "partitions"
        ? content.partitions.map(({ use }) => use)
        : content.kind === "whole"
          ? [content.use]
          : [];
    return uses.some(isHere) ? [device] : [];
  });
}

function layoutPartitions({ layout }: WantedStorage): WantedPartition[] {
  if (layout === undefined) return [];
  const boot: WantedPartition[] =
    layout.bootSize === undefined
      ? []
      : [
          {
            name: "boot",
            field: "storage.boot_size",
            size: layout.bootSize,
            uuid: "",
            isBootable: true,
            use: { kind: "filesystem", filesystem: filesystemAt("/boot") },
          },
        ];
  const root: WantedPartition = {
    name: "root",
    field: layout.rootSize === undefined ? "storage.layout" : "storage.root_size",
    size: layout.rootSize,
    uuid: "",
    isBootable: false,
    use:
      layout.kind === "lvm"
        ? { kind: "group", name: DEFAULT_GROUP }
        : { kind: "filesystem", filesystem: filesystemAt("/") },
  };
  return [...boot, root];
}

function withRootVolume(groups: readonly WantedGroup[]): WantedGroup[] {
  const root = {
    name: DEFAULT_VOLUME,
    field: "storage.layout",
    size: undefined,
    uuid: "",
    use: { kind: "filesystem", filesystem: filesystemAt("/") },
  } as const;
  const own = groups.find(({ name }) => name === DEFAULT_GROUP);
  const others = groups.filter((group) => group !== own);
  // The volume takes all the others leave.
  const volumes = [...(own?.volumes.filter(({ name }) => name !== DEFAULT_VOLUME) ?? []), root];
  return [{ name: DEFAULT_GROUP, field: own?.field ?? "storage.layout", uuid: own?.uuid ?? "", volumes }, ...others];
}

/** As MAAS makes it; one that is there is taken as it is. */
function efiPartition({ partitions: [first] }: BlockDevice): WantedPartition {
  const isThere = first?.filesystem?.mountPoint === EFI_MOUNT;
  return {
    name: "efi",
    field: "storage",
    size: parseSize(isThere ? `${first.size}b` : EFI_SIZE, "spec.storage"),
    uuid: "",
    isBootable: !isThere,
    use: {
      kind: "filesystem",
      filesystem: filesystemAt(EFI_MOUNT, isThere ? {} : { fstype: "fat32", fsLabel: "efi" }),
    },
  };
}

function needsEfi(
  { machine }: StorageView,
  { hasRoot }: WantedStorage,
  disk: BlockDevice,
  disks: readonly StagedDisk[],
): boolean {
  const hasOwn = disks.some(
    ({ content }) =>
      content.kind === "partitions" &&
      content.partitions.some(({ use }) => use.kind === "filesystem" && use.filesystem.mountpoint === EFI_MOUNT),
  );
  const isThere = disk.partitions.some(({ filesystem }) => filesystem?.mountPoint === EFI_MOUNT);
  return hasRoot && !hasOwn && (machine.bootMethod === "uefi" || ((machine.bootMethod ?? "") === "" && isThere));
}

/** Puts partitions before those of a disk, which may not be described otherwise. */
function prepend(
  disks: readonly StagedDisk[],
  device: string,
  disk: BlockDevice,
  partitions: readonly WantedPartition[],
): StagedDisk[] {
  const staged = disks.find((each) => each.disk.id === disk.id);
  const content = staged?.content ?? { kind: "alone" };
  if (content.kind === "whole") {
    throw invalidField(
      "spec.storage.layout",
      `disk ${disk.name} is to be laid out, and belongs to something as a whole`,
    );
  }
  const own = content.kind === "partitions" ? content.partitions : [];
  const full: StagedDisk = {
    device: staged?.device ?? (device || disk.name),
    disk,
    content: { kind: "partitions", partitions: [...partitions, ...own] },
  };
  return staged === undefined ? [full, ...disks] : disks.map((each) => (each === staged ? full : each));
}
