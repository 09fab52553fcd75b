import { type Fact, type Progress, writePrecondition } from "../precondition.ts";
import { deployedDigest, type Machine } from "./machine.ts";

/** A part of a machine a precondition rests on. */
export interface ServerFact extends Fact {
  /** The part for people, as plans name it, such as "interface bond0". */
  readonly label: string;
  readonly area: "machine" | "network" | "storage";
}

/** The key of the fact about a machine as a whole. */
export function machineKey(systemId: string): string {
  return `machine ${systemId}`;
}

/** The parts of a machine a precondition rests on. Addresses that MAAS hands out by itself are left out. */
export function serverFacts(machine: Machine): ServerFact[] {
  const whole: ServerFact = {
    key: machineKey(machine.systemId),
    label: `machine ${machine.hostname}`,
    area: "machine",
    digest: JSON.stringify([machine.owner, deployedDigest(machine)]),
  };
  const nics = machine.nics.map((nic): ServerFact => {
    const links = nic.links.map(
      ({ mode, subnetId, address }) => `${mode} ${subnetId} ${mode === "static" ? address : ""}`,
    );
    const { name, type, mac, vlanId, mtu, parents, params } = nic;
    const sorted = Object.entries(params).sort(([a], [b]) => (a < b ? -1 : 1));
    const digest = JSON.stringify([name, type, mac, vlanId, mtu, [...parents].sort(), sorted, links.sort()]);
    return { key: `interface ${nic.id}`, label: `interface ${name}`, area: "network", digest };
  });
  const disks = machine.disks.map((disk): ServerFact => {
    const parts = disk.partitions.map(({ id, size, filesystem }) => [id, size.toString(), filesystem ?? null]);
    const digest = JSON.stringify([disk.name, disk.size.toString(), disk.filesystem ?? null, parts]);
    return { key: `disk ${disk.id}`, label: `disk ${disk.name}`, area: "storage", digest };
  });
  return [whole, ...nics, ...disks];
}

/** The token for the next call about a machine; undefined stands for one MAAS does not know. */
export function serverPrecondition(machine: Machine | undefined, progress?: Progress): string {
  return machine === undefined
    ? writePrecondition([], undefined, progress)
    : writePrecondition(serverFacts(machine), machine.status, progress);
}
