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
 * The driver's form of a network: the default route becomes its gateway, a missing MTU the link's. `forSite` adds what concerns the provisioner alone: ranges and DHCP.
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
    // A route to a route domain stands for the routes to its networks, which the design has computed from it.
    routes: routes
      .filter((route) => route !== gateway && textAt(route, "subnet") !== "")
      .map((route) =>
        present<RouteInit>({
          subnet: textAt(route, "subnet"),
          gateway: textAt(route, "gateway"),
          metric: numberAt(route, "metric"),
        }),
      ),
  };
  if (!forSite) return present(spec);
  const ranges = mapsAt(network, "ranges").map((range) =>
    present({ type: textAt(range, "type"), start: textAt(range, "start"), end: textAt(range, "end") }),
  );
  const dhcpRelayTarget = textAt(mapAt(network, "dhcp_relay"), "upstream_target");
  const dhcp = dhcpRelayTarget === "" && ranges.some(({ type }) => type === "dhcp");
  const { allow_dns: allowDns, managed } = network;
  return {
    ...present<NetworkSpecInit>({ ...spec, ranges, dhcp, dhcpRelayTarget, space: textAt(network, "space") }),
    ...(typeof allowDns === "boolean" && { allowDns }),
    ...(typeof managed === "boolean" && { managed }),
  };
}
