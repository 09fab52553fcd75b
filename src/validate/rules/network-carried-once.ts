import { carriedPath, type HostInterface, hostInterfaces } from "../host-interfaces.ts";
import type { Finding, ItemRule } from "../rule.ts";
import { shown } from "../shown.ts";

const bootInterface = "pxe";

/** A host is on a network with one interface. */
export const networkCarriedOnce: ItemRule = {
  id: "network-carried-once",
  severity: "warning",
  summary: "A network is carried by one interface of a host; the boot interface may share one.",
  why: "A node has one address per network, and it can be on one interface only; with two interfaces on one network, answers leave by either. Carry the network on one interface, or bond the devices.",
  kinds: ["HostProfile", "Node"],
  looksAt: { HostProfile: ["interfaces"], Node: ["interfaces"] },
  check({ kind, name, tree }) {
    const interfaces = hostInterfaces(tree);
    if (interfaces.length < 2) return [];
    const owners = new Map<string, HostInterface>();
    const findings: Finding[] = [];
    for (const one of interfaces) {
      if (one.name === bootInterface) continue;
      for (const network of one.networks) {
        const other = owners.get(network);
        if (other === undefined) {
          owners.set(network, one);
          continue;
        }
        findings.push({
          field: carriedPath(one, network),
          message: `network ${network} is carried by interface ${shown(other.name)}, too`,
          hint: "carry it on one of the two",
          related: [{ kind, name, field: carriedPath(other, network), message: `interface ${shown(other.name)}` }],
        });
      }
    }
    return findings;
  },
};
