import { hostInterfaces } from "../host-interfaces.ts";
import { memberPath } from "../names.ts";
import type { Finding, ItemRule } from "../rule.ts";
import { shown } from "../shown.ts";
import { membersAt, textAt } from "../tree-access.ts";

/** A bridge is over a network of its interface, and has a name of its own. */
export const interfaceBridges: ItemRule = {
  id: "interface-bridges",
  severity: "error",
  summary:
    "A bridge is over a network its interface carries, the only one over it, and has a name no other interface has.",
  why: "A bridge takes the place of an interface on one network: it has the addresses there. On a network the interface doesn't carry there is nothing to bridge, and a port is in one bridge only. Two interfaces of one name can't be on one machine.",
  kinds: ["HostProfile", "Node"],
  looksAt: { HostProfile: ["interfaces"], Node: ["interfaces"] },
  check({ tree }) {
    const interfaces = hostInterfaces(tree);
    const names = new Set(interfaces.map(({ name }) => name));
    return interfaces.flatMap(({ name, path, networks }): Finding[] => {
      const own = membersAt(tree, "interfaces").find((one) => textAt(one, "name") === name);
      const bridged = new Set<string>();
      return membersAt(own, "bridges").flatMap((bridge): Finding[] => {
        const called = textAt(bridge, "name") ?? "";
        const network = textAt(bridge, "network");
        const at = memberPath(`${path}.bridges`, called);
        const findings: Finding[] = [];
        if (names.has(called)) {
          const message = `another interface or bridge is named ${shown(called)}`;
          findings.push({ field: `${at}.name`, message, hint: "give the bridge a name of its own" });
        }
        names.add(called);
        if (network === undefined) {
          findings.push({ field: at, message: `bridge ${called} is over no network`, hint: "set its network" });
        } else if (!networks.includes(network)) {
          const message = `bridge ${called} is over network ${network}, which interface ${name} doesn't carry`;
          findings.push({ field: `${at}.network`, message, hint: "name one of the interface's networks, or carry it" });
        } else if (bridged.has(network)) {
          const message = `two bridges are over network ${network}`;
          findings.push({ field: `${at}.network`, message, hint: "keep one of them" });
        } else {
          bridged.add(network);
        }
        return findings;
      });
    });
  },
};
