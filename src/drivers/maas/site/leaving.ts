import type { SiteSpec } from "../../../../gen/bedplate/driver/v1/site_spec_pb.js";
import { canonicalBlock } from "../address.ts";
import { siteMark } from "./mark.ts";
import { linkedNetworks, placeLinks } from "./place-links.ts";
import { spareRanges } from "./plan-ranges.ts";
import { spareRoutes } from "./plan-routes.ts";
import { type Fabric, isDefaultVlan, type Space, type Subnet, type Vlan, vlanById } from "./read-networks.ts";
import type { IpRange, NetworkState, StaticRoute } from "./read-site.ts";
import { wantedSpaces, wantedVlans } from "./wanted-vlans.ts";

/** The fabric MAAS falls back to; it cannot go. */
const DEFAULT_FABRIC = 0;

/** What left a design, of what it owns in a MAAS. */
export interface Leaving {
  readonly routes: readonly StaticRoute[];
  readonly ranges: readonly IpRange[];
  readonly subnets: readonly Subnet[];
  readonly vlans: readonly Vlan[];
  readonly spaces: readonly Space[];
  readonly fabrics: readonly Fabric[];
}

/** The objects of a kind something still uses, by id. */
export interface InUse {
  readonly subnets: ReadonlyMap<number, unknown>;
  readonly vlans: ReadonlyMap<number, unknown>;
}

/** When nothing is known to be of use to anybody. */
export const UNUSED: InUse = { subnets: new Map(), vlans: new Map() };

/**
 * What left the design: nothing unless it says that it owns the site. It owns what is in fabrics it names or that were made for
 * it, routes from its subnets, and empty spaces and fabrics that were made for it. What goes with something that is `used` stays with it.
 */
export function leaving(state: NetworkState, spec: SiteSpec, used: InUse = UNUSED): Leaving {
  if (!spec.prune) return { routes: [], ranges: [], subnets: [], vlans: [], spaces: [], fabrics: [] };
  const owned = ownedFabrics(state, spec);
  const subnets = leavingSubnets(state, spec, owned).filter(({ id }) => !used.subnets.has(id));
  const gone = new Set(subnets.map(({ cidr }) => cidr));
  const ours = new Set(linkedNetworks(spec).map(({ cidr }) => canonicalBlock(cidr)));
  const goneIds = new Set(subnets.map(({ id }) => id));
  const held = (vlan: Vlan) =>
    used.vlans.has(vlan.id) ||
    state.subnets.some(({ id, vlanId, cidr }) => vlanId === vlan.id && !goneIds.has(id) && !ours.has(cidr));
  const fabrics = owned
    .filter(({ fabric, link }) => link === undefined && fabric.id !== DEFAULT_FABRIC && !fabric.vlans.some(held))
    .map(({ fabric }) => fabric);
  const vlans = owned
    .filter(({ fabric }) => !fabrics.includes(fabric))
    .flatMap(({ fabric, link }) => {
      const wanted = spec.links.find(({ name }) => name === link);
      const vids = new Set(wanted === undefined ? [] : wantedVlans(wanted, spec.networks).map(({ vid }) => vid));
      return fabric.vlans.filter((vlan) => !vids.has(vlan.vid) && !isDefaultVlan(fabric, vlan) && !held(vlan));
    });
  const goneVlans = new Set([...vlans, ...fabrics.flatMap((fabric) => fabric.vlans)]);
  return {
    routes: spareRoutes(state, spec).filter(
      ({ source, destination }) => ours.has(source) || gone.has(source) || gone.has(destination),
    ),
    ranges: [...spareRanges(state, spec), ...state.ranges.filter(({ subnetId }) => goneIds.has(subnetId))],
    subnets,
    vlans,
    spaces: leavingSpaces(state, spec, owned, goneVlans),
    fabrics,
  };
}

interface OwnedFabric {
  readonly fabric: Fabric;
  /** The link it is of; undefined when none names it any more. */
  readonly link: string | undefined;
}

function ownedFabrics(state: NetworkState, spec: SiteSpec): OwnedFabric[] {
  const links = new Map([...placeLinks(state, spec)].map(([link, { fabric }]) => [fabric?.id, link]));
  const mark = siteMark(spec.name);
  return state.fabrics
    .filter((fabric) => links.has(fabric.id) || fabric.classType === mark)
    .map((fabric) => ({ fabric, link: links.get(fabric.id) }));
}

function leavingSubnets(state: NetworkState, spec: SiteSpec, owned: readonly OwnedFabric[]): Subnet[] {
  const blocks = new Set(spec.networks.map(({ cidr }) => canonicalBlock(cidr)));
  const fabrics = new Set(owned.map(({ fabric }) => fabric.id));
  return state.subnets.filter(
    ({ cidr, vlanId }) => !blocks.has(cidr) && fabrics.has(vlanById(state, vlanId)?.fabricId ?? -1),
  );
}

function leavingSpaces(
  state: NetworkState,
  spec: SiteSpec,
  owned: readonly OwnedFabric[],
  goneVlans: ReadonlySet<Vlan>,
): Space[] {
  const wanted = wantedSpaces(spec);
  const isRespaced = (vlan: Vlan) => {
    const link = spec.links.find(({ name }) =>
      owned.some((each) => each.link === name && each.fabric.id === vlan.fabricId),
    );
    const want = link && wantedVlans(link, spec.networks).find(({ vid }) => vid === vlan.vid);
    return want?.space !== undefined;
  };
  const vlans = state.fabrics.flatMap((fabric) => fabric.vlans).filter((vlan) => !goneVlans.has(vlan));
  return state.spaces.filter(
    ({ name, description }) =>
      description === siteMark(spec.name) &&
      !wanted.includes(name) &&
      vlans.every((vlan) => vlan.space !== name || isRespaced(vlan)),
  );
}
