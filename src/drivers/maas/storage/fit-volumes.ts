import type { BlockDevice } from "./block-device.ts";
import { inOrderOfSizes } from "./fit-partitions.ts";
import { BLOCK, isRounded, requiredBytes, wholeBlocks } from "./size.ts";
import { type StorageView, type VolumeGroup, volumeNamed, volumesOf } from "./storage-view.ts";
import type { WantedGroup, WantedVolume } from "./wanted-storage.ts";

/** A wanted volume with what is there of it. */
export interface FittedVolume {
  readonly wanted: WantedVolume;
  /** Undefined when it is to be made. */
  readonly present: BlockDevice | undefined;
  /** Bytes to ask MAAS for. */
  readonly asked: bigint;
}

/** The volumes of a group. */
export interface FittedGroup {
  readonly volumes: readonly FittedVolume[];
  /** Volumes that are there and not as wanted, or not wanted. */
  readonly surplus: readonly BlockDevice[];
}

/**
 * The wanted volumes of a group of so many bytes, in order: a size is one of the whole group; one that takes what is left is
 * counted after all others, wherever it stands. HARDWARE_MISMATCH when one doesn't fit.
 */
export function fitGroup(
  view: StorageView,
  { name, volumes: wanted }: WantedGroup,
  group: VolumeGroup | undefined,
  total: bigint,
): FittedGroup {
  let available = total;
  const fitted = new Map<WantedVolume, FittedVolume>();
  for (const want of inOrderOfSizes(wanted)) {
    const label = `volume ${name}/${want.name}`;
    const size = want.size ?? {
      isMinimum: false,
      amount: available,
      divisor: 1n,
      isShare: false,
      source: "some space",
    };
    const bytes = requiredBytes(size, { total, available }, label, view.machine.hostname);
    if (bytes < BLOCK) {
      const least = { isMinimum: false, amount: BLOCK, divisor: 1n, isShare: false, source: size.source };
      requiredBytes(least, { total, available: bytes }, label, view.machine.hostname);
    }
    const found = group && volumeNamed(view, group, want.name);
    const isRest = want.size === undefined || want.size.isMinimum;
    const isKept =
      found !== undefined &&
      isRounded(found.size, bytes, isRest) &&
      (want.uuid === "" || found.uuid.toLowerCase() === want.uuid.toLowerCase());
    available -= isKept ? found.size : wholeBlocks(bytes);
    fitted.set(want, { wanted: want, present: isKept ? found : undefined, asked: bytes });
  }
  const volumes = wanted.flatMap((want) => fitted.get(want) ?? []);
  const kept = new Set(volumes.map(({ present }) => present?.id));
  return { volumes, surplus: group === undefined ? [] : volumesOf(view, group).filter(({ id }) => !kept.has(id)) };
}
