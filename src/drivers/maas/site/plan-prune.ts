import type { SiteSpec } from "../../../../gen/bedplate/driver/v1/site_spec_pb.js";
import type { Action } from "../action.ts";
import { listed } from "../text.ts";
import { leaving } from "./leaving.ts";
import { routeLabel } from "./plan-routes.ts";
import { type Fabric, type Subnet, type Vlan, vlanById, vlanLabel } from "./read-networks.ts";
import type { SiteState } from "./read-site.ts";

/** What goes of what left the design. */
export interface PrunePlan {
  /** Routes, ranges and subnets, which may be in the way of what comes. */
  readonly first: readonly Action[];
  /** VLANs, spaces and fabrics, which what stays has to leave before. */
  readonly last: readonly Action[];
  /** What something still uses: it stays, and that is said when all else is done. */
  readonly refused: readonly Action[];
}

const HINT =
  "move or release what uses it and prepare the site again, put it back into the design, or take `prune` out of the site";

/** The removals of a site whose design owns it, in an order MAAS takes; empty for any other. */
export function planPrune(state: SiteState, spec: SiteSpec): PrunePlan {
  const all = leaving(state, spec);
  const { use } = state;
  const free = use === undefined ? all : leaving(state, spec, use);
  const cidrs = new Map(state.subnets.map(({ id, cidr }) => [id, cidr]));
  const first = [
    ...free.routes.map((route) => gone(routeLabel(route), `metric ${route.metric}`, `static-routes/${route.id}/`)),
    ...free.ranges.map(({ id, type, start, end, subnetId }) =>
      gone(`iprange ${start}-${end}`, `${type} ${start}-${end} of ${cidrs.get(subnetId)}`, `ipranges/${id}/`),
    ),
    ...free.subnets.map((subnet) => goneSubnet(state, subnet)),
  ];
  const last = [
    ...free.vlans.map(goneVlan),
    ...free.spaces.map(({ id, name }) => gone(`space ${name}`, `space ${name}`, `spaces/${id}/`)),
    ...free.fabrics.map(goneFabric),
  ];
  const refused = [
    ...rest(all.subnets, free.subnets).map((subnet) =>
      refuse(goneSubnet(state, subnet), use?.subnets.get(subnet.id) ?? []),
    ),
    ...rest(all.vlans, free.vlans).map((vlan) => refuse(goneVlan(vlan), usersOf(state, [vlan]))),
    ...rest(all.fabrics, free.fabrics).map((fabric) => refuse(goneFabric(fabric), usersOf(state, fabric.vlans))),
  ];
  return { first, last, refused };
}

function rest<T extends { readonly id: number }>(all: readonly T[], free: readonly T[]): T[] {
  return all.filter(({ id }) => !free.some((each) => each.id === id));
}

/** Who uses VLANs: interfaces on them, and subnets that stay because they are used. */
function usersOf({ use, subnets }: SiteState, vlans: readonly Vlan[]): string[] {
  return vlans.flatMap(({ id }) => [
    ...(use?.vlans.get(id) ?? []),
    ...subnets
      .filter((subnet) => subnet.vlanId === id && use?.subnets.has(subnet.id))
      .map(({ cidr }) => `subnet ${cidr}`),
  ]);
}

function gone(object: string, before: string, path: string): Action {
  return { object, action: "delete", before, after: "", undoes: true, request: { method: "DELETE", path } };
}

function goneSubnet(state: SiteState, { id, cidr, name, vlanId }: Subnet): Action {
  const before = `vlan ${vlanLabel(vlanById(state, vlanId))}, name ${name}`;
  return gone(`subnet ${cidr}`, before, `subnets/${id}/`);
}

function goneVlan(vlan: Vlan): Action {
  return gone(`vlan ${vlanLabel(vlan)}`, `name ${vlan.name || "-"}, mtu ${vlan.mtu}`, `vlans/${vlan.id}/`);
}

function goneFabric({ id, name }: Fabric): Action {
  return gone(`fabric ${name}`, `fabric ${name}`, `fabrics/${id}/`);
}

function refuse({ object, action, before, after }: Action, users: readonly string[]): Action {
  const used = `in use by ${listed(users)}`;
  const blocked = `${object} left the design, but stays: it is ${used}`;
  return { object, action, before: `${before}; ${used}`, after, undoes: true, blocked, hint: HINT };
}
