import { hostInterfaces } from "../host-interfaces.ts";
import type { Finding, ItemRule } from "../rule.ts";
import { mapAt, textAt } from "../tree-access.ts";

/** Several slaves need a link that bonds. */
export const interfaceBonding: ItemRule = {
  id: "interface-bonding",
  severity: "error",
  summary:
    "An interface with several slaves is attached to a link with a bonding mode; one slave on such a link is told.",
  why: "Several devices become one interface by bonding, which switch and server must agree on: the link says how. Without a mode the provisioner can use one device only, and the switch may see a loop. A bond of one device works, and fails with it; that is worth a notice.",
  kinds: ["HostProfile", "Node"],
  looksAt: { HostProfile: ["interfaces"], Node: ["interfaces"] },
  check({ tree }, context) {
    return hostInterfaces(tree).flatMap(({ path, slaves, link: name }): Finding[] => {
      const link = slaves.length === 0 ? undefined : context.lookup("NetworkLink", name);
      if (link === undefined) return [];
      const mode = textAt(mapAt(link.tree, "bonding"), "mode") ?? "disabled";
      const related = [{ kind: "NetworkLink", name: link.name, field: "bonding.mode", message: "the link" }];
      const field = `${path}.slaves`;
      if (slaves.length === 1) {
        if (mode === "disabled") return [];
        const message = `a bond of one device: link ${link.name} bonds (${mode}), and the interface has one slave`;
        return [{ field, severity: "info", message, hint: "add a second slave, or ignore this", related }];
      }
      if (mode !== "disabled" || !context.isWhole(link, "bonding.mode")) return [];
      // A link with options of a bond and no mode is told there.
      if (Object.keys(mapAt(link.tree, "bonding") ?? {}).some((option) => option !== "mode")) return [];
      return [
        {
          field,
          message: `${slaves.length} slaves are bonded, but link ${link.name} has no bonding mode`,
          hint: `set bonding.mode of ${link.name}, or keep one slave`,
          related,
        },
      ];
    });
  },
};
