import { type Action, diffFields, type FieldDiff } from "../action.ts";
import { text } from "../client/json.ts";
import type { FormField, MaasWrite } from "../client/request.ts";
import { member, onlyField } from "../field.ts";
import type { Machine, Nic } from "../server/machine.ts";
import { fabricNamed, type Networks, type Vlan } from "../site/read-networks.ts";
import { planLinks } from "./plan-links.ts";
import type { WantedInterface, WantedVlanInterface } from "./wanted-interfaces.ts";

/** What interfaces are compared from. */
export interface NetworkView {
  readonly machine: Machine;
  readonly networks: Networks;
  /** The interface each device of the specification means. */
  readonly bound: ReadonlyMap<string, Nic>;
}

/** An interface that is to have links: the one that is there, if any, and how it is called. */
export interface LinkHolder {
  readonly nic: Nic | undefined;
  readonly label: string;
  /** Path of the interface in the specification. */
  readonly field: string;
  readonly links: WantedInterface["links"];
  /** Whether the interface is on the VLAN its links need. */
  readonly isPlaced: boolean;
}

/**
 * Everything that would change to make a machine's interfaces what is wanted: first what stands in the way goes, then NICs
 * are moved and bonds and VLAN interfaces made, then links. Interfaces on devices the specification does not name stay.
 */
export function planInterfaces(view: NetworkView, wanted: readonly WantedInterface[]): Action[] {
  const removals: Action[] = [];
  const changes: Action[] = [];
  const holders: LinkHolder[] = [];
  for (const each of wanted) {
    const nics = each.devices.map((device) => view.bound.get(device)).filter((nic) => nic !== undefined);
    const vlan = fabricNamed(view.networks, each.fabric)?.vlans.find(({ vid }) => vid === 0);
    const above = childrenOf(view.machine, nics);
    const bond = each.bond && above.find((nic) => isThisBond(nic, each.name, nics));
    const base = each.bond ? bond : nics[0];
    const kept = new Set<Nic>();
    if (bond !== undefined) kept.add(bond);
    const carriers = base === undefined ? [] : vlansOn(view.machine, base);
    const vlanNics = new Map<number, Nic>();
    for (const want of each.vlans) {
      const id = vlanIn(view, each.fabric, want.vid)?.id;
      const found = carriers.find((nic) => nic.vlanId === id);
      if (found === undefined) continue;
      vlanNics.set(want.vid, found);
      kept.add(found);
    }
    removals.push(...planRemovals(view.machine, nics, kept));
    if (each.bond !== undefined) changes.push(...planBond(view.machine, each, nics, bond, vlan));
    else if (base !== undefined) changes.push(...planPlain(view.machine, each, base, vlan));
    const label = each.bond || !each.keepsName ? each.name : (base?.name ?? each.name);
    for (const want of each.vlans) {
      changes.push(...planVlanInterface(view, each, want, base, label, vlanNics.get(want.vid)));
    }
    const field = member("interfaces", each.name);
    const isPlaced = vlan !== undefined && base?.vlanId === vlan.id;
    holders.push({ nic: base, label, field, links: each.links, isPlaced });
    for (const { vid, links } of each.vlans) {
      holders.push({ nic: vlanNics.get(vid), label: `${label}.${vid}`, field, links, isPlaced: true });
    }
  }
  return [...removals, ...changes, ...planLinks(view, holders)];
}

function planRemovals(machine: Machine, nics: readonly Nic[], kept: ReadonlySet<Nic>): Action[] {
  // Children come before their parents, since MAAS lets nothing hang in the air.
  return childrenOf(machine, nics)
    .filter((nic) => !kept.has(nic))
    .reverse()
    .map((nic) => ({
      object: `interface ${nic.name}`,
      action: "delete",
      before: `${nic.type} on ${nic.parents.join(", ")}`,
      after: "",
      undoes: true,
      request: { method: "DELETE", path: nicPath(machine, nic) },
    }));
}

function planBond(
  machine: Machine,
  wanted: WantedInterface,
  nics: readonly Nic[],
  bond: Nic | undefined,
  vlan: Vlan | undefined,
): Action[] {
  const object = `interface ${wanted.name}`;
  const field = member("interfaces", wanted.name);
  const fields = { ...wanted.bond, mtu: wanted.mtu?.toString() };
  const blocked = vlan === undefined ? missingFabric(wanted) : undefined;
  if (bond !== undefined) {
    const present = { ...paramTexts(bond), mtu: String(bond.mtu), vlan: String(bond.vlanId) };
    const diff = diffFields(present, { ...fields, vlan: vlan && String(vlan.id) });
    if (blocked !== undefined)
      return [{ object, field, action: "update", before: "", after: `fabric ${wanted.fabric}`, blocked }];
    if (diff === undefined) return [];
    const request: MaasWrite = { method: "PUT", path: nicPath(machine, bond), form: diff.form };
    const { before, after } = diff;
    return [{ object, field: linkField(field, diff), action: "update", before, after, undoes: true, request }];
  }
  const moves = nics.flatMap((nic) => planMove(machine, nic, wanted, vlan, { vlan: vlan && String(vlan.id) }));
  const said = diffFields({}, fields);
  const parents = nics.map((nic): FormField => ["parents", String(nic.id)]);
  const create: Action = {
    object,
    field,
    action: "create",
    before: "",
    after: `bond of ${nics.map(({ name }) => name).join(", ")} on ${wanted.fabric}/0, ${said?.after ?? ""}`,
    ...(blocked === undefined ? {} : { blocked }),
    ...(vlan && {
      request: {
        method: "POST",
        path: `nodes/${machine.systemId}/interfaces/`,
        op: "create_bond",
        form: [["name", wanted.name], ...parents, ["vlan", String(vlan.id)], ...(said?.form ?? [])],
      },
    }),
  };
  return [...moves, create];
}

function planPlain(machine: Machine, wanted: WantedInterface, nic: Nic, vlan: Vlan | undefined): Action[] {
  return planMove(machine, nic, wanted, vlan, {
    name: wanted.keepsName ? undefined : wanted.name,
    vlan: vlan && String(vlan.id),
    mtu: wanted.mtu?.toString(),
  });
}

function planMove(
  machine: Machine,
  nic: Nic,
  wanted: WantedInterface,
  vlan: Vlan | undefined,
  fields: Readonly<Record<string, string | undefined>>,
): Action[] {
  const object = `interface ${nic.name}`;
  const field = member("interfaces", wanted.name);
  const now = nic.vlanId === 0 ? "-" : `${nic.fabric}/${nic.vid}`;
  const place = `vlan ${wanted.fabric}/0`;
  if (vlan === undefined) {
    const said = { before: `vlan ${now}`, after: place, blocked: missingFabric(wanted) };
    return [{ object, field: `${field}.link`, action: "update", ...said }];
  }
  const diff = diffFields({ name: nic.name, vlan: String(nic.vlanId), mtu: String(nic.mtu) }, fields);
  if (diff === undefined) return [];
  const shown = (source: string, label: string) => source.replace(/\bvlan \d+/, `vlan ${label}`);
  return [
    {
      object,
      field: linkField(field, diff),
      action: "update",
      before: shown(diff.before, now),
      after: shown(diff.after, `${wanted.fabric}/0`),
      undoes: nic.vlanId !== vlan.id,
      request: { method: "PUT", path: nicPath(machine, nic), form: diff.form },
    },
  ];
}

function planVlanInterface(
  view: NetworkView,
  wanted: WantedInterface,
  want: WantedVlanInterface,
  base: Nic | undefined,
  label: string,
  found: Nic | undefined,
): Action[] {
  const object = `interface ${label}.${want.vid}`;
  const vlan = vlanIn(view, wanted.fabric, want.vid);
  const mtu = want.mtu?.toString();
  const network = want.links[0]?.network;
  const field = member("interfaces", wanted.name) + (network === undefined ? "" : `.${member("networks", network)}`);
  if (found !== undefined) {
    const diff = diffFields({ mtu: String(found.mtu) }, { mtu });
    if (diff === undefined) return [];
    const request: MaasWrite = { method: "PUT", path: nicPath(view.machine, found), form: diff.form };
    const { before, after } = diff;
    const path = network === undefined ? field : `${field}.network.mtu`;
    return [{ object, field: path, action: "update", before, after, undoes: true, request }];
  }
  const form: FormField[] =
    base && vlan
      ? [
          ["parent", String(base.id)],
          ["vlan", String(vlan.id)],
        ]
      : [];
  if (mtu !== undefined) form.push(["mtu", mtu]);
  const isReady = base !== undefined && vlan !== undefined && base.fabric === wanted.fabric;
  return [
    {
      object,
      field: network === undefined ? field : `${field}.network.vlan`,
      action: "create",
      before: "",
      after: `vlan ${wanted.fabric}/${want.vid} on ${label}${mtu === undefined ? "" : `, mtu ${mtu}`}`,
      ...(vlan === undefined ? { blocked: `MAAS has no vlan ${wanted.fabric}/${want.vid} for ${object}` } : {}),
      ...(isReady && {
        request: { method: "POST", path: `nodes/${view.machine.systemId}/interfaces/`, op: "create_vlan", form },
      }),
    },
  ];
}

/** The field of a link a difference of an interface is about; the interface itself when there are several. */
function linkField(field: string, { form }: FieldDiff): string {
  const ofLink = {
    mtu: "mtu",
    bond_mode: "bond_mode",
    bond_xmit_hash_policy: "bond_hash",
    bond_lacp_rate: "bond_peer_rate",
  };
  const more = { bond_miimon: "bond_mon_rate", bond_updelay: "bond_up_delay", bond_downdelay: "bond_down_delay" };
  const names = Object.entries({ ...ofLink, ...more }).map(([key, name]) => [key, `${field}.link.${name}`]);
  return onlyField(form, { ...Object.fromEntries(names), name: `${field}.name`, vlan: `${field}.link` }, field);
}

function missingFabric(wanted: WantedInterface): string {
  return `MAAS has no fabric ${wanted.fabric} for interface ${wanted.name}`;
}

function vlanIn({ networks }: NetworkView, fabric: string, vid: number): Vlan | undefined {
  return fabricNamed(networks, fabric)?.vlans.find((vlan) => vlan.vid === vid);
}

function isThisBond(nic: Nic, name: string, nics: readonly Nic[]): boolean {
  const parents = nics.map((parent) => parent.name).sort();
  return nic.type === "bond" && nic.name === name && [...nic.parents].sort().join(" ") === parents.join(" ");
}

/** The interfaces on top of some, children after parents. */
function childrenOf(machine: Machine, nics: readonly Nic[]): Nic[] {
  const found: Nic[] = [];
  let names = new Set(nics.map(({ name }) => name));
  while (names.size > 0) {
    const next = machine.nics.filter((nic) => !found.includes(nic) && nic.parents.some((parent) => names.has(parent)));
    found.push(...next);
    names = new Set(next.map(({ name }) => name));
  }
  return found;
}

function vlansOn(machine: Machine, base: Nic): Nic[] {
  return machine.nics.filter((nic) => nic.type === "vlan" && nic.parents.includes(base.name));
}

function paramTexts(nic: Nic): Record<string, string> {
  return Object.fromEntries(Object.entries(nic.params).map(([key, value]) => [key, text(value)]));
}

function nicPath(machine: Machine, nic: Nic): string {
  return `nodes/${machine.systemId}/interfaces/${nic.id}/`;
}
