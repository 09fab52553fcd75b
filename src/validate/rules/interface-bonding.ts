import { memberPath } from "../names.ts";
import type { Finding, ItemRule } from "../rule.ts";
import { mapAt, membersAt, textAt, textsAt } from "../tree-access.ts";

/** Several slaves need a link that bonds. */
export const interfaceBonding: ItemRule = {
  id: "interface-bonding",
  severity: "error",
  summary: "An interface with several slaves is attached to a link with a bonding mode.",
  kinds: ["HostProfile", "Node"],
  check({ tree }, context) {
    return membersAt(tree, "interfaces").flatMap((one): Finding[] => {
      const slaves = textsAt(one, "slaves");
      if (slaves.length < 2) return [];
      const link = context.lookup("NetworkLink", textAt(one, "device_link"));
      if (link === undefined) return [];
      const mode = textAt(mapAt(link.tree, "bonding"), "mode") ?? "disabled";
      if (mode !== "disabled" || !context.isWhole(link, "bonding.mode")) return [];
      return [
        {
          field: `${memberPath("interfaces", textAt(one, "name") ?? "")}.slaves`,
          message: `${slaves.length} slaves are bonded, but link ${link.name} has no bonding mode`,
          hint: `set bonding.mode of ${link.name}, or keep one slave`,
          related: [{ kind: "NetworkLink", name: link.name, field: "bonding.mode", message: "the link" }],
        },
      ];
    });
  },
};
