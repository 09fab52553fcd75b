import type { Action } from "../action.ts";
import type { FormField } from "../client/request.ts";
import type { Comparison } from "./compare-storage.ts";
import { type StorageView, storagePath } from "./storage-view.ts";

/** Makes the partitions that are not there, in order; their sizes are told, so that none waits for another. */
export function planPartitions(view: StorageView, { disks }: Comparison): Action[] {
  return disks.flatMap(({ staged: { disk }, partitions }) =>
    partitions.flatMap(({ wanted, present, asked }): Action[] => {
      if (present !== undefined) return [];
      const form: FormField[] = [];
      if (asked !== undefined) form.push(["size", asked.toString()]);
      if (wanted.isBootable) form.push(["bootable", "true"]);
      if (wanted.uuid !== "") form.push(["uuid", wanted.uuid]);
      return [
        {
          object: `partition ${wanted.name} of disk ${disk.name}`,
          field: wanted.field.endsWith("]") ? `${wanted.field}.size` : wanted.field,
          action: "create",
          before: "",
          after: wanted.size?.source ?? "the rest of the disk",
          request: { method: "POST", path: storagePath(view, `blockdevices/${disk.id}/partitions/`), form },
        },
      ];
    }),
  );
}
