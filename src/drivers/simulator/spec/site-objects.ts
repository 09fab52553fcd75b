import { createHash } from "node:crypto";
import type { LinkSpec, NetworkSpec, SiteSpec } from "../../../../gen/bedplate/driver/v1/site_spec_pb.js";
import type { SiteObject } from "../world/calls.ts";
import { routesText } from "./network-fields.ts";
import { put } from "./quoted.ts";

/** The objects of a site a specification speaks of. */
export function siteObjects({ links, networks, tags, authorizedKeys, images }: SiteSpec): SiteObject[] {
  const named = (type: string, names: readonly string[]) => names.map((name) => ({ type, name, fields: { name } }));
  return [
    ...links.map(linkObject),
    ...networks.map(networkObject),
    ...named("tag", tags),
    ...named("image", images),
    ...authorizedKeys.map((key) => {
      const digest = createHash("sha256").update(key).digest("hex");
      return { type: "key", name: digest.slice(0, 16), fields: { digest } };
    }),
  ];
}

function linkObject(link: LinkSpec): SiteObject {
  const fields: Record<string, string> = { name: link.name };
  put(fields, "mtu", link.mtu);
  put(fields, "trunk", link.trunk);
  put(fields, "native_network", link.nativeNetwork);
  return { type: "link", name: link.name, fields };
}

function networkObject(network: NetworkSpec): SiteObject {
  const fields: Record<string, string> = { name: network.name };
  put(fields, "link", network.link);
  put(fields, "cidr", network.cidr);
  put(fields, "vlan", network.vlan);
  put(fields, "mtu", network.mtu);
  put(fields, "gateway", network.gateway);
  put(fields, "dns_servers", network.dnsServers.join(", "));
  put(fields, "dns_domain", network.dnsDomain);
  put(fields, "ranges", network.ranges.map(({ type, start, end }) => `${type} ${start}-${end}`).join(", "));
  put(fields, "routes", routesText(network));
  put(fields, "dhcp", network.dhcp);
  return { type: "network", name: network.name, fields };
}
