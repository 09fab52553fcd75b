import type { EffectiveItem } from "../../design/effective-item.ts";
import { type HostInterface, hostInterfaces } from "../host-interfaces.ts";
import { linkTraffic } from "../links.ts";
import type { Finding, ItemRule, RuleContext } from "../rule.ts";
import { shown } from "../shown.ts";
import { numberAt } from "../tree-access.ts";

/** The longest name Linux gives an interface: IFNAMSIZ without its end. */
const longest = 15;

/** An interface can bear its name. */
export const interfaceName: ItemRule = {
  id: "interface-name",
  severity: "warning",
  summary:
    "The name of an interface, with the VLAN ids it carries, has at most 15 characters, and no blank, '/' or ':'.",
  why: "Linux gives interfaces names of at most 15 characters without blanks, slashes and colons. A tagged network becomes an interface of its own, named after this one with a dot and the VLAN id: `storagebond0` is fine, `storagebond0.1200` is not. Give it a shorter name.",
  kinds: ["HostProfile", "Node"],
  looksAt: { HostProfile: ["interfaces"], Node: ["interfaces"] },
  check({ tree }, context) {
    return hostInterfaces(tree).flatMap((one): Finding[] => {
      const field = one.path;
      if (/[\s/:]/.test(one.name) || one.name === "." || one.name === "..")
        return [
          { field, message: `${shown(one.name)} can't be the name of an interface`, hint: "use letters and digits" },
        ];
      if (one.name.length + 1 + "4094".length <= longest) return [];
      const name = longestName(one, context);
      if (name.length <= longest) return [];
      const message = `interface name ${shown(name)} has ${name.length} characters, and ${longest} are possible`;
      return [{ field, message, hint: "give the interface a shorter name" }];
    });
  },
};

function longestName({ name, link: linkName, networks }: HostInterface, context: RuleContext): string {
  const link = context.lookup("NetworkLink", linkName);
  const tags = link === undefined ? [] : networks.flatMap((network) => tagOf(network, link, context) ?? []);
  return [name, ...tags.map((tag) => `${name}.${tag}`)].reduce((a, b) => (b.length > a.length ? b : a));
}

function tagOf(network: string, link: EffectiveItem, context: RuleContext): number | undefined {
  const { isTrunk, native } = linkTraffic(link);
  return isTrunk && network !== native ? numberAt(context.lookup("Network", network)?.tree, "vlan") : undefined;
}
