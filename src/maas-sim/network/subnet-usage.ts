import { USER } from "../sim.ts";
import type { SimState, Subnet } from "../state.ts";
import { legsOf } from "../views/other-node-view.ts";
import { formatAddress, hostBounds, parseAddress, parseBlock } from "./address.ts";
import { rangesOf } from "./allocation.ts";
import { linksOf } from "./gateway.ts";

interface Used {
  readonly first: bigint;
  readonly last: bigint;
  readonly purpose: readonly string[];
}

function used(state: SimState, subnet: Subnet): Used[] {
  const found: Used[] = rangesOf(state, subnet).map((range) => ({
    first: parseAddress(range.startIp)?.value ?? 0n,
    last: parseAddress(range.endIp)?.value ?? 0n,
    purpose: [range.type],
  }));
  const single = (ip: string | null, purpose: string) => {
    const value = parseAddress(ip ?? "")?.value;
    if (value !== undefined) found.push({ first: value, last: value, purpose: [purpose] });
  };
  const block = parseBlock(subnet.cidr);
  const inside = (ip: string) => {
    const value = parseAddress(ip)?.value;
    return value !== undefined && block !== undefined && block.first <= value && value <= block.last;
  };
  single(subnet.gatewayIp, "gateway-ip");
  for (const ip of subnet.dnsServers) if (inside(ip)) single(ip, "dns-server");
  for (const { ip } of assigned(state, subnet)) single(ip, "assigned-ip");
  return found.sort((a, b) => (a.first < b.first ? -1 : a.first > b.first ? 1 : 0));
}

function assigned(state: SimState, subnet: Subnet) {
  return [...state.machines.values()].flatMap((machine) =>
    linksOf(machine)
      .filter((link) => link.subnetId === subnet.id && link.ip !== null)
      .map((link) => ({ ip: link.ip ?? "", mode: link.mode, machine })),
  );
}

function shown(family: 4 | 6, first: bigint, last: bigint) {
  const text = (value: bigint) => formatAddress({ family, value });
  return { start: text(first), end: text(last), num_addresses: Number(last - first + 1n) };
}

/** What of a subnet is spoken for, and why. */
export function reservedRanges(state: SimState, subnet: Subnet) {
  const family = parseBlock(subnet.cidr)?.family ?? 4;
  return used(state, subnet).map(({ first, last, purpose }) => ({ ...shown(family, first, last), purpose }));
}

/** What of a subnet is free. */
export function unreservedRanges(state: SimState, subnet: Subnet) {
  const block = parseBlock(subnet.cidr);
  if (block === undefined) return [];
  const { first, last } = hostBounds(block);
  const free: { readonly start: string; readonly end: string; readonly num_addresses: number }[] = [];
  let next = first;
  for (const taken of used(state, subnet)) {
    if (taken.first > next) free.push(shown(block.family, next, taken.first - 1n));
    if (taken.last >= next) next = taken.last + 1n;
  }
  if (next <= last) free.push(shown(block.family, next, last));
  return free;
}

/** How full a subnet is. */
export function subnetStatistics(state: SimState, subnet: Subnet) {
  const free = unreservedRanges(state, subnet).map((range) => range.num_addresses);
  const available = free.reduce((sum, count) => sum + count, 0);
  const block = parseBlock(subnet.cidr);
  const bounds = block === undefined ? { first: 0n, last: 0n } : hostBounds(block);
  const total = Number(bounds.last - bounds.first + 1n);
  const usage = total === 0 ? 1 : (total - available) / total;
  return {
    num_available: available,
    largest_available: Math.max(0, ...free),
    num_unavailable: total - available,
    total_addresses: total,
    usage,
    usage_string: `${Math.round(usage * 100)}%`,
    available_string: `${Math.round((1 - usage) * 100)}%`,
    first_address: block === undefined ? "" : formatAddress({ family: block.family, value: bounds.first }),
    last_address: block === undefined ? "" : formatAddress({ family: block.family, value: bounds.last }),
    ip_version: block?.family ?? 4,
  };
}

/** The addresses machines, devices and controllers have in a subnet. */
export function addressesInUse(state: SimState, subnet: Subnet) {
  const others = [...state.otherNodes].flatMap(([systemId, node]) =>
    legsOf(state, node)
      .filter((leg) => leg.subnet === subnet)
      .map(({ ip }) => ({ ip, alloc_type: 1, node_summary: { system_id: systemId, hostname: node.hostname } })),
  );
  const machines = assigned(state, subnet).map(({ ip, mode, machine }) => ({
    ip,
    alloc_type: mode === "auto" ? 0 : 1,
    user: USER.username,
    node_summary: {
      system_id: machine.systemId,
      hostname: machine.hostname,
      fqdn: `${machine.hostname}.maas`,
      node_type: 0,
      is_container: false,
    },
  }));
  return [...machines, ...others];
}
