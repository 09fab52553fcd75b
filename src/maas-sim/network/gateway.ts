import type { Machine } from "../machine.ts";
import type { SimState } from "../state.ts";
import { parseBlock } from "./address.ts";
import type { Link } from "./interface.ts";

/** Every link of a machine. */
export function linksOf(machine: Machine): Link[] {
  return [...machine.interfaces.values()].flatMap((nic) => nic.links);
}

/**
 * The default gateway of one address family as the machine shows it: the link that was set, else the gateway of the
 * first linked subnet that has one, without a link id.
 */
export function defaultGateway(state: SimState, machine: Machine, family: 4 | 6) {
  const chosen = family === 4 ? machine.gatewayLink4 : machine.gatewayLink6;
  const links = linksOf(machine);
  const gateway = (link: Link) => {
    const subnet = link.subnetId === null ? undefined : state.subnets.get(link.subnetId);
    return subnet !== undefined && parseBlock(subnet.cidr)?.family === family ? subnet.gatewayIp : null;
  };
  const set = links.find((link) => link.id === chosen);
  if (set !== undefined && gateway(set) !== null) return { gateway_ip: gateway(set), link_id: set.id };
  const guess = links.map(gateway).find((ip) => ip !== null);
  return { gateway_ip: guess ?? null, link_id: null };
}
