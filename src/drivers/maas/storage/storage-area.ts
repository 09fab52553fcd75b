import type { ServerSpec } from "../../../../gen/bedplate/driver/v1/server_spec_pb.js";
import type { Action } from "../action.ts";
import type { MaasClient } from "../client/maas-client.ts";
import { readPciDevices } from "../hardware/pci-devices.ts";
import { readScsiAddresses } from "../hardware/scsi-disks.ts";
import type { Machine } from "../server/machine.ts";
import { bindDisks, needsBus } from "./bind-disks.ts";
import { announce, planStorage } from "./plan-storage.ts";
import { readVolumeGroups, type VolumeGroup } from "./storage-view.ts";
import { wantedStorage } from "./wanted-storage.ts";

/** A machine with its volume groups. */
export interface StorageState {
  readonly machine: Machine;
  readonly groups: readonly VolumeGroup[];
}

/** Compares a machine's storage with a specification. Pure, once made. */
export type StoragePlanner = (state: StorageState) => Action[];

/** Reads where the machine's disks sit, as far as the specification's aliases need it. */
export async function storagePlanner(client: MaasClient, spec: ServerSpec, first: Machine): Promise<StoragePlanner> {
  const { storage } = spec;
  if (storage === undefined) return () => [];
  const wanted = wantedStorage(storage);
  const [scsi, pci] = await Promise.all([
    needsBus(spec, "scsi") ? readScsiAddresses(client, first.systemId, first.disks) : new Map<number, string>(),
    needsBus(spec, "pci") ? readPciDevices(client, first.systemId) : [],
  ]);
  return ({ machine, groups }) =>
    planStorage({ machine, groups, bound: bindDisks(spec, machine, { scsi, pci }) }, wanted);
}

/** Reads the volume groups beside a machine, when the specification says anything about storage. */
export async function withGroups(client: MaasClient, spec: ServerSpec, machine: Machine): Promise<StorageState> {
  return { machine, groups: spec.storage === undefined ? [] : await readVolumeGroups(client, machine.systemId) };
}

/** What a machine's storage is to be, as far as the specification alone tells: for one that is not inventoried yet. */
export function announceStorage(spec: ServerSpec): Action[] {
  if (spec.storage === undefined) return [];
  const wanted = wantedStorage(spec.storage);
  const { layout } = wanted;
  const sizes = [
    layout?.rootSize && `root ${layout.rootSize.source}`,
    layout?.bootSize && `/boot ${layout.bootSize.source}`,
  ];
  const after = [layout?.kind, ...sizes].filter(Boolean).join(", ");
  const first = layout && { object: `disk ${layout.device || "to boot from"}`, action: "lay out", before: "", after };
  return [...(first ? [first] : []), ...announce(wanted)];
}
