import type { Finding, ItemRule } from "../rule.ts";
import { mapAt, membersAt, textAt } from "../tree-access.ts";

/** A node's controller can be reached. */
export const oobAccess: ItemRule = {
  id: "oob-access",
  severity: "warning",
  summary:
    "A node managed over IPMI or Redfish has an account, a credential and an address on the out-of-band network; one managed over libvirt has its libvirt_uri.",
  kinds: ["Node"],
  check(item, context) {
    const oob = mapAt(item.tree, "oob");
    const type = textAt(oob, "type");
    if (oob === undefined) return [];
    if (type === "libvirt") {
      const field = 'oob.parameters["libvirt_uri"]';
      if (mapAt(oob, "parameters")?.libvirt_uri !== undefined || !context.isWhole(item, field)) return [];
      return [lacking(field, "oob.libvirt_uri")];
    }
    if (type !== "ipmi" && type !== "redfish") return [];
    const findings = ["network", "account", "credential"]
      .filter((field) => oob[field] === undefined && context.isWhole(item, `oob.${field}`))
      .map((field) => lacking(`oob.${field}`, `oob.${field}`));
    const network = textAt(oob, "network");
    if (network === undefined || context.lookup("Network", network) === undefined) return findings;
    const addressing = membersAt(item.tree, "addressing");
    const isAddressed = addressing.some((entry) => textAt(entry, "network") === network);
    // A node without any address has a rule of its own.
    if (isAddressed || addressing.length === 0 || !context.isWhole(item, "addressing")) return findings;
    findings.push({
      field: "addressing",
      message: `the node has no address on its out-of-band network ${network}`,
      hint: "formation data is missing: the layer that declares the node's addressing (bootstrap_seed.yaml) could supply it",
    });
    return findings;
  },
};

function lacking(field: string, name: string): Finding {
  return { field, message: `the node has no ${name}`, hint: "add it to the node or to its host profile" };
}
