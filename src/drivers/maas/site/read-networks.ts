import { canonicalAddress, canonicalBlock } from "../address.ts";
import { answeredList, number, object, objects, text, texts } from "../client/json.ts";
import type { MaasClient } from "../client/maas-client.ts";

/** A VLAN of a fabric. */
export interface Vlan {
  readonly id: number;
  /** 0 for untagged. */
  readonly vid: number;
  readonly name: string;
  readonly fabric: string;
  readonly fabricId: number;
  readonly mtu: number;
  readonly dhcpOn: boolean;
  /** Database id of the VLAN its DHCP requests are relayed to. */
  readonly relayVlanId?: number | undefined;
  /** Name of its space; empty for none. */
  readonly space?: string;
  /** System id of the rack controller that serves its DHCP first; empty for none. */
  readonly primaryRack?: string;
  /** System id of the one that stands by; empty for none. */
  readonly secondaryRack?: string;
}

/** A fabric with its VLANs. */
export interface Fabric {
  readonly id: number;
  readonly name: string;
  /** What kind of fabric it is, in its maker's words. */
  readonly classType?: string;
  readonly vlans: readonly Vlan[];
}

/** A space. */
export interface Space {
  readonly id: number;
  readonly name: string;
  readonly description: string;
}

/** A subnet. */
export interface Subnet {
  readonly id: number;
  readonly cidr: string;
  readonly name: string;
  readonly vlanId: number;
  /** Empty for none. */
  readonly gateway: string;
  readonly dnsServers: readonly string[];
  readonly allowDns?: boolean;
  readonly managed?: boolean;
  /** What no design speaks of; a hand that changes it has been at the subnet all the same. */
  readonly settings?: Readonly<Record<string, string | number | boolean>>;
}

/** What MAAS shows as the space of a VLAN that has none. */
const NO_SPACE = "undefined";

/** Fabrics with their VLANs, and subnets of a MAAS. */
export interface Networks {
  readonly fabrics: readonly Fabric[];
  readonly subnets: readonly Subnet[];
}

/** Reads fabrics, VLANs and subnets. */
export async function readNetworks(client: MaasClient): Promise<Networks> {
  const [fabrics, subnets] = await Promise.all([client.get({ path: "fabrics/" }), client.get({ path: "subnets/" })]);
  const { instance } = client.target;
  return {
    fabrics: answeredList(fabrics, "fabrics/", instance).map((fabric) => ({
      id: number(fabric.id),
      name: text(fabric.name),
      classType: text(fabric.class_type),
      vlans: objects(fabric.vlans).map((vlan) => ({
        id: number(vlan.id),
        vid: number(vlan.vid),
        name: text(vlan.name),
        fabric: text(fabric.name),
        fabricId: number(fabric.id),
        mtu: number(vlan.mtu, 1500),
        dhcpOn: vlan.dhcp_on === true,
        relayVlanId: relayOf(vlan.relay_vlan),
        space: text(vlan.space) === NO_SPACE ? "" : text(vlan.space),
        primaryRack: text(vlan.primary_rack),
        secondaryRack: text(vlan.secondary_rack),
      })),
    })),
    subnets: answeredList(subnets, "subnets/", instance).map((subnet) => ({
      id: number(subnet.id),
      cidr: canonicalBlock(text(subnet.cidr)),
      name: text(subnet.name),
      vlanId: number(object(subnet.vlan).id),
      gateway: canonicalAddress(text(subnet.gateway_ip)),
      dnsServers: texts(subnet.dns_servers).map(canonicalAddress),
      allowDns: subnet.allow_dns !== false,
      managed: subnet.managed !== false,
      settings: {
        description: text(subnet.description),
        allow_proxy: subnet.allow_proxy !== false,
        active_discovery: subnet.active_discovery === true,
        rdns_mode: number(subnet.rdns_mode, 2),
      },
    })),
  };
}

/** MAAS shows the VLAN itself, or only its id. */
function relayOf(value: unknown): number | undefined {
  const id = number(typeof value === "object" ? object(value).id : value, -1);
  return id < 0 ? undefined : id;
}

/** Whether a VLAN is the one its fabric was made with: MAAS calls it "untagged" whatever its name, and never deletes it. */
export function isDefaultVlan(fabric: Fabric, vlan: Vlan): boolean {
  return fabric.vlans.every(({ id }) => id >= vlan.id);
}

/** A fabric by name. */
export function fabricNamed(networks: Networks, name: string): Fabric | undefined {
  return networks.fabrics.find((fabric) => fabric.name === name);
}

/** A VLAN by its database id. */
export function vlanById(networks: Networks, id: number): Vlan | undefined {
  for (const { vlans } of networks.fabrics) {
    const found = vlans.find((vlan) => vlan.id === id);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** A VLAN for people, such as "pxe/0"; "-" when there is none. */
export function vlanLabel(vlan: Vlan | undefined): string {
  return vlan === undefined ? "-" : `${vlan.fabric}/${vlan.vid}`;
}
