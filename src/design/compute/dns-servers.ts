import { isTreeMap } from "../tree.ts";
import type { Computation } from "./computation.ts";

/** The DNS servers of a node that names none: those of its primary network. */
export const dnsServers: Computation = {
  rule: "computed-dns-servers",
  kind: "Node",
  field: "dns_servers",
  compute(_name, tree, world) {
    const primary = tree.primary_network;
    if (typeof primary !== "string") return { value: undefined, inputs: [] };
    const dns = world.item("Network", primary)?.dns;
    return { value: isTreeMap(dns) ? dns.servers : undefined, inputs: [`Network/${primary}`] };
  },
};
