import type { Machine, Nic } from "../server/machine.ts";
import type { Vlan } from "../site/read-networks.ts";
import { childrenOf, type NetworkView, standingOn, vlanIn } from "./interface-tree.ts";
import type { WantedInterface, WantedSegment } from "./wanted-interfaces.ts";

/** A part of a wanted interface, and what of it is there. */
export interface Segment {
  readonly wanted: WantedSegment;
  /** Undefined when MAAS has no such VLAN. */
  readonly vlan: Vlan | undefined;
  /** The interface that carries its frames: the wanted interface's own for untagged ones, else a VLAN interface. */
  readonly carrier: Nic | undefined;
  readonly bridge: Nic | undefined;
}

/** A wanted interface, and what of it is there. */
export interface Standing {
  readonly wanted: WantedInterface;
  /** Its devices. */
  readonly nics: readonly Nic[];
  /** What carries its untagged frames: a bond or a NIC; undefined for a bond that is still to be made. */
  readonly base: Nic | undefined;
  /** What it will be called. */
  readonly label: string;
  /** The untagged one first. */
  readonly segments: readonly Segment[];
}

/** What stays of a machine's interfaces, and what goes. */
export interface Kept {
  readonly standings: readonly Standing[];
  /** Children before parents, since MAAS lets nothing hang in the air. */
  readonly removed: readonly Nic[];
}

/**
 * Finds the interfaces that can become what is wanted by changing them. Everything else that stands on a device of the specification goes;
 * what stands on other devices is not the design's.
 */
export function keepInterfaces(view: NetworkView, wanted: readonly WantedInterface[]): Kept {
  const devices = wanted.map(({ devices }) => devices.flatMap((device) => view.bound.get(device) ?? []));
  const names = wantedNames(wanted);
  const bonds = keptBonds(view.machine, wanted, devices, names);
  const standings = wanted.map((each, index) => standing(view, each, devices[index] ?? [], bonds.get(each), names));
  const kept = new Set(
    standings.flatMap(({ base, segments }) => [base, ...segments.flatMap(({ carrier, bridge }) => [carrier, bridge])]),
  );
  const owned = standingOn(view.machine, devices.flat());
  return { standings, removed: owned.filter((nic) => !kept.has(nic)).reverse() };
}

function wantedNames(wanted: readonly WantedInterface[]): Set<string> {
  const bridges = ({ native, vlans }: WantedInterface) =>
    [native, ...vlans].flatMap(({ bridge }) => bridge?.name ?? []);
  return new Set(wanted.flatMap((each) => [each.name, ...bridges(each)]));
}

/**
 * The bonds that can get the wanted parents in place: that of the wanted name, else that of the very parents. A NIC in another bond that stays cannot
 * be added, so then the bond is made anew.
 */
function keptBonds(
  machine: Machine,
  wanted: readonly WantedInterface[],
  devices: readonly (readonly Nic[])[],
  taken: ReadonlySet<string>,
): Map<WantedInterface, Nic> {
  const found = new Map<WantedInterface, Nic>();
  wanted.forEach((each, index) => {
    if (each.bond === undefined) return;
    const nics = devices[index] ?? [];
    const names = new Set(nics.map(({ name }) => name));
    const near = machine.nics.filter(({ type, parents }) => type === "bond" && parents.some((name) => names.has(name)));
    const bond =
      near.find(({ name }) => name === each.name) ?? near.find((nic) => sameParents(nic, nics) && !taken.has(nic.name));
    if (bond !== undefined && isFreeName(machine, each.name, bond)) found.set(each, bond);
  });
  for (const [each, bond] of found) {
    const nics = devices[wanted.indexOf(each)] ?? [];
    const added = nics.filter(({ name }) => !bond.parents.includes(name));
    const others = new Set([...found.values()].filter((other) => other !== bond));
    if (added.some((nic) => childrenOf(machine, nic).some((child) => others.has(child)))) found.delete(each);
  }
  return found;
}

/** Whether a bond has exactly these parents. */
export function sameParents(bond: Nic, nics: readonly Nic[]): boolean {
  const names = nics.map(({ name }) => name);
  return [...bond.parents].sort().join(" ") === names.sort().join(" ");
}

function isFreeName(machine: Machine, name: string, nic: Nic): boolean {
  return nic.name === name || !machine.nics.some((other) => other.name === name);
}

function standing(
  view: NetworkView,
  wanted: WantedInterface,
  nics: readonly Nic[],
  bond: Nic | undefined,
  names: ReadonlySet<string>,
): Standing {
  const { machine, networks } = view;
  const base = wanted.bond === undefined ? nics[0] : bond;
  const label = wanted.keepsName ? (base?.name ?? wanted.name) : wanted.name;
  const untagged = vlanIn(networks, wanted.fabric, 0);
  // MAAS takes a carrier back to the VLAN of the bridge on it, so a bridge stays where its carrier does.
  const isPlaced = base !== undefined && untagged !== undefined && base.vlanId === untagged.id;
  const native: Segment = {
    wanted: wanted.native,
    vlan: untagged,
    carrier: base,
    bridge: isPlaced ? keptBridge(machine, base, wanted.native, untagged, names) : undefined,
  };
  const tagged = wanted.vlans.map((segment): Segment => {
    const vlan = vlanIn(networks, wanted.fabric, segment.vid);
    // MAAS names a VLAN interface when it is made, and not every version renames it with its parent.
    const carrier =
      base &&
      vlan &&
      childrenOf(machine, base, "vlan").find((nic) => nic.vlanId === vlan.id && nic.name === `${label}.${segment.vid}`);
    return {
      wanted: segment,
      vlan,
      carrier,
      bridge: carrier && vlan && keptBridge(machine, carrier, segment, vlan, names),
    };
  });
  return { wanted, nics, base, label, segments: [native, ...tagged] };
}

/** The bridge of the wanted name, else one to rename: not one whose name another interface is to have. */
function keptBridge(
  machine: Machine,
  carrier: Nic,
  { bridge }: WantedSegment,
  vlan: Vlan,
  names: ReadonlySet<string>,
): Nic | undefined {
  if (bridge === undefined) return undefined;
  const there = childrenOf(machine, carrier, "bridge").filter(({ vlanId }) => vlanId === vlan.id);
  const named = there.find(({ name }) => name === bridge.name);
  return named ?? there.find((nic) => !names.has(nic.name) && isFreeName(machine, bridge.name, nic));
}

/** What MAAS lacks for an interface when a VLAN is not there. */
export function missingVlan({ networks }: NetworkView, { wanted, label }: Standing, vid: number): string {
  const hasFabric = vlanIn(networks, wanted.fabric, 0) !== undefined;
  if (!hasFabric) return `MAAS has no fabric ${wanted.fabric} for interface ${wanted.name}`;
  return `MAAS has no vlan ${wanted.fabric}/${vid} for interface ${label}.${vid}`;
}
