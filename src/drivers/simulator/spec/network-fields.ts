import type { InterfaceSpec } from "../../../../gen/bedplate/driver/v1/server_spec_pb.js";
import type { LinkSpec, NetworkSpec } from "../../../../gen/bedplate/driver/v1/site_spec_pb.js";
import { put, quoted } from "./quoted.ts";

/** The interfaces of a specification as fields by their paths, such as `interfaces["bond0"].link.mtu`. */
export function networkFields(interfaces: readonly InterfaceSpec[]): Record<string, string> {
  const fields: Record<string, string> = {};
  for (const { name, link, devices, networks, bridges } of interfaces) {
    const at = `interfaces[${quoted(name)}]`;
    fields[`${at}.name`] = name;
    put(fields, `${at}.devices`, devices.join(", "));
    if (link !== undefined) linkFields(fields, `${at}.link`, link);
    for (const { network, mode, address } of networks) {
      const on = `${at}.networks[${quoted(network?.name ?? "")}]`;
      put(fields, `${on}.mode`, mode);
      put(fields, `${on}.address`, address);
      if (network !== undefined) nicNetworkFields(fields, `${on}.network`, network);
    }
    for (const bridge of bridges) {
      const on = `${at}.bridges[${quoted(bridge.name)}]`;
      put(fields, `${on}.network`, bridge.network);
      put(fields, `${on}.type`, bridge.type);
      put(fields, `${on}.stp`, bridge.stp);
      put(fields, `${on}.forward_delay`, bridge.forwardDelay?.toString());
    }
  }
  return fields;
}

function linkFields(fields: Record<string, string>, at: string, link: LinkSpec): void {
  put(fields, `${at}.name`, link.name);
  put(fields, `${at}.mtu`, link.mtu);
  put(fields, `${at}.bond_mode`, link.bondMode);
  put(fields, `${at}.bond_hash`, link.bondHash);
  put(fields, `${at}.bond_peer_rate`, link.bondPeerRate);
  // Zero is a value here, unlike absence.
  put(fields, `${at}.bond_mon_rate`, link.bondMonRate?.toString());
  put(fields, `${at}.bond_up_delay`, link.bondUpDelay?.toString());
  put(fields, `${at}.bond_down_delay`, link.bondDownDelay?.toString());
  put(fields, `${at}.bond_num_grat_arp`, link.bondNumGratArp?.toString());
  put(fields, `${at}.trunk`, link.trunk);
  put(fields, `${at}.native_network`, link.nativeNetwork);
}

function nicNetworkFields(fields: Record<string, string>, at: string, network: NetworkSpec): void {
  put(fields, `${at}.cidr`, network.cidr);
  put(fields, `${at}.vlan`, network.vlan);
  put(fields, `${at}.mtu`, network.mtu);
  put(fields, `${at}.gateway`, network.gateway);
  put(fields, `${at}.dns_servers`, network.dnsServers.join(", "));
  put(fields, `${at}.dns_domain`, network.dnsDomain);
  put(fields, `${at}.routes`, routesText(network));
}

/** The routes of a network in one line. */
export function routesText({ routes }: NetworkSpec): string {
  return routes
    .map(({ subnet, gateway, metric }) => `${subnet} via ${gateway}${metric === 0 ? "" : ` metric ${metric}`}`)
    .join(", ");
}
