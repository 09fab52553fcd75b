import { parseAddress, parseBlock } from "../network/address.ts";
import type { SimState, Subnet, Vlan } from "../state.ts";
import type { WorldOtherNode } from "../world/world.ts";
import { API, subnetView, vlanView } from "./network-view.ts";

const TYPE_NAMES: Readonly<Record<number, string>> = {
  1: "Device",
  2: "Rack controller",
  3: "Region controller",
  4: "Region and rack controller",
};

/** MAAS's numbers of what serves DHCP. */
export const RACK_TYPES: readonly number[] = [2, 4];

/** The smallest subnet an address lies in. */
function subnetAt(state: SimState, ip: string): Subnet | undefined {
  const value = parseAddress(ip)?.value;
  const holders = [...state.subnets.values()].flatMap((subnet) => {
    const block = parseBlock(subnet.cidr);
    const holds = block !== undefined && value !== undefined && block.first <= value && value <= block.last;
    return holds ? [{ subnet, prefix: block.prefix }] : [];
  });
  return holders.sort((a, b) => b.prefix - a.prefix)[0]?.subnet;
}

/** Where each address of a node that is no machine is: as its last report has it, in the subnet of that address. */
export function legsOf(state: SimState, { addresses }: WorldOtherNode) {
  return addresses.map((ip) => {
    const subnet = subnetAt(state, ip);
    const vlan: Vlan | undefined = subnet === undefined ? undefined : state.vlans.get(subnet.vlanId);
    return { ip, subnet, vlan };
  });
}

/** A device or controller as the API shows it. */
export function otherNodeView(state: SimState, systemId: string, node: WorldOtherNode) {
  const bare = { name: "eth0", mac_address: node.mac, vlan: null, links: [] };
  const nics = legsOf(state, node).map(({ ip, subnet, vlan }, index) => ({
    ...bare,
    name: `eth${index}`,
    vlan: vlan === undefined ? null : vlanView(state, vlan),
    links:
      subnet === undefined ? [] : [{ id: index, mode: "static", ip_address: ip, subnet: subnetView(state, subnet) }],
  }));
  return {
    system_id: systemId,
    hostname: node.hostname,
    fqdn: `${node.hostname}.maas`,
    node_type: node.type,
    node_type_name: TYPE_NAMES[node.type] ?? "Unknown",
    interface_set: nics.length === 0 ? [bare] : nics,
    resource_uri: `${API}/nodes/${systemId}/`,
  };
}
