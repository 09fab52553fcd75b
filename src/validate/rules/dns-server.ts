import { parseAddress, unfitAs } from "../address.ts";
import { memberPath } from "../names.ts";
import type { Finding, ItemRule } from "../rule.ts";
import { shown } from "../shown.ts";
import { mapAt, textAt, textsAt } from "../tree-access.ts";

/** DNS servers are addresses. */
export const dnsServer: ItemRule = {
  id: "dns-server",
  severity: "error",
  summary: "DNS servers are IPv4 or IPv6 addresses of machines.",
  why: "A name server can't be found by its name, so it is given by its address; a node with a server that is none resolves nothing and can't install a package. A network's servers become those of the nodes whose primary network it is.",
  kinds: ["Network", "Node"],
  check({ kind, tree }, context) {
    const servers = kind === "Network" ? textsAt(mapAt(tree, "dns"), "servers") : textsAt(tree, "dns_servers");
    if (servers.length === 0) return [];
    const found = servers.flatMap((server): Finding[] => {
      const field = memberPath(kind === "Network" ? "dns.servers" : "dns_servers", server);
      const address = parseAddress(server);
      if (address === undefined) {
        const hint = "write addresses, separated by commas or as a list";
        return [{ field, message: `DNS server ${shown(server)} is no address`, hint }];
      }
      const use = unfitAs(address);
      if (use === undefined || use === "link-local" || use === "loopback") return [];
      const message = `DNS server ${server} is of a block that is ${use}`;
      return [{ field, message, hint: "give the address of a machine" }];
    });
    if (kind === "Network" || found.length === 0) return found;
    // What a node has from its network is told there.
    const primary = context.lookup("Network", textAt(tree, "primary_network"));
    const inherited = textsAt(mapAt(primary?.tree, "dns"), "servers");
    return found.filter(({ field }) => !inherited.some((server) => field === memberPath("dns_servers", server)));
  },
};
