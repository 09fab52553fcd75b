import type { Action } from "../action.ts";
import type { MaasWrite } from "../client/request.ts";
import { isConfigurable } from "../server/status.ts";
import { type Doomed, type Stack, stacksOn } from "./compare-storage.ts";
import {
  deviceById,
  partitionPath,
  raidDevice,
  type StorageView,
  storagePath,
  volumeName,
  volumesOf,
} from "./storage-view.ts";

/** What is taken away, in order, and the devices and partitions that go with it. */
export interface Teardown {
  readonly actions: readonly Action[];
  /** Ids of devices of logical volumes, RAIDs and caches. */
  readonly devices: ReadonlySet<number>;
  readonly partitions: ReadonlySet<number>;
}

/** Takes things away from the top: what rests on one goes before it. Each goes once, whoever asks for it. */
export function planTeardown(view: StorageView, doomed: readonly Doomed[]): Teardown {
  const actions: Action[] = [];
  const gone = new Set<string>();
  const devices = new Set<number>();
  const partitions = new Set<number>();
  const isDestructive = !isConfigurable(view.machine.status);

  const remove = (object: string, before: string, request: MaasWrite) =>
    actions.push({ object, action: "delete", before, after: "", undoes: true, destructive: isDestructive, request });

  const clearDevice = (id: number) => {
    devices.add(id);
    const device = deviceById(view, id);
    for (const partition of device?.partitions ?? []) {
      for (const stack of stacksOn(view, "partition", partition.id)) take(stack);
      partitions.add(partition.id);
    }
    for (const stack of stacksOn(view, "disk", id)) take(stack);
  };

  const take = (thing: Doomed | Stack): void => {
    const key = `${thing.kind} ${idOf(thing)}`;
    if (gone.has(key)) return;
    gone.add(key);
    switch (thing.kind) {
      case "partition": {
        const { disk, partition } = thing;
        for (const stack of stacksOn(view, "partition", partition.id)) take(stack);
        partitions.add(partition.id);
        const label = `partition ${partition.number || partition.id} of disk ${disk.name}`;
        const path = partitionPath(view, disk, partition);
        remove(label, bytesShown(partition.size), { method: "DELETE", path });
        return;
      }
      case "volume": {
        const { group, volume } = thing;
        clearDevice(volume.id);
        remove(`volume ${group.name}/${volumeName(group, volume)}`, bytesShown(volume.size), {
          method: "POST",
          path: storagePath(view, `volume-group/${group.id}/`),
          op: "delete_logical_volume",
          form: [["id", String(volume.id)]],
        });
        return;
      }
      case "group": {
        const { group } = thing;
        // MAAS refuses to delete a group that has volumes.
        for (const volume of volumesOf(view, group).toReversed()) take({ kind: "volume", group, volume });
        const path = storagePath(view, `volume-group/${group.id}/`);
        remove(`volume group ${group.name}`, bytesShown(group.size), { method: "DELETE", path });
        return;
      }
      case "raid": {
        const { raid } = thing;
        clearDevice(raidDevice(view, raid)?.id ?? raid.deviceId);
        remove(`RAID ${raid.name}`, raid.level, { method: "DELETE", path: storagePath(view, `raid/${raid.id}/`) });
        return;
      }
      case "bcache": {
        const { bcache } = thing;
        clearDevice(bcache.deviceId);
        remove(`bcache ${bcache.name}`, "", { method: "DELETE", path: storagePath(view, `bcache/${bcache.id}/`) });
        return;
      }
      default: {
        const { cacheSet } = thing;
        for (const bcache of view.bcaches) if (bcache.cacheSetId === cacheSet.id) take({ kind: "bcache", bcache });
        const path = storagePath(view, `bcache-cache-set/${cacheSet.id}/`);
        remove(`cache set ${cacheSet.name}`, "", { method: "DELETE", path });
      }
    }
  };

  // Groups, arrays and volumes first; partitions from the end of each disk, so that the numbers of the others stay.
  const isPartition = ({ kind }: Doomed) => kind === "partition";
  for (const thing of doomed.filter((each) => !isPartition(each))) take(thing);
  for (const thing of doomed.filter(isPartition).toReversed()) take(thing);
  return { actions, devices, partitions };
}

function idOf(thing: Doomed | Stack): number {
  switch (thing.kind) {
    case "partition":
      return thing.partition.id;
    case "volume":
      return thing.volume.id;
    case "group":
      return thing.group.id;
    case "raid":
      return thing.raid.id;
    case "bcache":
      return thing.bcache.id;
    default:
      return thing.cacheSet.id;
  }
}

function bytesShown(bytes: bigint): string {
  return `${bytes} bytes`;
}
