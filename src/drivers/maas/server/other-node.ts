import type { ServerIdentity } from "../../../../gen/bedplate/driver/v1/server_spec_pb.js";
import { ifThere } from "../client/if-there.ts";
import { type Json, number, objects, text } from "../client/json.ts";
import type { MaasClient } from "../client/maas-client.ts";
import { hardwareMismatch } from "../driver-error.ts";
import { listed } from "../text.ts";
import { hostname } from "./find-machine.ts";

/** What a node of MAAS is when it is no machine, by MAAS's number. */
const TYPES: ReadonlyMap<number, string> = new Map([
  [1, "a device"],
  [2, "a rack controller"],
  [3, "a region controller"],
  [4, "a region and rack controller"],
]);

/**
 * Fails with HARDWARE_MISMATCH when MAAS has the MAC address or name of a node on something that is no machine: a controller of MAAS itself, or a device. Such a one is never touched, and no
 * machine is made beside it.
 */
export async function requireNoOtherNode(client: MaasClient, identity: ServerIdentity): Promise<void> {
  const name = hostname(identity.name);
  const byName = await readNodes(client, "hostname", name);
  const byMac = identity.bootMac === "" ? [] : await readNodes(client, "mac_address", identity.bootMac.toLowerCase());
  const others = new Map([...byMac, ...byName].map((node) => [text(node.system_id), node]));
  const found = [...others.values()].flatMap((node) => {
    const type = TYPES.get(number(node.node_type));
    return type === undefined ? [] : [`${text(node.hostname)} (${text(node.system_id)}), ${type}`];
  });
  if (found.length === 0) return;
  const what = byMac.length > 0 ? `MAC address ${identity.bootMac}` : `host name ${name}`;
  throw hardwareMismatch(
    identity.name,
    `MAAS has the ${what} of node ${identity.name} on something that is no machine: ${listed(found)}`,
    "give the node another boot_mac or name, or take the other one out of MAAS",
  );
}

async function readNodes(client: MaasClient, key: string, value: string): Promise<Json[]> {
  return objects(await ifThere(client.get({ path: "nodes/", query: [[key, value]] })));
}
