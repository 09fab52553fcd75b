import { assetsOf } from "../boot-assets.ts";
import type { Finding, ItemRule } from "../rule.ts";
import { textAt } from "../tree-access.ts";

/** A file that root runs is root's to write. */
export const assetPermissions: ItemRule = {
  id: "asset-permissions",
  severity: "warning",
  summary:
    "A file of a boot action can't be written by everybody and doesn't run as somebody else; its owner can read it.",
  why: `Files of boot actions belong to root and are mostly run by root. What everybody may write, everybody may have root run; a set-user-id bit gives root's rights to whoever runs the file. systemd complains of
units that are executable.`,
  kinds: ["BootAction"],
  check: (item) =>
    assetsOf(item).flatMap(({ path, tree, type }): Finding[] => {
      const text = textAt(tree, "permissions");
      if (text === undefined || type === "pkg_list") return [];
      const bits = Number.parseInt(text, 8);
      const [message, hint] = faultOf(bits, type) ?? [];
      if (message === undefined || hint === undefined) return [];
      return [{ field: `${path}.permissions`, message: `${text}: ${message}`, hint }];
    }),
};

function faultOf(bits: number, type: string | undefined): readonly [string, string] | undefined {
  if ((bits & 0o002) !== 0) return ["everybody may write the file", "take the write bit of others away, such as 0644"];
  if ((bits & 0o6000) !== 0) return ["whoever runs the file has the rights of its owner or group", "write 0755"];
  if ((bits & 0o400) === 0) return ["its owner can't read the file", "write 0644, or 0600 for what others mustn't see"];
  return type === "unit" && (bits & 0o111) !== 0 ? ["a unit is not to be executable", "write 0644"] : undefined;
}
