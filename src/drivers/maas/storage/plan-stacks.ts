import type { Action } from "../action.ts";
import type { FormField } from "../client/request.ts";
import type { ComparedGroup, Comparison, Member } from "./compare-storage.ts";
import type { FittedVolume } from "./fit-volumes.ts";
import { type StorageView, storagePath } from "./storage-view.ts";

/** Makes the RAIDs that are not there, once all their members are. */
export function planRaids(view: StorageView, { raids }: Comparison): Action[] {
  return raids.flatMap(({ wanted, present, active, spares }): Action[] => {
    if (present !== undefined) return [];
    const form: FormField[] = [
      ["name", wanted.name],
      ["level", wanted.level],
      ...(wanted.uuid === "" ? [] : [["uuid", wanted.uuid] as const]),
      ...idFields(active, "block_devices", "partitions"),
      ...idFields(spares, "spare_devices", "spare_partitions"),
    ];
    const request = { method: "POST", path: storagePath(view, "raids/"), form } as const;
    const more = spares.length === 0 ? "" : `, ${spares.length} spares`;
    return [
      {
        object: `RAID ${wanted.name}`,
        field: wanted.field,
        action: "create",
        before: "",
        after: `${wanted.level} of ${active.length} members${more}`,
        ...(areThere([...active, ...spares]) && { request }),
      },
    ];
  });
}

/** Makes the volume groups that are not there or lack members, and their volumes. */
export function planGroups(view: StorageView, { groups }: Comparison): Action[] {
  return [
    ...groups.flatMap((group) => planGroup(view, group)),
    ...groups.flatMap((group) => group.volumes.flatMap((volume) => planVolume(view, group, volume))),
  ];
}

function planGroup(view: StorageView, { wanted, present, members, missing }: ComparedGroup): Action[] {
  const object = `volume group ${wanted.name}`;
  const about = { object, field: wanted.field };
  if (members.length === 0) {
    const blocked = `no disk or partition of the specification belongs to ${object}`;
    return [{ ...about, action: "create", before: "", after: "nothing", blocked }];
  }
  if (present === undefined) {
    const form: FormField[] = [["name", wanted.name]];
    if (wanted.uuid !== "") form.push(["uuid", wanted.uuid]);
    form.push(...idFields(members, "block_devices", "partitions"));
    const request = { method: "POST", path: storagePath(view, "volume-groups/"), form } as const;
    return [
      {
        ...about,
        action: "create",
        before: "",
        after: volumesText(members.length),
        ...(areThere(members) && { request }),
      },
    ];
  }
  if (missing.length === 0) return [];
  const form = idFields(missing, "add_block_devices", "add_partitions");
  const request = { method: "PUT", path: storagePath(view, `volume-group/${present.id}/`), form } as const;
  const before = volumesText(members.length - missing.length);
  return [
    { ...about, action: "update", before, after: volumesText(members.length), ...(areThere(missing) && { request }) },
  ];
}

function planVolume(
  view: StorageView,
  { wanted: group, present: made, missing }: ComparedGroup,
  { wanted, present, asked }: FittedVolume,
): Action[] {
  if (present !== undefined) return [];
  const form: FormField[] = [
    ["name", wanted.name],
    ["size", asked.toString()],
  ];
  if (wanted.uuid !== "") form.push(["uuid", wanted.uuid]);
  return [
    {
      object: `volume ${group.name}/${wanted.name}`,
      field: wanted.field.endsWith("]") ? `${wanted.field}.size` : wanted.field,
      action: "create",
      before: "",
      after: wanted.size?.source ?? "the rest of the group",
      ...(made !== undefined &&
        missing.length === 0 && {
          request: {
            method: "POST",
            path: storagePath(view, `volume-group/${made.id}/`),
            op: "create_logical_volume",
            form,
          },
        }),
    },
  ];
}

function idFields(members: readonly Member[], disks: string, partitions: string): FormField[] {
  return members.flatMap((member) =>
    member.kind === "absent" ? [] : [[member.kind === "disk" ? disks : partitions, String(member.id)] as const],
  );
}

function areThere(members: readonly Member[]): boolean {
  return members.every(({ kind }) => kind !== "absent");
}

function volumesText(count: number): string {
  return `${count} physical volume${count === 1 ? "" : "s"}`;
}
