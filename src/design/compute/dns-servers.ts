import { isTreeMap } from "../tree.ts";
import { type Computation, nothingComputed } from "./computation.ts";

/** The DNS servers of a node that names none: those of its primary network. */
export const dnsServers: Computation = {
  rule: "computed-dns-servers",
  kind: "Node",
  field: "dns_servers",
  compute(name, tree, world) {
    const primary = tree.primary_network;
    if (tree.dns_servers !== undefined || typeof primary !== "string") return nothingComputed;
    const dns = world.item("Network", primary)?.dns;
    if (!isTreeMap(dns) || dns.servers === undefined) return nothingComputed;
    const readings = [
      { kind: "Node", name, path: "primary_network", message: `the primary network is ${primary}` },
      { kind: "Network", name: primary, path: "dns.servers", message: `dns.servers of Network/${primary}` },
    ];
    return [{ trail: ["dns_servers"], value: dns.servers, readings }];
  },
};
