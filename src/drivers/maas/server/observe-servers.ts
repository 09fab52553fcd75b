import { timestampNow } from "@bufbuild/protobuf/wkt";
import { ServerState } from "../../../../gen/bedplate/driver/v1/server_driver_service_pb.js";
import type { ServerIdentity } from "../../../../gen/bedplate/driver/v1/server_spec_pb.js";
import type { MaasClient } from "../client/maas-client.ts";
import { oneLine } from "../text.ts";
import {
  ambiguous,
  type BehindBmc,
  hostname,
  machinesBehind,
  namesakeOf,
  readMachines,
  readPowerAddresses,
} from "./find-machine.ts";
import type { Machine } from "./machine.ts";
import { type ObservedInit, observedServer } from "./observed-server.ts";

const BATCH = 500;

/**
 * Reads the state of servers from one listing of all machines (and one of BMC addresses, when MACs don't find them all), in
 * batches of 500. No servers asked for means all of them, by host name.
 */
export async function* observeServers(
  client: MaasClient,
  servers: readonly ServerIdentity[],
): AsyncGenerator<ObservedInit[]> {
  const machines = await readMachines(client, {});
  const found =
    servers.length === 0
      ? machines.map((machine): MatchedMachine => ({ name: machine.hostname, machine }))
      : await matchMachines(client, machines, servers);
  for (let at = 0; at < found.length; at += BATCH) {
    yield found
      .slice(at, at + BATCH)
      .map(({ name, machine, mismatch }) =>
        mismatch === undefined ? observedServer(name, machine) : unknownServer(name, mismatch),
      );
  }
}

/** A server of which nobody can tell which machine it is: in no known state, so that nothing is done to it, and told why. The others are seen all the same. */
function unknownServer(name: string, { message }: Error): ObservedInit {
  return { name, state: ServerState.UNSPECIFIED, stateMessage: oneLine(message, 1024), observedAt: timestampNow() };
}

/** A server and the one machine that is meant, undefined when MAAS has none; or the error that says it has several. */
export interface MatchedMachine {
  readonly name: string;
  readonly machine: Machine | undefined;
  readonly mismatch?: Error;
}

/** Finds the machines of servers among those listed, as findMachine finds one. */
export async function matchMachines(
  client: MaasClient,
  machines: readonly Machine[],
  servers: readonly ServerIdentity[],
): Promise<readonly MatchedMachine[]> {
  const byMac = group(machines, (machine) => machine.nics.map(({ mac }) => mac));
  const byName = group(machines, (machine) => [machine.hostname.toLowerCase()]);
  const byId = new Map(machines.map((machine) => [machine.systemId, machine]));
  const needsBmc = servers.some(({ bootMac, oobAddress }) => oobAddress !== "" && !byMac.has(bootMac.toLowerCase()));
  const byBmc = needsBmc ? await readPowerAddresses(client) : new Map<string, BehindBmc[]>();
  return servers.map((server) => {
    const { name, bootMac, oobAddress } = server;
    const bmcIds = machinesBehind(byBmc, server);
    const tries: [string, readonly Machine[]][] = [
      [`MAC address ${bootMac}`, bootMac === "" ? [] : (byMac.get(bootMac.toLowerCase()) ?? [])],
      [`BMC address ${oobAddress}`, bmcIds.flatMap((id) => byId.get(id) ?? [])],
      [`host name ${hostname(name)}`, byName.get(hostname(name).toLowerCase()) ?? []],
    ];
    const [by, candidates] = tries.find(([, fitting]) => fitting.length > 0) ?? ["", []];
    if (candidates.length > 1) {
      const names = candidates.map((machine) => `${machine.hostname} (${machine.systemId})`);
      return { name, machine: undefined, mismatch: ambiguous(name, by, names) };
    }
    const [machine] = candidates;
    const namesake = machine === undefined || !by.startsWith("host name") ? undefined : namesakeOf(machine, server);
    return namesake === undefined ? { name, machine } : { name, machine: undefined, mismatch: namesake };
  });
}

function group(machines: readonly Machine[], keysOf: (machine: Machine) => readonly string[]): Map<string, Machine[]> {
  const groups = new Map<string, Machine[]>();
  for (const machine of machines) {
    for (const key of new Set(keysOf(machine))) groups.set(key, [...(groups.get(key) ?? []), machine]);
  }
  return groups;
}
