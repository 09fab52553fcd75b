import { number, text } from "../client/json.ts";
import type { Machine, Nic } from "../server/machine.ts";
import { fabricNamed, type Networks, type Vlan } from "../site/read-networks.ts";

/** What interfaces are compared from. */
export interface NetworkView {
  readonly machine: Machine;
  readonly networks: Networks;
  /** The interface each device of the specification means. */
  readonly bound: ReadonlyMap<string, Nic>;
}

/** The interfaces that stand on some, children after parents. */
export function standingOn(machine: Machine, nics: readonly Nic[]): Nic[] {
  const found: Nic[] = [];
  let names = new Set(nics.map(({ name }) => name));
  while (names.size > 0) {
    const next = machine.nics.filter((nic) => !found.includes(nic) && nic.parents.some((parent) => names.has(parent)));
    found.push(...next);
    names = new Set(next.map(({ name }) => name));
  }
  return found;
}

/** The interfaces directly on one, of one type. */
export function childrenOf(machine: Machine, parent: Nic, type?: string): Nic[] {
  return machine.nics.filter((nic) => nic.parents.includes(parent.name) && (type === undefined || nic.type === type));
}

/** The VLAN of a tag in a fabric, 0 for the untagged one. */
export function vlanIn(networks: Networks, fabric: string, vid: number): Vlan | undefined {
  return fabricNamed(networks, fabric)?.vlans.find((vlan) => vlan.vid === vid);
}

/**
 * The MTU an interface would have on a VLAN by what it is set to itself. What MAAS calls effective is no less than that of the interfaces
 * standing on it, so it tells nothing of an interface that has any.
 */
export function ownMtu(machine: Machine, nic: Nic, vlan: Vlan | undefined): number {
  const set = number(nic.params.mtu);
  if (set !== 0) return set;
  const isThere = vlan === undefined || nic.vlanId === vlan.id;
  return isThere && childrenOf(machine, nic).length === 0 ? nic.mtu : (vlan?.mtu ?? nic.mtu);
}

/** The parameters of a bond or bridge as texts; truth is "true" or "false", however it is written. */
export function parametersOf(nic: Nic): Record<string, string> {
  return Object.fromEntries(
    Object.entries(nic.params).map(([key, value]) => {
      const written = text(value);
      return [key, /^(true|false)$/i.test(written) ? written.toLowerCase() : written];
    }),
  );
}

/** Path of an interface below the API's base. */
export function nicPath(machine: Machine, nic: Nic): string {
  return `nodes/${machine.systemId}/interfaces/${nic.id}/`;
}

/** Path of a machine's interfaces below the API's base. */
export function nicsPath(machine: Machine): string {
  return `nodes/${machine.systemId}/interfaces/`;
}
