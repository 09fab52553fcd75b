import type { Machine } from "../machine.ts";
import type { SimState, Subnet } from "../state.ts";
import { nextFreeAddress } from "./allocation.ts";
import { linksOf } from "./gateway.ts";
import type { Interface, Link, LinkMode } from "./interface.ts";

/**
 * Adds a link to an interface. The placeholder link_up of an otherwise bare interface gives way to it, and so does an address by DHCP of its
 * family, or of none.
 */
export function addLink(
  state: SimState,
  nic: Interface,
  mode: LinkMode,
  subnet: Subnet | null,
  ip: string | null,
): Link {
  const link: Link = { id: state.nextId("link"), mode, subnetId: subnet?.id ?? null, ip };
  nic.links = nic.links.filter(
    (other) => other.mode !== "link_up" && !(other.mode === "dhcp" && givesWay(state, other, subnet)),
  );
  nic.links.push(link);
  if (ip !== null) state.addresses.set(ip, link.id);
  return link;
}

function givesWay(state: SimState, { subnetId }: Link, to: Subnet | null): boolean {
  const subnet = state.subnets.get(subnetId ?? -1);
  return subnet === undefined || to === null || familyOf(subnet) === familyOf(to);
}

function familyOf({ cidr }: Subnet): number {
  return cidr.includes(":") ? 6 : 4;
}

/** Makes sure an interface on a VLAN has a link, at least one that only says it is up. */
export function ensureLinkUp(state: SimState, nic: Interface): void {
  if (nic.links.length === 0 && nic.vlanId !== null) addLink(state, nic, "link_up", null, null);
}

/** Removes the links a predicate picks, with their addresses and gateway settings. */
export function removeLinks(state: SimState, machine: Machine, nic: Interface, picked: (link: Link) => boolean): void {
  for (const link of nic.links.filter(picked)) {
    if (link.ip !== null) state.addresses.delete(link.ip);
    if (machine.gatewayLink4 === link.id) machine.gatewayLink4 = null;
    if (machine.gatewayLink6 === link.id) machine.gatewayLink6 = null;
  }
  nic.links = nic.links.filter((link) => !picked(link));
}

/** Gives every auto link of a machine its address. Throws a 503, having changed nothing, when a subnet is exhausted. */
export function claimAutoAddresses(state: SimState, machine: Machine): void {
  const claimed: Link[] = [];
  try {
    for (const link of linksOf(machine)) {
      const subnet = link.subnetId === null ? undefined : state.subnets.get(link.subnetId);
      if (link.mode !== "auto" || link.ip !== null || subnet === undefined) continue;
      link.ip = nextFreeAddress(state, subnet);
      state.addresses.set(link.ip, link.id);
      claimed.push(link);
    }
  } catch (error) {
    for (const link of claimed) freeAddress(state, link);
    throw error;
  }
}

/** Takes the addresses of auto links back. */
export function freeAutoAddresses(state: SimState, machine: Machine): void {
  for (const link of linksOf(machine)) if (link.mode === "auto") freeAddress(state, link);
}

function freeAddress(state: SimState, link: Link): void {
  if (link.ip === null) return;
  state.addresses.delete(link.ip);
  link.ip = null;
}
