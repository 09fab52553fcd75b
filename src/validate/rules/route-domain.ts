import { indexPath } from "../../design/field-path.ts";
import type { Fact, GroupFinding, GroupRule } from "../rule.ts";
import { shown } from "../shown.ts";
import { membersAt, numberAt, textAt } from "../tree-access.ts";

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
    for (const [index, route] of membersAt(tree, "routes").entries()) {
      const domain = textAt(route, "route_domain");
      if (domain === undefined) continue;
      const lacks = [
        textAt(route, "gateway") === undefined ? "gateway" : "",
        numberAt(route, "metric") === undefined ? "metric" : "",
      ].filter((part) => part !== "");
      const role = ["template", ...lacks].join(" ");
      facts.push({ key: `route-domain/${domain}`, kind, name, field: indexPath("routes", index), role });
    }
    return facts;
  },
  check(facts, context) {
    const members = facts.filter(({ role }) => role === "member");
    const domain = shown(facts[0]?.key.slice("route-domain/".length) ?? "");
    return facts.flatMap((fact): GroupFinding[] => {
      const [role, ...lacks] = (fact.role ?? "").split(" ");
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
      if (members.some(({ name }) => name !== fact.name)) return found;
      const message = `no other network is in route domain ${domain}`;
      return [...found, { about, field, severity: "warning", message, hint: "add the networks the route leads to" }];
    });
  },
};
