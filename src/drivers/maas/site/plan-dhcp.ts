import type { NetworkSpec, SiteSpec } from "../../../../gen/bedplate/driver/v1/site_spec_pb.js";
import { type Action, type ActionPlan, diffFields } from "../action.ts";
import { canonicalAddress, canonicalBlock, isInBlock } from "../address.ts";
import type { FormField } from "../client/request.ts";
import { invalidField, rejected } from "../driver-error.ts";
import { linkedNetworks, type PlacedLink, type PlacedNetwork, placeLinks, placeNetwork } from "./place-links.ts";
import { type Vlan, vlanById, vlanLabel } from "./read-networks.ts";
import type { Rack, SiteState } from "./read-site.ts";

type Places = ReadonlyMap<string, PlacedLink>;

interface WantedDhcp {
  readonly home: PlacedNetwork;
  /** The network that wants it, where any does. */
  readonly served: NetworkSpec | undefined;
  readonly relayed: NetworkSpec | undefined;
}

/**
 * DHCP on the VLANs of networks the provisioner serves, once their dynamic range and a rack controller are there, and relays
 * of those it doesn't. What a design says nothing of stays, unless what left the design is removed. INVALID_ARGUMENT when a VLAN would be both or relayed to two places;
 * TARGET_REJECTED when MAAS knows no VLAN of a relay's target.
 */
export function planDhcp(state: SiteState, spec: SiteSpec): ActionPlan {
  const placed = placeLinks(state, spec);
  const actions: Action[] = [];
  const notes: string[] = [];
  const all = wantedDhcp(placed, spec);
  const relayedPlaces = new Set(all.flatMap(({ home, relayed }) => (relayed === undefined ? [] : [home.place])));
  // A VLAN that is served must no longer be relayed before others can be relayed to it.
  for (const { home, served, relayed } of all.toSorted((a, b) => Number(!a.served) - Number(!b.served))) {
    if (relayed !== undefined) actions.push(...planRelay(state, spec, placed, relayedPlaces, home, relayed));
    else if (served !== undefined) {
      const plan = planServed(state, home, served);
      actions.push(...plan.actions);
      notes.push(...plan.notes);
    } else if (spec.prune) {
      if (home.vlan?.dhcpOn) actions.push(switchOff(home, home.vlan));
      if (home.vlan?.relayVlanId !== undefined) actions.push(unrelay(state, home, home.vlan));
    }
  }
  return { actions, notes };
}

function wantedDhcp(placed: Places, spec: SiteSpec): WantedDhcp[] {
  const vlans = new Map<string, WantedDhcp>();
  for (const network of linkedNetworks(spec)) {
    const home = placeNetwork(placed, spec, network);
    const known = vlans.get(home.place);
    const isServed = network.dhcp && network.ranges.some(({ type }) => type === "dhcp");
    const served = known?.served ?? (isServed ? network : undefined);
    const relayed = known?.relayed ?? (network.dhcpRelayTarget === "" ? undefined : network);
    const field = `spec.networks[${spec.networks.indexOf(network)}].dhcp_relay_target`;
    if (served !== undefined && relayed !== undefined) {
      const message = `vlan ${home.place} cannot both be served DHCP (network "${served.name}") and have it relayed (network "${relayed.name}")`;
      throw invalidField(field, message, "take the relay or the dhcp range out of the design");
    }
    if (network.dhcpRelayTarget !== "" && relayed !== undefined && !isSameTarget(relayed, network)) {
      const message = `vlan ${home.place} can relay DHCP to one place only, not to ${relayed.dhcpRelayTarget} and ${network.dhcpRelayTarget}`;
      throw invalidField(field, message, "give the networks of one VLAN one relay target");
    }
    vlans.set(home.place, { home, served, relayed });
  }
  return [...vlans.values()];
}

function isSameTarget(one: NetworkSpec, other: NetworkSpec): boolean {
  return canonicalAddress(one.dhcpRelayTarget) === canonicalAddress(other.dhcpRelayTarget);
}

function planServed(state: SiteState, { place, vlan }: PlacedNetwork, network: NetworkSpec): ActionPlan {
  if (vlan?.dhcpOn) return { actions: [], notes: [] };
  const off = (why: string): ActionPlan => ({ actions: [], notes: [`DHCP stays off on vlan ${place}: ${why}`] });
  if (state.racks.length === 0) return off("MAAS has no rack controller");
  const racks = racksOn(state, vlan);
  const [rack, second] = racks;
  if (rack === undefined) return off("no rack controller has an interface there");
  const subnet = state.subnets.find(({ cidr }) => cidr === canonicalBlock(network.cidr));
  const hasRange = state.ranges.some(({ subnetId, type }) => subnetId === subnet?.id && type === "dynamic");
  const form: FormField[] = [
    ["dhcp_on", "true"],
    ["primary_rack", rack.systemId],
  ];
  if (second !== undefined) form.push(["secondary_rack", second.systemId]);
  const named = racks.map(({ hostname, systemId }) => hostname || systemId);
  const isReady = vlan !== undefined && hasRange && subnet?.vlanId === vlan.id;
  const on: Action = {
    object: `vlan ${place}`,
    action: "update",
    before: "dhcp off",
    after: `dhcp on, rack ${named.join(" and ")}`,
    ...(isReady && { request: { method: "PUT", path: `vlans/${vlan.id}/`, form } }),
  };
  // MAAS takes only one of the two at a time.
  const first = vlan?.relayVlanId === undefined ? [] : [unrelay(state, { place, vid: vlan.vid, vlan }, vlan)];
  return { actions: [...first, on], notes: [] };
}

/** At most two rack controllers for a VLAN: those that served it before first. */
function racksOn(state: SiteState, vlan: Vlan | undefined): Rack[] {
  const there = state.racks.filter(({ vlanIds }) => vlan !== undefined && vlanIds.has(vlan.id));
  const before = there.filter(({ systemId }) => systemId === vlan?.primaryRack);
  const found = [...before, ...there.filter((rack) => !before.includes(rack))];
  // Of a rack controller whose interfaces MAAS does not tell, only trying tells; the others are known not to reach the VLAN.
  const unknown = state.racks.filter(({ vlanIds }) => vlanIds.size === 0);
  return found.length > 0 ? found.slice(0, 2) : unknown.slice(0, 1);
}

function planRelay(
  state: SiteState,
  spec: SiteSpec,
  placed: Places,
  relayedPlaces: ReadonlySet<string>,
  home: PlacedNetwork,
  network: NetworkSpec,
): Action[] {
  const { place, vlan } = home;
  const target = targetOf(state, spec, placed, place, network);
  if (relayedPlaces.has(target.place)) {
    const message =
      target.place === place
        ? `vlan ${place} cannot relay DHCP to itself: ${network.dhcpRelayTarget} is on it`
        : `vlan ${place} cannot relay DHCP to vlan ${target.place}, which is relayed itself`;
    const field = `spec.networks[${spec.networks.indexOf(network)}].dhcp_relay_target`;
    throw invalidField(field, message, "relay to the VLAN the DHCP server is on, or take the relay out of the design");
  }
  if (target.vlan !== undefined && vlan?.relayVlanId === target.vlan.id) return [];
  const now = vlan?.relayVlanId === undefined ? undefined : vlanLabel(vlanById(state, vlan.relayVlanId));
  const diff = diffFields({ relay_vlan: now ?? "" }, { relay_vlan: target.place });
  const isRelayed = target.vlan?.relayVlanId !== undefined;
  const relay: Action = {
    object: `vlan ${place}`,
    field: "dhcp_relay_target",
    action: "update",
    before: diff?.before ?? "",
    after: diff?.after ?? "",
    undoes: now !== undefined,
    ...(vlan &&
      target.vlan &&
      !isRelayed && {
        request: { method: "PUT", path: `vlans/${vlan.id}/`, form: [["relay_vlan", String(target.vlan.id)]] },
      }),
    ...(isRelayed && {
      hint: `take the relay off vlan ${target.place} in MAAS, or relay to the VLAN the DHCP server is on`,
      blocked: `vlan ${place} cannot relay DHCP to vlan ${target.place}, which is relayed itself`,
    }),
  };
  return vlan?.dhcpOn ? [switchOff(home, vlan), relay] : [relay];
}

function targetOf(
  state: SiteState,
  spec: SiteSpec,
  placed: Places,
  place: string,
  network: NetworkSpec,
): { readonly place: string; readonly vlan: Vlan | undefined } {
  const target = canonicalAddress(network.dhcpRelayTarget);
  // A subnet of the design is where the design puts it, wherever MAAS has it now.
  const ours = linkedNetworks(spec).find(({ cidr }) => isInBlock(target, canonicalBlock(cidr)));
  if (ours !== undefined) return placeNetwork(placed, spec, ours);
  const onRack = state.racks.flatMap(({ addresses }) => addresses?.get(target) ?? []);
  const holder = state.subnets.find(({ cidr }) => isInBlock(target, cidr));
  const vlan = [...onRack, holder?.vlanId ?? -1].map((id) => vlanById(state, id)).find((each) => each !== undefined);
  if (vlan !== undefined) return { place: vlanLabel(vlan), vlan };
  throw rejected(
    `DHCP of network "${network.name}" is to be relayed to ${target}, but MAAS has no subnet with that address and no rack controller has it`,
    {
      subject: `vlan ${place}`,
      hint: `add the network of ${target} to the design, or correct the relay's upstream_target`,
    },
  );
}

function switchOff({ place }: PlacedNetwork, vlan: Vlan): Action {
  const request = { method: "PUT", path: `vlans/${vlan.id}/`, form: [["dhcp_on", "false"]] } as const;
  return { object: `vlan ${place}`, action: "update", before: "dhcp on", after: "dhcp off", undoes: true, request };
}

function unrelay(state: SiteState, { place }: PlacedNetwork, vlan: Vlan): Action {
  const before = `relay_vlan ${vlanLabel(vlanById(state, vlan.relayVlanId ?? -1))}`;
  const request = { method: "PUT", path: `vlans/${vlan.id}/`, form: [["relay_vlan", ""]] } as const;
  const shown = { object: `vlan ${place}`, action: "update", before, after: "relay_vlan -", undoes: true };
  return { ...shown, field: "dhcp_relay_target", request };
}
