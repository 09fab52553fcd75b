import { assetsOf } from "../boot-assets.ts";
import type { Finding, ItemRule } from "../rule.ts";
import { shown } from "../shown.ts";
import { textAt } from "../tree-access.ts";

const suffixes: readonly string[] = [
  ...["service", "socket", "mount", "automount", "swap", "target", "path", "timer", "slice"],
];
const directories: readonly string[] = [
  ...["/etc/systemd/system", "/run/systemd/system", "/lib/systemd/system", "/usr/lib/systemd/system"],
  ...["/usr/local/lib/systemd/system", "/etc/systemd/user", "/usr/lib/systemd/user", "/lib/systemd/user"],
];

/** A unit is one that systemd takes. */
export const unitName: ItemRule = {
  id: "unit-name",
  severity: "error",
  summary: "A unit's file has a name and a directory that systemd knows.",
  why: `Units are enabled by their file's name, which ends in \`.service\`, \`.timer\` and so on; anything else systemd refuses. It looks in its own directories only (a warning for others). A drop-in such as
\`x.service.d/override.conf\` is no unit: make it a \`file\`.`,
  kinds: ["BootAction"],
  check: (item) =>
    assetsOf(item).flatMap(({ path, tree, type }): Finding[] => {
      const text = textAt(tree, "path");
      if (type !== "unit" || text === undefined || !text.startsWith("/")) return [];
      const field = `${path}.path`;
      const slash = text.lastIndexOf("/");
      const name = text.slice(slash + 1);
      const directory = text.slice(0, slash);
      const [, suffix = ""] = /^[A-Za-z0-9:_.@\\-]+\.([a-z]+)$/.exec(name) ?? [];
      if (!suffixes.includes(suffix)) {
        const message = `found a unit called ${shown(name)}, expected a name that ends in .${suffixes.join(", .")}`;
        return [{ field, message, hint: "correct the name, or make it an asset of type file" }];
      }
      if (directories.includes(directory.replace(/\/{2,}/g, "/"))) return [];
      const message = `systemd doesn't look for units in ${shown(directory)}`;
      return [{ field, severity: "warning", message, hint: "put it into /etc/systemd/system" }];
    }),
};
