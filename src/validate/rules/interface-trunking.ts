import { hostInterfaces } from "../host-interfaces.ts";
import { linkTraffic } from "../links.ts";
import type { Finding, ItemRule } from "../rule.ts";

/** Several networks need a link that trunks. */
export const interfaceTrunking: ItemRule = {
  id: "interface-trunking",
  severity: "error",
  summary: "An interface with several networks is attached to a link with a trunking mode.",
  why: "Without tags an interface carries one network. Set `trunking.mode: 802.1q` on the link, or spread the networks over interfaces of their own.",
  kinds: ["HostProfile", "Node"],
  looksAt: { HostProfile: ["interfaces"], Node: ["interfaces"] },
  check({ tree }, context) {
    return hostInterfaces(tree).flatMap(({ path, networks, link: name }): Finding[] => {
      if (networks.length < 2) return [];
      const link = context.lookup("NetworkLink", name);
      // One that is for several networks itself is told there.
      if (link === undefined || linkTraffic(link).isTrunk || linkTraffic(link).named.length > 1) return [];
      if (!context.isWhole(link, "trunking.mode")) return [];
      return [
        {
          field: `${path}.networks`,
          message: `${networks.length} networks share the interface, but link ${link.name} has no trunking mode`,
          hint: `set trunking.mode of ${link.name}, or keep one network`,
          related: [{ kind: "NetworkLink", name: link.name, field: "trunking.mode", message: "the link" }],
        },
      ];
    });
  },
};
