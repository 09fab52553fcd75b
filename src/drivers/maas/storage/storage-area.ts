import type { ServerSpec } from "../../../../gen/bedplate/driver/v1/server_spec_pb.js";
import type { Action } from "../action.ts";
import type { MaasClient } from "../client/maas-client.ts";
import { readPciDevices } from "../hardware/pci-devices.ts";
import { readScsiAddresses } from "../hardware/scsi-disks.ts";
import type { Machine } from "../server/machine.ts";
import { bindDisks, needsBus } from "./bind-disks.ts";
import { announce, planStorage } from "./plan-storage.ts";
import { readStorageState, type StorageState } from "./storage-view.ts";
import { wantedStorage } from "./wanted-storage.ts";

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
  return (state) => planStorage({ ...state, bound: bindDisks(spec, state.machine, { scsi, pci }) }, wanted);
}

/** Reads what is made of a machine's disks, when the specification says anything about storage. */
export async function withStacks(client: MaasClient, spec: ServerSpec, machine: Machine): Promise<StorageState> {
  const { storage } = spec;
  if (storage === undefined) return { machine, groups: [], raids: [], bcaches: [], cacheSets: [] };
  return readStorageState(client, machine, storage.raids.length > 0);
}

/** What a machine's storage is to be, as far as the specification alone tells: for one that is not inventoried yet. */
export function announceStorage(spec: ServerSpec): Action[] {
  return spec.storage === undefined ? [] : announce(wantedStorage(spec.storage));
}
