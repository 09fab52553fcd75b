import { bytesText, leastBytes, parseSizeExpression } from "../../design/size.ts";
import { isAbstract } from "../is-abstract.ts";
import type { Finding, ItemRule } from "../rule.ts";
import { shown } from "../shown.ts";
import { onceByStorage, type StorageParts } from "../storage-parts.ts";
import { textAt } from "../tree-access.ts";

const leastRoot = 20n * 10n ** 9n;
const leastBoot = 10n ** 9n;

/** The root and boot file systems have room. */
export const rootSize: ItemRule = {
  id: "root-size",
  severity: "error",
  summary:
    "The root file system has at least 20 GB and the boot file system at least 1 GB, where their size is plainly known.",
  why: `An installation fills a smaller root file system, and two or three kernels a smaller \`/boot\`; both fail long after the machine was installed, at an upgrade. Sizes of
1000 are meant: 20g is enough. Percentages, and sizes such as \`>30g\`, depend on the disk and are left alone unless what they ask for at least is known.`,
  kinds: ["HostProfile", "Node"],
  looksAt: { Node: ["storage"] },
  check: (item, context) => (isAbstract(item, context) ? [] : (check(item.tree) ?? [])),
};

const check = onceByStorage((parts: StorageParts): readonly Finding[] => {
  const sizes = parts.areas.flatMap((area) =>
    area.parts.map(({ path, size, isRoot, isBoot }) => ({ path: `${path}.size`, size, isRoot, isBoot })),
  );
  const drive = parts.bootDrive;
  const [root, boot] = [textAt(drive, "root_size"), textAt(drive, "boot_size")];
  return [
    { path: "storage.boot_drive.root_size", size: root, isRoot: true, isBoot: false },
    { path: "storage.boot_drive.boot_size", size: boot, isRoot: false, isBoot: true },
    ...sizes,
  ].flatMap(({ path, size, isRoot, isBoot }) => {
    if (isRoot) return tooSmall(path, size, leastRoot, "root");
    return isBoot ? tooSmall(path, size, leastBoot, "boot") : [];
  });
});

function tooSmall(field: string, text: string | undefined, least: bigint, what: string): Finding[] {
  const size = text === undefined ? undefined : parseSizeExpression(text);
  if (text === undefined || size === undefined || size.isShare || size.isMinimum) return [];
  if (leastBytes(size, 0n) >= least) return [];
  return [
    {
      field,
      message: `${shown(text)} is too small for the ${what} file system, expected at least ${bytesText(least)}`,
      hint: `write ${least / 10n ** 9n}g or more`,
    },
  ];
}
