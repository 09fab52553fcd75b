import type { YamlMap, YamlNode } from "../../../yaml/node.ts";
import {
  listOf,
  type MapDraft,
  rename,
  rewrite,
  rewriteMap,
  rewriteMembers,
  textOf,
  valueAt,
} from "../../reading/map-draft.ts";
import type { ItemContext } from "../item-context.ts";
import { splitCommaText } from "../split-text.ts";

/** Rewrites the fields of a network: `vlan_id`, route `weight`, route domains, and DNS servers as a comma separated text. */
export function convertNetwork(fields: MapDraft, item: ItemContext): void {
  if (rename(fields, "vlan_id", "vlan")) item.note("vlan", "vlan_id is vlan");
  rewrite(fields, "vlan", (vlan) => {
    if (textOf(vlan) !== "0") return vlan;
    item.note("vlan", "0 is no VLAN: the network is untagged");
    return undefined;
  });
  if (rename(fields, "routedomain", "route_domain")) item.note("route_domain", "routedomain is route_domain");
  rewrite(fields, "routes", (value) =>
    rewriteMembers(joinCutRoutes(value, item), (route, index) => convertRoute(route, index, item)),
  );
  rewrite(fields, "dns", (value) =>
    rewriteMap(value, (dns) =>
      rewrite(dns, "servers", (servers) => {
        const list = splitCommaText(servers);
        if (list !== servers) item.note("dns.servers", "servers separated by commas are a list");
        return list;
      }),
    ),
  );
}

function convertRoute(route: YamlNode, index: number, item: ItemContext): YamlNode {
  return rewriteMap(route, (fields) => {
    if (rename(fields, "weight", "metric")) item.note(`routes[${index}].metric`, "weight is metric");
    if (rename(fields, "routedomain", "route_domain"))
      item.note(`routes[${index}].route_domain`, "routedomain is route_domain");
  });
}

const destinations: readonly string[] = ["subnet", "routedomain", "route_domain"];

/**
 * A route whose keys stand in list members of their own (`- subnet`, `- gateway`, `- weight`) is put together again, and each member that should
 * not be one is an error. A member begins a route when it repeats a key or names a destination.
 */
function joinCutRoutes(value: YamlNode, item: ItemContext): YamlNode {
  if (value.kind !== "list") return value;
  const routes: YamlNode[] = [];
  let whole: YamlMap | undefined;
  for (const member of value.items) {
    if (whole === undefined || !isPieceOf(whole, member)) {
      routes.push(member);
      whole = member.kind === "map" ? member : undefined;
      continue;
    }
    const keys = member.entries.map(({ key }) => key);
    item.report({
      rule: "split-route",
      severity: "error",
      message: `found ${keys.join(" and ")} as a list member of its own, expected it inside the route that begins on line ${whole.position.line}`,
      hint: `remove the "-" in front of it and indent it like the route's first line`,
      at: member.position,
      field: `routes[${routes.length - 1}]`,
      related: [{ message: "the route begins here", at: whole.position }],
    });
    whole = { ...whole, entries: [...whole.entries, ...member.entries] };
    routes[routes.length - 1] = whole;
  }
  return listOf(routes, value.position);
}

function isPieceOf(route: YamlMap, member: YamlNode): member is YamlMap {
  return (
    member.kind === "map" &&
    member.entries.length > 0 &&
    member.entries.every(({ key }) => !destinations.includes(key) && valueAt(route, key) === undefined)
  );
}
