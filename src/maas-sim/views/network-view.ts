import { USER } from "../sim.ts";
import type { Fabric, IpRange, SimState, Space, StaticRoute, Subnet, Vlan } from "../state.ts";

/** Where every path of the API begins. */
export const API = "/MAAS/api/2.0";

/** What a VLAN without a space shows. */
export const UNDEFINED_SPACE = "undefined";

/** The id of the built-in space. */
export const UNDEFINED_SPACE_ID = -1;

/** Whether a VLAN is the one its fabric was made with. */
export function isDefaultVlan(state: SimState, vlan: Vlan): boolean {
  return [...state.vlans.values()].every(({ id, fabricId }) => fabricId !== vlan.fabricId || id >= vlan.id);
}

/** The name a VLAN shows: the fabric's first one is "untagged" whatever its name, another without a name has none. */
export function vlanName(state: SimState, vlan: Vlan): string | null {
  return isDefaultVlan(state, vlan) ? "untagged" : vlan.name || null;
}

/** A VLAN as the API shows it. */
export function vlanView(state: SimState, vlan: Vlan) {
  const relay = vlan.relayVlanId === null ? undefined : state.vlans.get(vlan.relayVlanId);
  return {
    id: vlan.id,
    vid: vlan.vid,
    name: vlanName(state, vlan),
    fabric: state.fabrics.get(vlan.fabricId)?.name ?? "",
    fabric_id: vlan.fabricId,
    mtu: vlan.mtu,
    dhcp_on: vlan.dhcpOn,
    external_dhcp: null,
    relay_vlan: relay === undefined ? null : { id: relay.id, vid: relay.vid, fabric_id: relay.fabricId },
    primary_rack: vlan.primaryRack,
    secondary_rack: vlan.secondaryRack,
    space: spaceName(state, vlan),
    resource_uri: `${API}/vlans/${vlan.id}/`,
  };
}

function spaceName(state: SimState, vlan: Vlan | undefined): string {
  const space = vlan?.spaceId == null ? undefined : state.spaces.get(vlan.spaceId);
  return space?.name ?? UNDEFINED_SPACE;
}

/** The VLANs of a fabric, by tag. */
export function vlansOf(state: SimState, fabricId: number): Vlan[] {
  return [...state.vlans.values()].filter((vlan) => vlan.fabricId === fabricId).sort((a, b) => a.vid - b.vid);
}

/** A fabric as the API shows it. */
export function fabricView(state: SimState, fabric: Fabric) {
  return {
    id: fabric.id,
    name: fabric.name,
    class_type: fabric.classType,
    vlans: vlansOf(state, fabric.id).map((vlan) => vlanView(state, vlan)),
    resource_uri: `${API}/fabrics/${fabric.id}/`,
  };
}

/** A subnet as the API shows it. */
export function subnetView(state: SimState, subnet: Subnet) {
  const vlan = state.vlans.get(subnet.vlanId);
  return {
    id: subnet.id,
    name: subnet.name,
    description: subnet.description,
    vlan: vlan === undefined ? null : vlanView(state, vlan),
    cidr: subnet.cidr,
    rdns_mode: subnet.rdnsMode,
    gateway_ip: subnet.gatewayIp,
    dns_servers: subnet.dnsServers,
    allow_dns: subnet.allowDns,
    allow_proxy: subnet.allowProxy,
    active_discovery: subnet.activeDiscovery,
    managed: subnet.managed,
    disabled_boot_architectures: subnet.disabledBootArchitectures,
    space: spaceName(state, vlan),
    resource_uri: `${API}/subnets/${subnet.id}/`,
  };
}

/** A space as the API shows it; `undefined` stands for the built-in one. */
export function spaceView(state: SimState, space: Space | undefined) {
  const vlans = [...state.vlans.values()].filter((vlan) => vlan.spaceId === (space?.id ?? null));
  const ids = new Set(vlans.map((vlan) => vlan.id));
  const subnets = [...state.subnets.values()].filter((subnet) => ids.has(subnet.vlanId));
  const id = space?.id ?? UNDEFINED_SPACE_ID;
  return {
    id,
    name: space?.name ?? UNDEFINED_SPACE,
    description: space?.description ?? "",
    vlans: vlans.map((vlan) => vlanView(state, vlan)),
    subnets: subnets.map((subnet) => subnetView(state, subnet)),
    resource_uri: `${API}/spaces/${id}/`,
  };
}

/** An IP range as the API shows it. */
export function rangeView(state: SimState, range: IpRange) {
  const subnet = state.subnets.get(range.subnetId);
  return {
    id: range.id,
    type: range.type,
    start_ip: range.startIp,
    end_ip: range.endIp,
    comment: range.comment,
    subnet: subnet === undefined ? null : subnetView(state, subnet),
    user: userView(),
    resource_uri: `${API}/ipranges/${range.id}/`,
  };
}

/** A static route as the API shows it. */
export function routeView(state: SimState, route: StaticRoute) {
  const subnet = (id: number) => {
    const found = state.subnets.get(id);
    return found === undefined ? null : subnetView(state, found);
  };
  return {
    id: route.id,
    source: subnet(route.sourceId),
    destination: subnet(route.destinationId),
    gateway_ip: route.gatewayIp,
    metric: route.metric,
    resource_uri: `${API}/static-routes/${route.id}/`,
  };
}

/** The one user as the API shows it. */
export function userView() {
  return {
    username: USER.username,
    email: USER.email,
    is_superuser: true,
    is_local: true,
    resource_uri: `${API}/users/${USER.username}/`,
  };
}
