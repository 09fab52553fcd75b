import { memberKey } from "../names.ts";
import type { Finding, ItemRule } from "../rule.ts";
import { mapAt, membersAt, textAt, textsAt } from "../tree-access.ts";

/** Several networks need a link that trunks. */
export const interfaceTrunking: ItemRule = {
  id: "interface-trunking",
  severity: "error",
  summary: "An interface with several networks is attached to a link with a trunking mode.",
  kinds: ["HostProfile", "Node"],
  check({ kind, name, tree }, context) {
    return membersAt(tree, "interfaces").flatMap((one): Finding[] => {
      const networks = textsAt(one, "networks");
      const link = context.lookup("NetworkLink", textAt(one, "device_link") ?? "");
      if (networks.length < 2 || link === undefined) return [];
      const mode = textAt(mapAt(link.tree, "trunking"), "mode") ?? "disabled";
      if (mode !== "disabled" || !context.isWhole(link)) return [];
      return [
        {
          kind,
          name,
          field: `interfaces[${memberKey(textAt(one, "name") ?? "")}].networks`,
          message: `${networks.length} networks share the interface, but link ${link.name} has no trunking mode`,
          hint: `set trunking.mode of ${link.name}, or keep one network`,
          related: [{ kind: "NetworkLink", name: link.name, field: "trunking.mode", message: "the link" }],
        },
      ];
    });
  },
};
