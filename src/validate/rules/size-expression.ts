import type { TreeMap } from "../../design/tree.ts";
import { memberKey } from "../names.ts";
import type { ItemRule } from "../rule.ts";
import { mapAt, membersAt, textAt } from "../tree-access.ts";

const expression = /^>?\d+(\.\d+)?(m|g|t|mb|gb|tb|mi|gi|ti|mib|gib|tib|%)$/i;

/** Sizes are numbers with units. */
export const sizeExpression: ItemRule = {
  id: "size-expression",
  severity: "error",
  summary: "A size is a number with a unit, a percentage, or at least that much.",
  kinds: ["HostProfile", "Node"],
  check({ kind, name, tree }) {
    return sizes(mapAt(tree, "storage"))
      .filter(({ text }) => !expression.test(text))
      .map(({ field, text }) => ({
        kind,
        name,
        field: `storage.${field}`,
        message: `${text} is no size`,
        hint: "write a number with a unit: 50g (decimal), 50gi (binary), 20% or >50g",
      }));
  },
};

function sizes(storage: TreeMap | undefined): { field: string; text: string }[] {
  const found: { field: string; text: string }[] = [];
  const note = (tree: TreeMap | undefined, key: string, field: string) => {
    const text = textAt(tree, key);
    if (text !== undefined) found.push({ field, text });
  };
  const drive = mapAt(storage, "boot_drive");
  note(drive, "root_size", "boot_drive.root_size");
  note(drive, "boot_size", "boot_drive.boot_size");
  for (const device of membersAt(storage, "physical_devices")) {
    for (const partition of membersAt(device, "partitions")) {
      const at = `physical_devices[${memberKey(textAt(device, "name") ?? "")}].partitions[${memberKey(textAt(partition, "name") ?? "")}]`;
      note(partition, "size", `${at}.size`);
    }
  }
  for (const group of membersAt(storage, "volume_groups")) {
    for (const volume of membersAt(group, "logical_volumes")) {
      const at = `volume_groups[${memberKey(textAt(group, "name") ?? "")}].logical_volumes[${memberKey(textAt(volume, "name") ?? "")}]`;
      note(volume, "size", `${at}.size`);
    }
  }
  return found;
}
