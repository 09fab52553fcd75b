import { parseAddress } from "../address.ts";
import { memberKey } from "../names.ts";
import type { ItemRule } from "../rule.ts";
import { mapAt, textsAt } from "../tree-access.ts";

/** DNS servers are addresses. */
export const dnsServer: ItemRule = {
  id: "dns-server",
  severity: "error",
  summary: "DNS servers are IPv4 or IPv6 addresses.",
  kinds: ["Network"],
  check({ kind, name, tree }) {
    return textsAt(mapAt(tree, "dns"), "servers")
      .filter((server) => parseAddress(server) === undefined)
      .map((server) => ({
        kind,
        name,
        field: `dns.servers[${memberKey(server)}]`,
        message: `DNS server ${server} is no address`,
        hint: "write addresses, separated by commas",
      }));
  },
};
