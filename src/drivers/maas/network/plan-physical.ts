import { type Action, diffFields, type FieldDiff } from "../action.ts";
import { member, onlyField } from "../field.ts";
import type { Nic } from "../server/machine.ts";
import type { Vlan } from "../site/read-networks.ts";
import { BOND_FIELDS } from "./bond-parameters.ts";
import { type NetworkView, nicPath, ownMtu, vlanIn } from "./interface-tree.ts";
import { type Kept, missingVlan, type Standing } from "./keep-interfaces.ts";
import { blockedName, holderOf, renamedAt } from "./name-taken.ts";

/** A NIC that is an interface by itself: its name, VLAN and MTU, and that it is enabled. */
export function planPlain(view: NetworkView, kept: Kept, standing: Standing): Action[] {
  const { base, label, wanted } = standing;
  if (base === undefined) return [];
  return [
    ...freeName(view, kept, standing, base),
    ...planNic(
      view,
      standing,
      base,
      { name: label, mtu: wanted.mtu?.toString() },
      blockedName(view, kept, label, base),
    ),
  ];
}

/** A NIC that is to be part of a bond: MAAS bonds only what shares a VLAN. */
export function planMove(view: NetworkView, standing: Standing, nic: Nic): Action[] {
  return planNic(view, standing, nic, {}, {});
}

function planNic(
  view: NetworkView,
  standing: Standing,
  nic: Nic,
  fields: Readonly<Record<string, string | undefined>>,
  fault: { readonly blocked?: string },
): Action[] {
  const { machine, networks } = view;
  const { wanted } = standing;
  const object = `interface ${nic.name}`;
  const field = member("interfaces", wanted.name);
  const vlan = vlanIn(networks, wanted.fabric, 0);
  const now = nic.vlanId === 0 ? "-" : `${nic.fabric}/${nic.vid}`;
  if (vlan === undefined) {
    const blocked = missingVlan(view, standing, 0);
    return [
      {
        object,
        field: `${field}.link`,
        action: "update",
        before: `vlan ${now}`,
        after: `vlan ${wanted.fabric}/0`,
        blocked,
      },
    ];
  }
  const present = {
    name: nic.name,
    vlan: String(nic.vlanId),
    mtu: String(ownMtu(machine, nic, vlan)),
    enabled: String(nic.enabled),
  };
  const diff = diffFields(present, { ...fields, vlan: String(vlan.id), enabled: "true" });
  if (diff === undefined) return [];
  return [
    {
      object,
      field: linkField(field, diff),
      action: "update",
      before: showVlan(diff.before, now),
      after: showVlan(diff.after, `${wanted.fabric}/0`),
      undoes: nic.vlanId !== vlan.id,
      ...fault,
      ...(fault.blocked === undefined && {
        request: { method: "PUT", path: nicPath(machine, nic), form: diff.form },
      }),
    },
  ];
}

/**
 * Two NICs that change names: the one in the way gets a name for the time being, unless its turn comes first. Nothing when the name is
 * free, or when what has it keeps it.
 */
function freeName(view: NetworkView, kept: Kept, standing: Standing, base: Nic): Action[] {
  const holder = holderOf(view, kept, standing.label, base);
  if (holder === undefined || renamedAt(kept, holder) <= kept.standings.indexOf(standing)) return [];
  const passing = `tmp-${holder.id}`;
  return [
    {
      object: `interface ${holder.name}`,
      action: "update",
      before: `name ${holder.name}`,
      after: `name ${passing}, until it gets its own`,
      request: { method: "PUT", path: nicPath(view.machine, holder), form: [["name", passing]] },
    },
  ];
}

/** A difference of VLANs for people, who know no database ids. */
export function showVlan(source: string, label: string): string {
  return source.replace(/\bvlan \d+/, `vlan ${label}`);
}

/** The field of the specification a difference of an interface is about; the interface itself when there are several. */
export function linkField(field: string, { form }: FieldDiff): string {
  const names = Object.entries(BOND_FIELDS).map(([key, name]) => [key, `${field}.link.${name}`]);
  return onlyField(form, { ...Object.fromEntries(names), name: `${field}.name`, vlan: `${field}.link` }, field);
}

/** The MTU an interface has once the one below it has its own: MAAS lowers what stands on an interface with it. */
export function loweredMtu(
  mtu: number,
  base: Nic | undefined,
  vlan: Vlan | undefined,
  standing: Standing,
  view: NetworkView,
): number {
  const { mtu: wanted } = standing.wanted;
  if (base === undefined || wanted === undefined || ownMtu(view.machine, base, vlan) === wanted) return mtu;
  return Math.min(mtu, wanted);
}
