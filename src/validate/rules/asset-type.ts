import { assetsOf } from "../boot-assets.ts";
import type { ItemRule } from "../rule.ts";

/** An asset says what it is. */
export const assetType: ItemRule = {
  id: "asset-type",
  severity: "error",
  summary: "An asset of a boot action is a file, a unit or a list of packages.",
  why: `The type says what becomes of the asset: a \`file\` is written, a \`unit\` is written and enabled in systemd, the packages of a \`pkg_list\` are installed. Nothing is taken for granted where it isn't said.`,
  kinds: ["BootAction"],
  check: (item, context) =>
    assetsOf(item)
      .filter(({ type, path }) => type === undefined && context.isWhole(item, `${path}.type`))
      .map(({ path }) => ({
        field: path,
        message: "found an asset without a type, expected file, unit or pkg_list",
        hint: "add type: file",
      })),
};
