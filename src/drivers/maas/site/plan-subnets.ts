import type { NetworkSpec, SiteSpec } from "../../../../gen/bedplate/driver/v1/site_spec_pb.js";
import { type Action, diffFields } from "../action.ts";
import { canonicalAddress, canonicalBlock } from "../address.ts";
import type { FormField } from "../client/request.ts";
import { onlyField } from "../field.ts";
import { linkedNetworks, placeLinks, placeNetwork } from "./place-links.ts";
import { type Subnet, vlanById, vlanLabel } from "./read-networks.ts";
import type { SiteState } from "./read-site.ts";

/** What the specification calls the parameters of a subnet. */
const FIELDS = {
  name: "name",
  gateway_ip: "gateway",
  dns_servers: "dns_servers",
  allow_dns: "allow_dns",
  managed: "managed",
};

/**
 * The subnets of the networks that ride on a link, found by their CIDR. A subnet that is somewhere else, such as in a
 * fabric MAAS made by itself, is moved to its link's VLAN rather than made a second time.
 */
export function planSubnets(state: SiteState, spec: SiteSpec): Action[] {
  const placed = placeLinks(state, spec);
  return linkedNetworks(spec).flatMap((network): Action[] => {
    const cidr = canonicalBlock(network.cidr);
    const { place, vlan } = placeNetwork(placed, spec, network);
    const object = `subnet ${cidr}`;
    const found = state.subnets.find((subnet) => subnet.cidr === cidr);
    const fields = wantedFields(network, found);
    if (found === undefined) {
      const diff = diffFields({}, { ...fields, gateway_ip: fields.gateway_ip || undefined });
      const form: FormField[] = [["cidr", cidr], ...(diff?.form ?? [])];
      if (vlan !== undefined) form.push(["vlan", String(vlan.id)]);
      return [
        {
          object,
          field: "cidr",
          action: "create",
          before: "",
          after: [`vlan ${place}`, diff?.after].filter(Boolean).join(", "),
          ...(vlan && { request: { method: "POST", path: "subnets/", form } }),
        },
      ];
    }
    const diff = diffFields(presentFields(found), fields);
    const moves = found.vlanId !== vlan?.id;
    if (diff === undefined && !moves) return [];
    const field = moves ? "vlan" : onlyField(diff?.form ?? [], FIELDS, "");
    const form: FormField[] = [...(diff?.form ?? [])];
    if (moves && vlan !== undefined) form.unshift(["vlan", String(vlan.id)]);
    const now = moves ? `vlan ${vlanLabel(vlanById(state, found.vlanId))}` : undefined;
    return [
      {
        object,
        ...((diff === undefined || !moves) && { field }),
        action: "update",
        before: [now, diff?.before].filter(Boolean).join(", "),
        after: [moves ? `vlan ${place}` : undefined, diff?.after].filter(Boolean).join(", "),
        undoes: true,
        ...(vlan && { request: { method: "PUT", path: `subnets/${found.id}/`, form } }),
      },
    ];
  });
}

function presentFields(found: Subnet): Record<string, string> {
  return {
    name: found.name,
    gateway_ip: found.gateway,
    dns_servers: found.dnsServers.join(","),
    allow_dns: String(found.allowDns ?? true),
    managed: String(found.managed ?? true),
  };
}

/** What a network says of its subnet; what it leaves open is undefined. No gateway means none. */
function wantedFields(network: NetworkSpec, found: Subnet | undefined): Record<string, string | undefined> {
  const servers = network.dnsServers.map(canonicalAddress).join(",");
  return {
    name: subnetName(network.name),
    gateway_ip: found === undefined && network.gateway === "" ? undefined : canonicalAddress(network.gateway),
    dns_servers: servers === "" ? undefined : servers,
    allow_dns: network.allowDns === undefined ? undefined : String(network.allowDns),
    managed: network.managed === undefined ? undefined : String(network.managed),
  };
}

/** The name MAAS gets for a subnet: beside what it takes of fabrics, dots, colons, slashes and spaces. */
function subnetName(name: string): string {
  return name.replace(/[^\w.: /-]/g, "-");
}
