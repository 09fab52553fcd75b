import { blockHolds, parseAddress, parseBlock } from "../address.ts";
import type { Finding, ItemRule } from "../rule.ts";
import { membersAt, textAt } from "../tree-access.ts";

/** A route says where to and by which gateway, and the gateway is on the network. */
export const networkRoute: ItemRule = {
  id: "network-route",
  severity: "error",
  summary: "A route has a destination and a gateway, and the gateway lies inside the network.",
  kinds: ["Network"],
  check(item, context) {
    const { kind, name, tree } = item;
    const block = parseBlock(textAt(tree, "cidr") ?? "");
    return membersAt(tree, "routes").flatMap((route, index): Finding[] => {
      const field = `routes[${index}]`;
      const subnet = textAt(route, "subnet");
      const gateway = textAt(route, "gateway");
      const findings: Finding[] = [];
      if (subnet === undefined && textAt(route, "route_domain") === undefined && context.isWhole(item)) {
        findings.push({
          kind,
          name,
          field,
          message: "the route has no destination",
          hint: "add subnet:, such as 0.0.0.0/0",
        });
      }
      if (subnet !== undefined && parseBlock(subnet) === undefined) {
        findings.push({
          kind,
          name,
          field: `${field}.subnet`,
          message: `${subnet} is no address block`,
          hint: "write a block such as 10.1.0.0/24",
        });
      }
      if (gateway === undefined) {
        if (context.isWhole(item))
          findings.push({
            kind,
            name,
            field,
            message: "the route has no gateway",
            hint: "add gateway: with an address of the network",
          });
        return findings;
      }
      const address = parseAddress(gateway);
      if (address === undefined) {
        findings.push({
          kind,
          name,
          field: `${field}.gateway`,
          message: `${gateway} is no address`,
          hint: "write an IPv4 or IPv6 address",
        });
      } else if (block !== undefined && !blockHolds(block, address)) {
        findings.push({
          kind,
          name,
          field: `${field}.gateway`,
          message: `gateway ${gateway} is outside ${textAt(tree, "cidr")}`,
          hint: "a gateway is an address of its own network",
          related: [{ kind, name, field: "cidr", message: "the network's block" }],
        });
      }
      return findings;
    });
  },
};
