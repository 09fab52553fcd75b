import { parseAddress } from "../address.ts";
import { memberPath } from "../names.ts";
import type { ItemRule } from "../rule.ts";
import { shown } from "../shown.ts";
import { mapAt, textsAt } from "../tree-access.ts";

/** DNS servers are addresses. */
export const dnsServer: ItemRule = {
  id: "dns-server",
  severity: "error",
  summary: "DNS servers are IPv4 or IPv6 addresses.",
  kinds: ["Network"],
  check({ tree }) {
    return textsAt(mapAt(tree, "dns"), "servers")
      .filter((server) => parseAddress(server) === undefined)
      .map((server) => ({
        field: memberPath("dns.servers", server),
        message: `DNS server ${shown(server)} is no address`,
        hint: "write addresses, separated by commas",
      }));
  },
};
