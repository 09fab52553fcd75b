import type { SiteSpec } from "../../../../gen/bedplate/driver/v1/site_spec_pb.js";
import { answeredList, type Json, number, object, objects, text } from "../client/json.ts";
import type { MaasClient } from "../client/maas-client.ts";
import { type InUse, leaving } from "./leaving.ts";
import { vlanLabel } from "./read-networks.ts";
import type { NetworkState } from "./read-site.ts";

/** Largest listing of nodes taken, in bytes: a machine is some 40 kB. */
const NODES_MAX_BYTES = 512 * 1024 * 1024;

/** Who uses subnets and VLANs that left the design, by id: names for people. */
export interface NetworkUse extends InUse {
  readonly subnets: ReadonlyMap<number, readonly string[]>;
  readonly vlans: ReadonlyMap<number, readonly string[]>;
}

/**
 * Who uses what left the design: MAAS deletes a subnet or VLAN in use without a word, so this is looked up before. Nodes are
 * listed only when a subnet, VLAN or fabric would go.
 */
export async function readNetworkUse(client: MaasClient, state: NetworkState, spec: SiteSpec): Promise<NetworkUse> {
  const subnets = new Map<number, string[]>();
  const vlans = new Map<number, string[]>();
  const gone = leaving(state, spec);
  const goneVlans = [...gone.vlans, ...gone.fabrics.flatMap((fabric) => fabric.vlans)];
  if (gone.subnets.length + goneVlans.length === 0) return { subnets, vlans };
  const { instance } = client.target;
  const list = async (path: string) =>
    answeredList(await client.get({ path, maxBytes: NODES_MAX_BYTES }), path, instance);
  const [nodes, addresses] = await Promise.all([
    Promise.all(["machines/", "devices/", "rackcontrollers/", "regioncontrollers/"].map(list)),
    Promise.all(gone.subnets.map(async ({ id }) => [id, await addressesOf(client, id)] as const)),
  ]);
  for (const node of nodes.flat()) noteNode(node, subnets, vlans);
  for (const [id, users] of addresses) for (const user of users) note(subnets, id, user);
  const goneIds = new Set(goneVlans.map(({ id }) => id));
  for (const vlan of state.fabrics.flatMap((fabric) => fabric.vlans)) {
    const { relayVlanId } = vlan;
    if (relayVlanId === undefined || goneIds.has(vlan.id)) continue;
    note(vlans, relayVlanId, `vlan ${vlanLabel(vlan)}, which relays DHCP to it`);
  }
  const kept = new Set(gone.subnets.map(({ id }) => id));
  for (const id of subnets.keys()) if (!kept.has(id)) subnets.delete(id);
  return { subnets, vlans };
}

async function addressesOf(client: MaasClient, subnet: number): Promise<string[]> {
  const path = `subnets/${subnet}/`;
  const answer = await client.get({ path, op: "ip_addresses", query: [["with_summary", "1"]] });
  return objects(answer).map((entry) => {
    const node = object(entry.node_summary);
    const name = text(node.hostname) || text(node.fqdn) || text(node.system_id) || text(entry.user);
    const ip = text(entry.ip);
    return name === "" ? ip : `${name} (${ip})`;
  });
}

function noteNode(node: Json, subnets: Map<number, string[]>, vlans: Map<number, string[]>): void {
  const name = text(node.hostname) || text(node.fqdn) || text(node.system_id);
  for (const nic of objects(node.interface_set)) {
    const vlan = number(object(nic.vlan).id, -1);
    if (vlan >= 0) note(vlans, vlan, `${name} (${text(nic.name)})`);
    for (const link of objects(nic.links)) {
      const subnet = number(object(link.subnet).id, -1);
      if (subnet >= 0) note(subnets, subnet, `${name} (${text(link.ip_address) || text(nic.name)})`);
    }
  }
}

function note(users: Map<number, string[]>, id: number, user: string): void {
  const known = users.get(id);
  if (known === undefined) users.set(id, [user]);
  else if (!known.includes(user)) known.push(user);
}
