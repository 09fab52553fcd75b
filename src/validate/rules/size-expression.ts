import type { TreeMap } from "../../design/tree.ts";
import { memberPath } from "../names.ts";
import type { ItemRule } from "../rule.ts";
import { shown } from "../shown.ts";
import { mapAt, membersAt, textAt } from "../tree-access.ts";

const expression = /^>?\s*(\d{1,15}(?:\.\d{1,6})?)\s*([mgt](?:i?b)?|[mgt]i|%)$/i;

/** Sizes are numbers with units. */
export const sizeExpression: ItemRule = {
  id: "size-expression",
  severity: "error",
  summary: "A size is a number above zero with a unit, a percentage up to 100, or at least that much.",
  kinds: ["HostProfile", "Node"],
  check({ tree }) {
    return sizes(mapAt(tree, "storage"))
      .filter(({ text }) => !isSize(text))
      .map(({ field, text }) => ({
        field: `storage.${field}`,
        message: `${shown(text)} is no size`,
        hint: "write a number with a unit: 50g (decimal), 50gi (binary), 20% or >50g",
      }));
  },
};

function isSize(text: string): boolean {
  const [, number, unit] = expression.exec(text.trim()) ?? [];
  if (number === undefined) return false;
  return Number(number) > 0 && (unit !== "%" || Number(number) <= 100);
}

function sizes(storage: TreeMap | undefined): { field: string; text: string }[] {
  const found: { field: string; text: string }[] = [];
  const note = (tree: TreeMap | undefined, key: string, path: string) => {
    const text = textAt(tree, key);
    if (text !== undefined) found.push({ field: `${path}.${key}`, text });
  };
  const drive = mapAt(storage, "boot_drive");
  note(drive, "root_size", "boot_drive");
  note(drive, "boot_size", "boot_drive");
  const owners = [
    ["physical_devices", "partitions"],
    ["volume_groups", "logical_volumes"],
  ] as const;
  for (const [outer, inner] of owners) {
    for (const owner of membersAt(storage, outer)) {
      const path = `${memberPath(outer, textAt(owner, "name") ?? "")}.${inner}`;
      for (const part of membersAt(owner, inner)) note(part, "size", memberPath(path, textAt(part, "name") ?? ""));
    }
  }
  return found;
}
