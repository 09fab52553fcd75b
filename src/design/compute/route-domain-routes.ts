import { isTreeMap, type Tree, type TreeMap } from "../tree.ts";
import { type Computation, type ComputedValue, nothingComputed } from "./computation.ts";

/** Routes a network may have. A domain that would bring more brings none: a network of so many routes is a mistake, and the cost would be quadratic. */
const MOST_ROUTES = 256;

/**
 * Routes to the networks of a route domain (Drydock's reference, sections 4.5 and 18.4): each route of a network that names a domain and a gateway is a
 * template. For each other network of the domain, by name, a route to its block is appended, with the template's gateway and metric. The template stays. No
 * route leads to the network's own block, to a block of another protocol than the gateway, or where a written one of the same metric leads already.
 */
export const routeDomainRoutes: Computation = {
  rule: "computed-route",
  kind: "Network",
  field: "routes",
  compute(network, tree, world) {
    const routes = tree.routes;
    if (!Array.isArray(routes)) return nothingComputed;
    const found: ComputedValue[] = [];
    for (const [index, template] of routes.entries()) {
      if (!isTemplate(template)) continue;
      const { route_domain: domain, gateway, metric } = template;
      const members = world.routeDomain(domain);
      if (routes.length + found.length + members.length > MOST_ROUTES) continue;
      const known = new Set([tree.cidr]);
      for (const { network: member, cidr } of members) {
        if (member === network || known.has(cidr) || isIpv6(cidr) !== isIpv6(gateway)) continue;
        known.add(cidr);
        if (routes.some((each) => isTreeMap(each) && each.subnet === cidr && each.metric === metric)) continue;
        world.item("Network", member);
        const value = { subnet: cidr, gateway, ...(metric !== undefined && { metric }) };
        const readings = [
          {
            ...{ kind: "Network", name: network, path: `routes[${index}]` },
            message: `routes[${index}] is a route to every network of route domain ${domain}`,
          },
          {
            kind: "Network",
            name: member,
            path: "route_domain",
            message: `Network/${member} is in route domain ${domain}`,
          },
          { kind: "Network", name: member, path: "cidr", message: `cidr of Network/${member} is ${cidr}` },
        ];
        found.push({ trail: ["routes", routes.length + found.length], value, readings, causedBy: ["routes", index] });
      }
    }
    return found;
  },
};

interface Template extends TreeMap {
  readonly route_domain: string;
  readonly gateway: string;
}

function isTemplate(route: Tree): route is Template {
  return (
    isTreeMap(route) &&
    typeof route.route_domain === "string" &&
    typeof route.gateway === "string" &&
    route.subnet === undefined
  );
}

function isIpv6(text: string): boolean {
  return text.includes(":");
}
