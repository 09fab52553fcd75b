import { aliasOfAddress } from "../device-aliases.ts";
import { memberPath } from "../names.ts";
import type { Finding, ItemRule } from "../rule.ts";
import { shown } from "../shown.ts";
import { storageParts } from "../storage-parts.ts";
import { textAt } from "../tree-access.ts";

/** A disk is described once. */
export const duplicateDisk: ItemRule = {
  id: "duplicate-disk",
  severity: "error",
  summary: "A disk is described once, whether by its alias, its name or its address.",
  why: `Two entries for one disk are carried out one after the other, and the second destroys what the first made or finds no room. \`sda\` and \`/dev/sda\` are one disk, and so are an alias and the address it stands for.`,
  kinds: ["Node"],
  looksAt: { Node: ["storage", "hardware_profile"] },
  check(item, context) {
    const disks = storageParts(item.tree)?.disks ?? [];
    if (disks.length < 2) return [];
    const profile = context.lookup("HardwareProfile", textAt(item.tree, "hardware_profile"));
    const owners = new Map<string, string>();
    return disks.flatMap(({ name, path }): Finding[] => {
      const plain = name.replace(/^\/dev\//, "");
      const disk = aliasOfAddress(profile, plain) ?? plain;
      const owner = owners.get(disk);
      if (owner === undefined) {
        owners.set(disk, name);
        return [];
      }
      return [
        {
          field: path,
          message: `${shown(name)} is the same disk as ${shown(owner)}`,
          hint: "bring both entries together under one name",
          related: [
            {
              ...{ kind: item.kind, name: item.name },
              field: memberPath("storage.physical_devices", owner),
              message: shown(owner),
            },
          ],
        },
      ];
    });
  },
};
