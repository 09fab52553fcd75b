import { memberPath } from "../names.ts";
import type { Finding, ItemRule } from "../rule.ts";
import { mapAt, membersAt, textAt, textsAt } from "../tree-access.ts";

/** Several networks need a link that trunks. */
export const interfaceTrunking: ItemRule = {
  id: "interface-trunking",
  severity: "error",
  summary: "An interface with several networks is attached to a link with a trunking mode.",
  kinds: ["HostProfile", "Node"],
  check({ tree }, context) {
    return membersAt(tree, "interfaces").flatMap((one): Finding[] => {
      const networks = textsAt(one, "networks");
      if (networks.length < 2) return [];
      const link = context.lookup("NetworkLink", textAt(one, "device_link"));
      if (link === undefined) return [];
      const mode = textAt(mapAt(link.tree, "trunking"), "mode") ?? "disabled";
      if (mode !== "disabled" || !context.isWhole(link, "trunking.mode")) return [];
      return [
        {
          field: `${memberPath("interfaces", textAt(one, "name") ?? "")}.networks`,
          message: `${networks.length} networks share the interface, but link ${link.name} has no trunking mode`,
          hint: `set trunking.mode of ${link.name}, or keep one network`,
          related: [{ kind: "NetworkLink", name: link.name, field: "trunking.mode", message: "the link" }],
        },
      ];
    });
  },
};
