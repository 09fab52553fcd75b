import type { SiteSpec } from "../../../../gen/bedplate/driver/v1/site_spec_pb.js";
import { type Action, diffFields } from "../action.ts";
import { canonicalAddress, canonicalBlock } from "../address.ts";
import type { FormField } from "../client/request.ts";
import { onlyField } from "../field.ts";
import { fabricNamed, vlanById, vlanLabel } from "./read-networks.ts";
import type { SiteState } from "./read-site.ts";
import { providerName, vidOn } from "./wanted-vlans.ts";

/**
 * The subnets of the networks that ride on a link, found by their CIDR. A subnet that is somewhere else, such as in a
 * fabric MAAS made by itself, is moved to its link's VLAN rather than made a second time.
 */
export function planSubnets(state: SiteState, spec: SiteSpec): Action[] {
  const links = new Map(spec.links.map((link) => [link.name, link]));
  return spec.networks.flatMap((network): Action[] => {
    const link = links.get(network.link);
    if (link === undefined || network.cidr === "") return [];
    const cidr = canonicalBlock(network.cidr);
    const vid = vidOn(link, network);
    const vlan = fabricNamed(state, providerName(link.name))?.vlans.find((candidate) => candidate.vid === vid);
    const fields = {
      name: network.name,
      gateway_ip: canonicalAddress(network.gateway),
      dns_servers: network.dnsServers.map(canonicalAddress).join(","),
    };
    const place = `${providerName(link.name)}/${vid}`;
    const object = `subnet ${cidr}`;
    const found = state.subnets.find((subnet) => subnet.cidr === cidr);
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
    const diff = diffFields(
      { name: found.name, gateway_ip: found.gateway, dns_servers: found.dnsServers.join(",") },
      fields,
    );
    const moves = found.vlanId !== vlan?.id;
    if (diff === undefined && !moves) return [];
    const names = { name: "name", gateway_ip: "gateway", dns_servers: "dns_servers" };
    const field = moves ? "vlan" : onlyField(diff?.form ?? [], names, "");
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
