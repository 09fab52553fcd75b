import type { EffectiveItem } from "../../design/effective-item.ts";
import { memberPath } from "../names.ts";
import type { Finding, ItemRule } from "../rule.ts";
import { shown } from "../shown.ts";
import { storageParts } from "../storage-parts.ts";
import { membersAt, textAt, textsAt } from "../tree-access.ts";

/** An alias stands for a network card or for a disk. */
export const aliasUse: ItemRule = {
  id: "alias-use",
  severity: "error",
  summary: "An alias that an interface is made of is no disk, and one that holds partitions no network card.",
  why: `One device is a network card or a disk, so an alias that a node uses as both, a slave on a SCSI bus, or a disk that is known by a MAC address, is a slip in one of the names. The node would stop when its devices are looked up.`,
  kinds: ["Node"],
  looksAt: { Node: ["hardware_profile", "interfaces", "storage"] },
  check({ kind, name, tree }, context) {
    const profile = context.lookup("HardwareProfile", textAt(tree, "hardware_profile"));
    const sorts = profile === undefined ? undefined : sortsOf(profile);
    const parts = storageParts(tree);
    const disks = new Map((parts?.disks ?? []).map((disk) => [disk.name, disk.path]));
    const boot = textAt(parts?.bootDrive, "device");
    if (boot !== undefined && !disks.has(boot)) disks.set(boot, "storage.boot_drive.device");
    const cards = new Set<string>();
    const findings = membersAt(tree, "interfaces").flatMap((one) =>
      textsAt(one, "slaves").flatMap((slave): Finding[] => {
        cards.add(slave);
        const field = memberPath(`${memberPath("interfaces", textAt(one, "name") ?? "")}.slaves`, slave);
        const disk = disks.get(slave);
        if (disk !== undefined) {
          const related = [{ kind, name, field: disk, message: "the disk" }];
          const message = `${shown(slave)} is a disk of the node, too`;
          return [{ field, message, hint: "name a network card here, or another disk there", related }];
        }
        if (sorts?.get(slave) !== "disk") return [];
        return [{ field, message: `${shown(slave)} is a disk, by its bus`, hint: "name a network card" }];
      }),
    );
    const wrong = [...disks].filter(([alias]) => sorts?.get(alias) === "card" && !cards.has(alias));
    return [
      ...findings,
      ...wrong.map(([alias, field]) => ({
        field,
        message: `${shown(alias)} is a network card, by its MAC address`,
        hint: "name a disk",
      })),
    ];
  },
};

const known = new WeakMap<EffectiveItem, ReadonlyMap<string, "disk" | "card">>();

/** What aliases stand for, where it can be told. */
function sortsOf(profile: EffectiveItem): ReadonlyMap<string, "disk" | "card"> {
  const before = known.get(profile);
  if (before !== undefined) return before;
  const sorts = new Map<string, "disk" | "card">();
  for (const device of membersAt(profile.tree, "device_aliases")) {
    const alias = textAt(device, "alias") ?? "";
    if (device.mac !== undefined) sorts.set(alias, "card");
    else if (textAt(device, "bus_type") === "scsi") sorts.set(alias, "disk");
  }
  known.set(profile, sorts);
  return sorts;
}
