import type { Action } from "../action.ts";
import type { BlockDevice, Partition } from "./block-device.ts";
import { planDisk } from "./plan-disks.ts";
import { planGroup } from "./plan-groups.ts";
import { planLayout } from "./plan-layout.ts";
import { partitionField, volumeField } from "./storage-field.ts";
import type { StorageView } from "./storage-view.ts";
import type { WantedStorage } from "./wanted-storage.ts";

/**
 * Everything that would change to make a machine's storage what is wanted. While the layout is not there, what follows it is
 * named but cannot be done yet, since MAAS replaces all when it lays a disk out. Disks nothing names stay as they are.
 */
export function planStorage(view: StorageView, wanted: WantedStorage): Action[] {
  const layout = planLayout(view, wanted);
  if (layout.isPending) return [...layout.actions, ...announce(wanted)];
  const actions: Action[] = [...layout.actions];
  const disks = new Map<string, BlockDevice[]>();
  const partitions = new Map<string, (Partition | undefined)[]>();
  for (const want of wanted.disks) {
    const disk = view.bound.get(want.device);
    if (disk === undefined) continue;
    const plan = planDisk(view, want, disk);
    actions.push(...plan.actions);
    if (want.group !== "") disks.set(want.group, [...(disks.get(want.group) ?? []), disk]);
    for (const [group, members] of plan.members) {
      partitions.set(group, [...(partitions.get(group) ?? []), ...members]);
    }
  }
  for (const want of wanted.groups) {
    const members = { disks: disks.get(want.name) ?? [], partitions: partitions.get(want.name) ?? [] };
    const isRoots = wanted.layout?.kind === "lvm" && wanted.layout.groupName === want.name;
    actions.push(...planGroup(view, want, members, isRoots ? wanted.layout?.volumeName : undefined));
  }
  return actions;
}

/** The objects beside the layout, as far as the specification alone tells. */
export function announce(wanted: WantedStorage): Action[] {
  return [
    ...wanted.disks.flatMap(({ device, partitions }) =>
      partitions.map(({ name, size }) =>
        made(`partition ${name} of disk ${device}`, size.source, `${partitionField(device, name)}.size`),
      ),
    ),
    ...wanted.groups.flatMap(({ name, volumes }) =>
      volumes.map((volume) =>
        made(`volume ${name}/${volume.name}`, volume.size.source, `${volumeField(name, volume.name)}.size`),
      ),
    ),
  ];
}

function made(object: string, after: string, field: string): Action {
  return { object, field, action: "create", before: "", after };
}
