import { parseBytes, parseSizeExpression } from "../../design/size.ts";
import type { TreeMap } from "../../design/tree.ts";
import { memberPath } from "../names.ts";
import type { Finding, ItemRule } from "../rule.ts";
import { shown } from "../shown.ts";
import { storageParts } from "../storage-parts.ts";
import { membersAt, textAt } from "../tree-access.ts";

/** Sizes are numbers with units. */
export const sizeExpression: ItemRule = {
  id: "size-expression",
  severity: "error",
  summary: "A size is a number above zero with a unit, a percentage up to 100, or at least that much.",
  why: `Sizes are written \`50g\` (of 1000) or \`50gi\` (of 1024), with the units m, g and t, as a share such as \`20%\`, or as \`>50g\` for the rest, if it is at least that. Sizes of hardware (\`memory\`, and \`size\` and
\`min_size\` of an alias) are plain. A number without a unit could be anything, and a provisioner refuses it after the machine was wiped.`,
  kinds: ["HardwareProfile", "HostProfile", "Node"],
  looksAt: { Node: ["storage"] },
  check({ kind, tree }) {
    return kind === "HardwareProfile" ? ofHardware(tree) : ofStorage(tree);
  },
};

const faults = new WeakMap<object, readonly Finding[]>();

function ofStorage(tree: TreeMap): readonly Finding[] {
  const parts = storageParts(tree);
  if (parts === undefined) return [];
  const before = faults.get(parts);
  if (before !== undefined) return before;
  const drive = ["root_size", "boot_size"].map((key) => ({
    field: `storage.boot_drive.${key}`,
    text: textAt(parts.bootDrive, key),
  }));
  const sizes = parts.areas
    .flatMap((area) => area.parts)
    .map(({ path, size }) => ({ field: `${path}.size`, text: size }));
  const found = [...drive, ...sizes].flatMap(({ field, text }): Finding[] =>
    text === undefined || parseSizeExpression(text) !== undefined
      ? []
      : [
          {
            field,
            message: `${shown(text)} is no size`,
            hint: "write a number with a unit: 50g (decimal), 50gi (binary), 20% or >50g",
          },
        ],
  );
  faults.set(parts, found);
  return found;
}

function ofHardware(tree: TreeMap): readonly Finding[] {
  const aliases = membersAt(tree, "device_aliases").flatMap((device) => {
    const path = memberPath("device_aliases", textAt(device, "alias") ?? "");
    return ["min_size", "size"].map((key) => ({ field: `${path}.${key}`, text: textAt(device, key) }));
  });
  return [{ field: "memory", text: textAt(tree, "memory") }, ...aliases].flatMap(({ field, text }): Finding[] => {
    if (text === undefined || (parseBytes(text) ?? 0n) > 0n) return [];
    const hint = "write a number with a unit: 480g (decimal) or 256gi (binary)";
    return [{ field, message: `${shown(text)} is no size of hardware`, hint }];
  });
}
