import { indexPath } from "../../design/field-path.ts";
import type { TreeMap } from "../../design/tree.ts";
import type { Fact, GroupFinding, GroupRule } from "../rule.ts";
import { shown } from "../shown.ts";
import { membersAt, numberAt, textAt } from "../tree-access.ts";

/** The routes a network may have, written and made for route domains together. */
const MOST_ROUTES = 256;

/** A route to a route domain leads to other networks. */
export const routeDomain: GroupRule = {
  id: "route-domain",
  severity: "error",
  summary: "A route to a route domain names a domain that another network is in, and has a gateway and a metric.",
  why: "A route with `route_domain` stands for one route to every other network of that domain. If no network is in it, or only the route's own, it leads nowhere: most often the name has a slip. Without a gateway no route can be made of it; without a metric the routes' order is left to the system.",
  kinds: ["Network"],
  least: 1,
  facts({ kind, name, tree }) {
    const own = textAt(tree, "route_domain");
    const facts: Fact[] =
      own === undefined ? [] : [{ key: `route-domain/${own}`, kind, name, field: "route_domain", role: "member" }];
    const routes = membersAt(tree, "routes");
    for (const [index, route] of routes.entries()) {
      const domain = textAt(route, "route_domain");
      if (domain === undefined) continue;
      const lacks = [
        textAt(route, "gateway") === undefined ? "gateway" : "",
        numberAt(route, "metric") === undefined ? "metric" : "",
      ].filter((part) => part !== "");
      // Where the routes it stands for would be too many, none was made.
      const room = routes.some((each) => isOf(each, route)) ? [] : [`room:${MOST_ROUTES - routes.length}`];
      const role = ["template", ...lacks, ...room].join(" ");
      facts.push({ key: `route-domain/${domain}`, kind, name, field: indexPath("routes", index), role });
    }
    return facts;
  },
  check(facts, context) {
    const members = facts.filter(({ role }) => role === "member");
    const domain = shown(facts[0]?.key.slice("route-domain/".length) ?? "");
    return facts.flatMap((fact): GroupFinding[] => {
      const [role, ...notes] = (fact.role ?? "").split(" ");
      const lacks = notes.filter((note) => !note.startsWith("room:"));
      const room = Number(notes.find((note) => note.startsWith("room:"))?.slice("room:".length) ?? members.length);
      if (role !== "template") return [];
      const about = { kind: fact.kind, name: fact.name };
      const field = `${fact.field}.route_domain`;
      if (members.length === 0) {
        const hint = `set route_domain: ${domain} on the networks the route leads to, or correct the name`;
        return [{ about, field, message: `no network is in route domain ${domain}`, hint }];
      }
      const found: GroupFinding[] = lacks
        .filter((part) => context.isWhole(about, `${fact.field}.${part}`))
        .map((part) => ({
          about,
          field: fact.field,
          ...(part === "metric" && { severity: "warning" as const }),
          message: `the route to route domain ${domain} has no ${part}`,
          hint: part === "gateway" ? "add gateway: with an address of the network" : "add metric:, such as 100",
        }));
      if (members.length > room) {
        const message = `route domain ${domain} has ${members.length} networks, more than a network can have routes to`;
        const hint = `a network has at most ${MOST_ROUTES} routes: divide the domain, or write a route to a larger block`;
        return [...found, { about, field, message, hint }];
      }
      if (members.some(({ name }) => name !== fact.name)) return found;
      const message = `no other network is in route domain ${domain}`;
      return [...found, { about, field, severity: "warning", message, hint: "add the networks the route leads to" }];
    });
  },
};

/** Whether a route was made of one to a route domain, as far as can be told. */
function isOf(route: TreeMap, template: TreeMap): boolean {
  return route.subnet !== undefined && route.gateway === template.gateway && route.metric === template.metric;
}
