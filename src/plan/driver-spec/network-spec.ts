import type { NetworkSpecSchema, RouteSpecSchema } from "../../../gen/bedplate/driver/v1/site_spec_pb.js";
import type { TreeMap } from "../../design/tree.ts";
import type { DesignView } from "../design-view.ts";
import { mapAt, mapsAt, numberAt, textAt, textsAt } from "../read-tree.ts";
import type { Init } from "./init.ts";
import { type Fields, present } from "./present.ts";

/** A network as a driver gets it. */
export type NetworkSpecInit = Init<typeof NetworkSpecSchema>;

type RouteInit = Init<typeof RouteSpecSchema>;

const DEFAULT_ROUTES = new Set(["0.0.0.0/0", "::/0"]);

/**
 * The driver's form of a network: the default route becomes its gateway, a route to a route domain one route to each other
 * network of that domain, a missing MTU the link's. `forSite` adds what concerns the provisioner alone: ranges and DHCP.
 */
export function networkSpec(name: string, network: TreeMap, view: DesignView, forSite: boolean): NetworkSpecInit {
  const link = view.linkOfNetwork.get(name) ?? "";
  const dns = mapAt(network, "dns");
  const routes = mapsAt(network, "routes");
  const gateway = routes.find((route) => DEFAULT_ROUTES.has(textAt(route, "subnet")));
  const spec: Fields<NetworkSpecInit> = {
    name,
    link,
    cidr: textAt(network, "cidr"),
    vlan: numberAt(network, "vlan"),
    mtu: numberAt(network, "mtu") ?? numberAt(view.links.get(link) ?? {}, "mtu"),
    gateway: gateway === undefined ? "" : textAt(gateway, "gateway"),
    dnsServers: [...textsAt(dns, "servers")],
    dnsDomain: textAt(dns, "domain"),
    routes: routes.filter((route) => route !== gateway).flatMap((route) => routeSpecs(route, name, view)),
  };
  if (!forSite) return present(spec);
  const ranges = mapsAt(network, "ranges").map((range) =>
    present({ type: textAt(range, "type"), start: textAt(range, "start"), end: textAt(range, "end") }),
  );
  const relayed = textAt(mapAt(network, "dhcp_relay"), "upstream_target") !== "";
  return present<NetworkSpecInit>({ ...spec, ranges, dhcp: !relayed && ranges.some(({ type }) => type === "dhcp") });
}

function routeSpecs(route: TreeMap, network: string, view: DesignView): RouteInit[] {
  const [gateway, metric] = [textAt(route, "gateway"), numberAt(route, "metric")];
  const domain = textAt(route, "route_domain");
  if (domain === "") return [present<RouteInit>({ subnet: textAt(route, "subnet"), gateway, metric })];
  const others = [...view.networks].filter(
    ([name, other]) => name !== network && textAt(other, "route_domain") === domain && textAt(other, "cidr") !== "",
  );
  return others.map(([, other]) => present<RouteInit>({ subnet: textAt(other, "cidr"), gateway, metric }));
}
