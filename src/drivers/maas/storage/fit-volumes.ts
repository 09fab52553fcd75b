import type { BlockDevice } from "./block-device.ts";
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
 * The wanted volumes of a group of so many bytes, in order: a size is one of the whole group, what is available is what the
 * volumes before it leave. HARDWARE_MISMATCH when one doesn't fit.
 */
export function fitGroup(
  view: StorageView,
  { name, volumes: wanted }: WantedGroup,
  group: VolumeGroup | undefined,
  total: bigint,
): FittedGroup {
  let available = total;
  const volumes = wanted.map((want): FittedVolume => {
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
    return { wanted: want, present: isKept ? found : undefined, asked: bytes };
  });
  const kept = new Set(volumes.map(({ present }) => present?.id));
  return { volumes, surplus: group === undefined ? [] : volumesOf(view, group).filter(({ id }) => !kept.has(id)) };
}
