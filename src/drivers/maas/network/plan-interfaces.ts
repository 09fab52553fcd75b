import type { Action } from "../action.ts";
import { member } from "../field.ts";
import type { Nic } from "../server/machine.ts";
import { type NetworkView, nicPath } from "./interface-tree.ts";
import { type Kept, keepInterfaces, type Standing } from "./keep-interfaces.ts";
import { planFreedNames } from "./name-taken.ts";
import { planBond, planParents } from "./plan-bond.ts";
import { planBridge } from "./plan-bridge.ts";
import { type LinkHolder, planLinks } from "./plan-links.ts";
import { planPlain } from "./plan-physical.ts";
import { planVlanInterface } from "./plan-vlan-interface.ts";
import type { WantedInterface } from "./wanted-interfaces.ts";

/**
 * Everything that would change to make a machine's interfaces what is wanted: first what stands in the way goes, then NICs are moved and
 * bonds, VLAN interfaces and bridges made or changed, then links. Interfaces on devices the specification does not name stay as they are.
 */
export function planInterfaces(view: NetworkView, wanted: readonly WantedInterface[]): Action[] {
  const kept = keepInterfaces(view, wanted);
  const { standings } = kept;
  return [
    ...kept.removed.map((nic) => planRemoval(view, nic)),
    ...planFreedNames(view, kept),
    // A NIC that leaves a bond has to be out of it before it is used elsewhere.
    ...standings.flatMap((each) => planParents(view, each)),
    ...standings.flatMap((each) => (each.wanted.bond === undefined ? planPlain(view, kept, each) : [])),
    ...standings.flatMap((each) => [
      ...(each.wanted.bond === undefined ? [] : planBond(view, kept, each)),
      ...each.segments.flatMap((segment) => [
        ...(segment.wanted.vid === 0 ? [] : planVlanInterface(view, kept, each, segment)),
        ...planBridge(view, kept, each, segment),
      ]),
    ]),
    ...planLinks(
      view,
      standings.flatMap((each) => holdersOf(each)),
      slavesOf(view, kept),
    ),
  ];
}

function planRemoval({ machine }: NetworkView, nic: Nic): Action {
  return {
    object: `interface ${nic.name}`,
    action: "delete",
    before: `${nic.type} on ${nic.parents.join(", ")}`,
    after: "",
    undoes: true,
    request: { method: "DELETE", path: nicPath(machine, nic) },
  };
}

/** What is to have the links: of each segment the bridge over it, else the interface itself. */
function holdersOf({ wanted, label, segments }: Standing): LinkHolder[] {
  return segments.map(({ wanted: segment, vlan, carrier, bridge }): LinkHolder => {
    const name = segment.vid === 0 ? label : `${label}.${segment.vid}`;
    const nic = segment.bridge === undefined ? carrier : bridge;
    const { links } = segment;
    const isPlaced = vlan !== undefined && nic?.vlanId === vlan.id;
    return {
      nic,
      label: segment.bridge?.name ?? name,
      field: member("interfaces", wanted.name),
      links,
      isPlaced,
      vlan,
    };
  });
}

/** The interfaces under a bond or bridge that is there: they have no links. */
function slavesOf({ machine }: NetworkView, { standings }: Kept): LinkHolder[] {
  return standings.flatMap(({ wanted, base, segments }) => {
    const bonds = wanted.bond !== undefined && base !== undefined ? [base] : [];
    const masters = [...bonds, ...segments.flatMap(({ bridge }) => bridge ?? [])];
    const below = machine.nics.filter(({ name }) => masters.some(({ parents }) => parents.includes(name)));
    const field = member("interfaces", wanted.name);
    return below.map((nic) => ({ nic, label: nic.name, field, links: [], isPlaced: true, vlan: undefined }));
  });
}
