import type { Finding, ItemRule } from "../rule.ts";
import { mapAt, membersAt, textAt } from "../tree-access.ts";

/** A node's controller can be reached. */
export const oobAccess: ItemRule = {
  id: "oob-access",
  severity: "warning",
  summary:
    "A node managed over IPMI or Redfish has an account, a credential, and an address on the out-of-band network.",
  kinds: ["Node"],
  check(item, context) {
    const { kind, name, tree } = item;
    const oob = mapAt(tree, "oob");
    const type = textAt(oob, "type");
    if (oob === undefined || (type !== "ipmi" && type !== "redfish") || !context.isWhole(item)) return [];
    const findings: Finding[] = ["network", "account", "credential"]
      .filter((field) => oob[field] === undefined)
      .map((field) => ({
        kind,
        name,
        field: `oob.${field}`,
        message: `${name} has no oob.${field}`,
        hint: "add it to the node or to its host profile",
      }));
    const network = textAt(oob, "network");
    if (network !== undefined && context.lookup("Network", network) !== undefined) {
      const addressed = membersAt(tree, "addressing").some((entry) => textAt(entry, "network") === network);
      if (!addressed) {
        findings.push({
          kind,
          name,
          field: "addressing",
          message: `${name} has no address on its out-of-band network ${network}`,
          hint: "formation data is missing: the layer that declares the node's addressing (bootstrap_seed.yaml) could supply it",
        });
      }
    }
    return findings;
  },
};
