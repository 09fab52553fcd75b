import type { ServerIdentity } from "../../../../gen/bedplate/driver/v1/server_spec_pb.js";
import { canonicalAddress } from "../address.ts";
import { answeredList, object, text } from "../client/json.ts";
import type { MaasClient } from "../client/maas-client.ts";
import type { MaasRead } from "../client/request.ts";
import { hardwareMismatch } from "../driver-error.ts";
import { listed } from "../text.ts";
import { type Machine, readMachine } from "./machine.ts";

/** Largest listing of all machines taken, in bytes: about 5,000 machines. */
const LISTING_MAX_BYTES = 384 * 1024 * 1024;

/**
 * Finds the one machine a design means: by boot MAC, else by the address of its BMC, else by host name. Undefined when MAAS
 * has none; HARDWARE_MISMATCH naming the candidates when it has several, or one that has but the name.
 */
export async function findMachine(client: MaasClient, identity: ServerIdentity): Promise<Machine | undefined> {
  const mac = identity.bootMac.toLowerCase();
  if (mac !== "") {
    const byMac = only(await readMachines(client, { query: [["mac_address", mac]] }), identity, `MAC address ${mac}`);
    if (byMac !== undefined) return byMac;
  }
  if (identity.oobAddress !== "") {
    const ids = machinesBehind(await readPowerAddresses(client), identity);
    const machines = await Promise.all(ids.slice(0, 8).map((id) => readOneMachine(client, id)));
    const byBmc = only(machines, identity, `BMC address ${identity.oobAddress}`);
    if (byBmc !== undefined) return byBmc;
  }
  const query = [["hostname", hostname(identity.name)]] as const;
  const byName = only(await readMachines(client, { query }), identity, `host name ${hostname(identity.name)}`);
  const namesake = byName === undefined ? undefined : namesakeOf(byName, identity);
  if (namesake !== undefined) throw namesake;
  return byName;
}

/** Why a machine that has but the host name of a node is another one: the design knows the node's MAC address, MAAS knows the machine's, and they differ. Undefined when it may be the one. */
export function namesakeOf(machine: Machine, { name, bootMac }: ServerIdentity): Error | undefined {
  const known = machine.nics.filter(({ type, mac }) => type === "physical" && mac !== "").map(({ mac }) => mac);
  if (bootMac === "" || known.length === 0 || known.includes(bootMac.toLowerCase())) return undefined;
  return hardwareMismatch(
    name,
    `machine ${machine.hostname} (${machine.systemId}) of MAAS has the name of node ${name}, but not its MAC address ${bootMac}: it has ${listed(known)}`,
    "give the node the boot_mac of that machine if it is meant, or rename or delete it in MAAS",
  );
}

/** Reads one machine by its id. */
export async function readOneMachine(client: MaasClient, systemId: string): Promise<Machine> {
  return readMachine(object(await client.get({ path: `machines/${encodeURIComponent(systemId)}/` })));
}

/** Reads the machines a query selects, all without one. */
export async function readMachines(client: MaasClient, read: Pick<MaasRead, "query">): Promise<Machine[]> {
  const answer = await client.get({ path: "machines/", maxBytes: LISTING_MAX_BYTES, ...read });
  return answeredList(answer, "machines/", client.target.instance).map(readMachine);
}

/** A machine as its BMC knows it. */
export interface BehindBmc {
  readonly systemId: string;
  /** What the BMC tells the machines behind it apart by; empty when it has one machine only. */
  readonly member: string;
}

/** The machines by the address of their BMC. */
export async function readPowerAddresses(client: MaasClient): Promise<Map<string, BehindBmc[]>> {
  const answer = object(await client.get({ path: "machines/", op: "power_parameters", maxBytes: LISTING_MAX_BYTES }));
  const machines = new Map<string, BehindBmc[]>();
  for (const [systemId, parameters] of Object.entries(answer)) {
    const { power_address, power_id, instance_name, node_id } = object(parameters);
    const address = powerAddress(text(power_address));
    const member = text(power_id) || text(instance_name) || text(node_id);
    if (address !== "") machines.set(address, [...(machines.get(address) ?? []), { systemId, member }]);
  }
  return machines;
}

/** The ids of the machines the BMC of a node leads to. Where one BMC has several, such as a hypervisor, the one that it calls by the node's name. */
export function machinesBehind(
  addresses: ReadonlyMap<string, readonly BehindBmc[]>,
  { name, oobAddress }: Pick<ServerIdentity, "name" | "oobAddress">,
): string[] {
  if (oobAddress === "") return [];
  const behind = addresses.get(powerAddress(oobAddress)) ?? [];
  const isShared = behind.length > 1 && behind.some(({ member }) => member !== "");
  const meant = isShared ? behind.filter(({ member }) => member === hostname(name)) : behind;
  return meant.map(({ systemId }) => systemId);
}

/** The host a power address names, without scheme, port and path: MAAS wants it bare. */
export function powerAddress(source: string): string {
  const bare = source
    .replace(/^[a-z][a-z0-9+.-]*:\/\//i, "")
    .replace(/[/?#].*$/, "")
    .replace(/^.*@/, "");
  const withoutPort = /^\[.*\]/.test(bare) ? bare.replace(/^\[(.*)\].*$/, "$1") : bare.replace(/^([^:]*):\d+$/, "$1");
  return canonicalAddress(withoutPort);
}

/** The host name MAAS keeps for a node: up to the first dot, since what follows would be a domain. */
export function hostname(name: string): string {
  return name.split(".")[0] ?? name;
}

function only(machines: readonly Machine[], identity: ServerIdentity, by: string): Machine | undefined {
  if (machines.length <= 1) return machines[0];
  const names = machines.map((machine) => `${machine.hostname} (${machine.systemId})`);
  throw ambiguous(identity.name, by, names);
}

/** Several machines fit one node. */
export function ambiguous(node: string, by: string, candidates: readonly string[]): Error {
  return hardwareMismatch(
    node,
    `${candidates.length} machines of MAAS have the ${by} of node ${node}: ${listed(candidates)}`,
    "give the node a boot_mac that only one of them has, or delete the machine that is not meant",
  );
}
