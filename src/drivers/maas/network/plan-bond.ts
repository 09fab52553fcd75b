import { type Action, diffFields } from "../action.ts";
import type { FormField } from "../client/request.ts";
import { member } from "../field.ts";
import { type NetworkView, nicPath, nicsPath, ownMtu, parametersOf, vlanIn } from "./interface-tree.ts";
import { type Kept, missingVlan, type Standing, sameParents } from "./keep-interfaces.ts";
import { blockedName } from "./name-taken.ts";
import { linkField, planMove, showVlan } from "./plan-physical.ts";

/** The NICs of a bond that is there: those that come in are moved to its VLAN first. */
export function planParents(view: NetworkView, standing: Standing): Action[] {
  const { wanted, nics, base: bond } = standing;
  if (wanted.bond === undefined || bond === undefined || sameParents(bond, nics)) return [];
  const added = nics.filter(({ name }) => !bond.parents.includes(name));
  return [
    ...added.flatMap((nic) => planMove(view, standing, nic)),
    {
      object: `interface ${bond.name}`,
      field: `${member("interfaces", wanted.name)}.devices`,
      action: "update",
      before: `bond of ${bond.parents.join(", ")}`,
      after: `bond of ${nics.map(({ name }) => name).join(", ")}`,
      undoes: true,
      request: {
        method: "PUT",
        path: nicPath(view.machine, bond),
        form: nics.map((nic): FormField => ["parents", String(nic.id)]),
      },
    },
  ];
}

/** A bond: made of its NICs, which are moved together first, or changed where it differs. */
export function planBond(view: NetworkView, kept: Kept, standing: Standing): Action[] {
  return standing.base === undefined ? createBond(view, kept, standing) : changeBond(view, standing);
}

function changeBond(view: NetworkView, standing: Standing): Action[] {
  const { wanted, base: bond } = standing;
  if (bond === undefined) return [];
  const object = `interface ${bond.name}`;
  const field = member("interfaces", wanted.name);
  const vlan = vlanIn(view.networks, wanted.fabric, 0);
  if (vlan === undefined) {
    const blocked = missingVlan(view, standing, 0);
    return [
      { object, field: `${field}.link`, action: "update", before: "", after: `fabric ${wanted.fabric}`, blocked },
    ];
  }
  const mtu = String(ownMtu(view.machine, bond, vlan));
  const present = { ...parametersOf(bond), name: bond.name, vlan: String(bond.vlanId), mtu };
  const said = { name: wanted.name, vlan: String(vlan.id), ...wanted.bond, mtu: wanted.mtu?.toString() };
  const diff = diffFields(present, said);
  if (diff === undefined) return [];
  return [
    {
      object,
      field: linkField(field, diff),
      action: "update",
      before: showVlan(diff.before, `${bond.fabric}/${bond.vid}`),
      after: showVlan(diff.after, `${wanted.fabric}/0`),
      undoes: true,
      request: { method: "PUT", path: nicPath(view.machine, bond), form: diff.form },
    },
  ];
}

function createBond(view: NetworkView, kept: Kept, standing: Standing): Action[] {
  const { wanted, nics } = standing;
  const vlan = vlanIn(view.networks, wanted.fabric, 0);
  const said = diffFields({}, { ...wanted.bond, mtu: wanted.mtu?.toString() });
  const parents = nics.map((nic): FormField => ["parents", String(nic.id)]);
  const fault =
    vlan === undefined ? { blocked: missingVlan(view, standing, 0) } : blockedName(view, kept, wanted.name, undefined);
  return [
    ...nics.flatMap((nic) => planMove(view, standing, nic)),
    {
      object: `interface ${wanted.name}`,
      field: member("interfaces", wanted.name),
      action: "create",
      before: "",
      after: `bond of ${nics.map(({ name }) => name).join(", ")} on ${wanted.fabric}/0, ${said?.after ?? ""}`,
      ...fault,
      ...(vlan &&
        fault.blocked === undefined && {
          request: {
            method: "POST",
            path: nicsPath(view.machine),
            op: "create_bond",
            form: [["name", wanted.name], ...parents, ["vlan", String(vlan.id)], ...(said?.form ?? [])],
          },
        }),
    },
  ];
}
