import { createHash } from "node:crypto";
import { type DescMessage, type MessageShape, toBinary } from "@bufbuild/protobuf";
import {
  DomainSpecSchema,
  type LinkSpec,
  type NetworkSpec,
  RepositorySpecSchema,
  ScriptSpecSchema,
  type SiteSpec,
} from "../../../../gen/bedplate/driver/v1/site_spec_pb.js";
import type { SiteObject } from "../world/calls.ts";
import { routesText } from "./network-fields.ts";
import { put } from "./quoted.ts";

/** The objects of a site a specification speaks of. */
export function siteObjects(spec: SiteSpec): SiteObject[] {
  const { links, networks, tags, tagSpecs, authorizedKeys, images, domains, repositories, scripts } = spec;
  const described = new Map(tagSpecs.map((tag) => [tag.name, tag]));
  const named = (type: string, names: readonly string[]) => names.map((name) => ({ type, name, fields: { name } }));
  return [
    ...links.map(linkObject),
    ...networks.map(networkObject),
    ...tags.map((name) => {
      const fields: Record<string, string> = { name };
      const tag = described.get(name);
      put(fields, "definition", tag?.definition);
      put(fields, "comment", tag?.comment);
      put(fields, "kernel_opts", tag?.kernelOpts);
      return { type: "tag", name, fields };
    }),
    ...named("image", images),
    ...authorizedKeys.map((key) => {
      const digest = createHash("sha256").update(key).digest("hex");
      return { type: "key", name: digest.slice(0, 16), fields: { digest } };
    }),
    ...domains.map((domain) => whole("domain", domain.name, DomainSpecSchema, domain)),
    ...repositories.map((repository) => whole("repository", repository.name, RepositorySpecSchema, repository)),
    ...scripts.map((script) => whole("script", script.name, ScriptSpecSchema, script)),
  ];
}

/** An object of which nothing is told but whether it is the same. */
function whole<Schema extends DescMessage>(
  type: string,
  name: string,
  schema: Schema,
  message: MessageShape<Schema>,
): SiteObject {
  const digest = createHash("sha256").update(toBinary(schema, message)).digest("hex");
  return { type, name, fields: { name, digest } };
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
  put(fields, "space", network.space);
  put(fields, "dhcp_relay_target", network.dhcpRelayTarget);
  put(fields, "allow_dns", network.allowDns?.toString());
  put(fields, "managed", network.managed?.toString());
  return { type: "network", name: network.name, fields };
}
