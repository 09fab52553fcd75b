import type { EffectiveItem } from "../../design/effective-item.ts";
import type { TreeMap } from "../../design/tree.ts";
import type { Finding, ItemRule, RuleContext } from "../rule.ts";
import { shown } from "../shown.ts";
import { supplyHint } from "../supply-hint.ts";
import { mapAt, membersAt, textAt } from "../tree-access.ts";

const uriField = 'oob.parameters["libvirt_uri"]';

/** A node's controller can be reached. */
export const oobAccess: ItemRule = {
  id: "oob-access",
  severity: "error",
  summary:
    "A node managed over IPMI or Redfish has an account, a credential and an address on the out-of-band network; one managed over libvirt has its libvirt_uri and boot_mac.",
  why: `Power and boot device are switched through the controller, so a node that lacks the way to it can't be installed. \`ipmi\` and \`redfish\` need \`network\`, \`account\` and \`credential\`, which a host profile mostly gives, and the node's address on
that network, which is formation data. \`libvirt\` needs \`libvirt_uri\`, over \`qemu+ssh\` or \`qemu+tls\`, and \`boot_mac\` to tell the machine by. \`manual\` needs nothing. An oob section without a type is a warning; no oob at all is an error where \`power_owner\` of the site is \`oob_driver\`.`,
  kinds: ["Node"],
  check(item, context) {
    const oob = mapAt(item.tree, "oob");
    if (oob === undefined) return faultsWithout(item, context);
    switch (textAt(oob, "type")) {
      case "ipmi":
      case "redfish":
        return faultsOfController(oob, item, context);
      case "libvirt":
        return faultsOfLibvirt(oob, item, context);
      case undefined: {
        if (!context.isWhole(item, "oob.type")) return [];
        const message = "nothing says how the node's controller is spoken to";
        return [{ field: "oob", severity: "warning", message, hint: "add oob.type: ipmi, redfish, libvirt or manual" }];
      }
      default:
        return [];
    }
  },
};

function faultsWithout(item: EffectiveItem, context: RuleContext): Finding[] {
  const [site] = context.ofKind("Site");
  if (textAt(site?.tree, "power_owner") !== "oob_driver" || !context.isWhole(item, "oob")) return [];
  return [
    {
      field: "oob",
      message: "nothing says how the node is switched on, and the site leaves that to its out-of-band driver",
      hint: "add oob: to the node or to its host profile",
      related:
        site === undefined ? [] : [{ kind: site.kind, name: site.name, field: "power_owner", message: "the site" }],
    },
  ];
}

function faultsOfController(oob: TreeMap, item: EffectiveItem, context: RuleContext): Finding[] {
  const findings = ["network", "account", "credential"]
    .filter((field) => (oob[field] === undefined || oob[field] === "") && context.isWhole(item, `oob.${field}`))
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
    hint: supplyHint(context, "Node", "addressing"),
  });
  return findings;
}

function faultsOfLibvirt(oob: TreeMap, item: EffectiveItem, context: RuleContext): Finding[] {
  const findings: Finding[] = [];
  const uri = textAt(mapAt(oob, "parameters"), "libvirt_uri");
  if (uri === undefined) {
    if (context.isWhole(item, uriField)) findings.push(lacking(uriField, "oob.libvirt_uri"));
  } else if (!/^qemu\+(?:ssh|tls):\/\/[^/\s]+/.test(uri)) {
    // An address may have a password in it.
    const scheme = /^[a-z][a-z0-9+.-]*(?=:)/i.exec(uri)?.[0];
    const found = scheme === undefined ? "no scheme" : `the scheme ${shown(scheme)}`;
    const message = `found ${/^qemu\+(?:ssh|tls):/.test(uri) ? "no host" : found} in libvirt_uri, expected qemu+ssh://HOST/system`;
    findings.push({ field: uriField, message, hint: "write qemu+ssh://USER@HOST/system" });
  }
  if (item.tree.boot_mac === undefined && context.isWhole(item, "boot_mac")) {
    findings.push({
      field: "boot_mac",
      message: "the node has no boot_mac to tell the virtual machine by",
      hint: supplyHint(context, "Node", "boot_mac"),
    });
  }
  return findings;
}

function lacking(field: string, name: string): Finding {
  return { field, message: `the node has no ${name}`, hint: "add it to the node or to its host profile" };
}
