import { badRequest } from "../http/api-error.ts";
import { json, noContent } from "../http/reply.ts";
import { type Action, type Call, create, type Resource, read, remove, update } from "../http/resource.ts";
import { fabricBy, vlanById, vlanByTag, vlanField } from "../lookup.ts";
import { rangesOf } from "../network/allocation.ts";
import { addVlan, deleteVlan } from "../network/topology.ts";
import { RACK } from "../sim.ts";
import type { Fabric, SimState, Vlan } from "../state.ts";
import { UNDEFINED_SPACE, vlansOf, vlanView } from "../views/network-view.ts";
import { legsOf } from "../views/other-node-view.ts";

const FIELDS = [
  "name",
  "vid",
  "mtu",
  "description",
  "space",
  "dhcp_on",
  "primary_rack",
  "secondary_rack",
  "relay_vlan",
];
const NO_CHOICE = "Select a valid choice. That choice is not one of the available choices.";

function announce(call: Call, vlan: Vlan): void {
  const { state } = call.sim;
  const fabric = state.fabrics.get(vlan.fabricId)?.name ?? "";
  call.writes("vlan", `${fabric}/${vlan.vid}`, () =>
    // The API tells nobody the description or the default VLAN's name, and yet they are written.
    state.vlans.has(vlan.id) ? { ...vlanView(state, vlan), given: vlan.name, description: vlan.description } : null,
  );
}

/** Checks the fields against the VLAN as it is; answers what it becomes. Throws a 400. */
function change(call: Call, fabric: Fabric, vlan: Partial<Vlan>): Partial<Vlan> {
  const { form, sim } = call;
  const { state } = sim;
  const vid = form.integer("vid", { min: 0, max: 4094 });
  const clash = vlansOf(state, fabric.id).some((other) => other.vid === vid && other.id !== vlan.id);
  if (clash) form.fail("vid", "A VLAN with the specified VID already exists in the destination fabric.");
  const mtu = form.integer("mtu", { min: 552, max: 65_535 });
  const relay = vlanField(state, form, "relay_vlan");
  const name = form.text("name");
  if (name && !/^\w[ \w-]*$/.test(name)) form.fail("name", "Enter a valid value.");
  const wanted: Partial<Vlan> = {
    ...(vid === undefined ? {} : { vid }),
    ...(mtu === undefined ? {} : { mtu }),
    ...(form.has("name") ? { name: form.text("name") ?? "" } : {}),
    ...(form.has("description") ? { description: form.text("description") ?? "" } : {}),
    ...(form.has("space") ? { spaceId: spaceField(call) } : {}),
    ...(form.has("primary_rack") ? { primaryRack: rackField(call, "primary_rack", vid ?? vlan.vid) } : {}),
    ...(form.has("secondary_rack") ? { secondaryRack: rackField(call, "secondary_rack", vid ?? vlan.vid) } : {}),
    ...(form.has("relay_vlan") ? { relayVlanId: relay?.id ?? null } : {}),
  };
  // Only VLANs that aren't relayed themselves, and none while this one is served DHCP.
  const isChoice = relay?.id !== vlan.id && relay?.relayVlanId == null && vlan.dhcpOn !== true;
  if (relay !== undefined && !isChoice) form.fail("relay_vlan", NO_CHOICE);
  const dhcpOn = form.boolean("dhcp_on") ?? vlan.dhcpOn ?? false;
  const after = { ...vlan, ...wanted };
  if (dhcpOn) checkDhcp(call, state, after);
  if (after.secondaryRack != null && after.secondaryRack === after.primaryRack) {
    form.fail("__all__", "The primary and secondary rack must be different");
  }
  form.check();
  // Being served DHCP ends being relayed, without a word.
  return { ...wanted, dhcpOn, ...(dhcpOn && { relayVlanId: null }) };
}

function spaceField({ form, sim }: Call): number | null {
  const wanted = form.text("space");
  if (!wanted || wanted === UNDEFINED_SPACE || wanted === "-1") return null;
  const space = [...sim.state.spaces.values()].find(({ id, name }) => String(id) === wanted || name === wanted);
  if (space === undefined) form.fail("space", NO_CHOICE);
  return space?.id ?? null;
}

/** A rack controller with an interface in a VLAN of that tag, in whatever fabric; the one that tells of no interfaces will do anywhere. */
function rackField({ form, sim: { state } }: Call, field: string, vid: number | undefined): string | null {
  const wanted = form.text(field);
  if (!wanted) return null;
  const node = state.otherNodes.get(wanted);
  const isThere = node !== undefined && legsOf(state, node).some(({ vlan }) => vlan?.vid === vid);
  if (wanted !== RACK.systemId && !isThere) form.fail(field, NO_CHOICE);
  return wanted;
}

function checkDhcp({ form }: Call, state: SimState, vlan: Partial<Vlan>): void {
  const subnets = [...state.subnets.values()].filter((subnet) => subnet.vlanId === vlan.id);
  if (!subnets.some((subnet) => rangesOf(state, subnet).some(({ type }) => type === "dynamic"))) {
    form.fail("dhcp_on", "dhcp can only be turned on when a dynamic IP range is defined.");
  } else if (vlan.primaryRack == null) {
    form.fail("__all__", "dhcp can only be turned on when a primary rack controller is set.");
  }
}

function itemActions(find: (call: Call) => Vlan): readonly Action[] {
  const fabricOf = (call: Call, vlan: Vlan) => fabricBy(call.sim.state, String(vlan.fabricId));
  return [
    read([], (call) => json(vlanView(call.sim.state, find(call)))),
    update(FIELDS, (call) => {
      const vlan = find(call);
      const wanted = change(call, fabricOf(call, vlan), vlan);
      announce(call, vlan);
      Object.assign(vlan, wanted);
      return json(vlanView(call.sim.state, vlan));
    }),
    remove([], (call) => {
      const vlan = find(call);
      announce(call, vlan);
      deleteVlan(call.sim.state, vlan);
      return noContent();
    }),
  ];
}

/** `fabrics/{fabric_id}/vlans/`, the item below it named by tag, and `vlans/{id}/` named by database id. */
export const vlanResources: readonly Resource[] = [
  {
    handler: "VlansHandler",
    path: "fabrics/{fabric_id}/vlans/",
    actions: [
      read([], (call) => {
        const { state } = call.sim;
        const fabric = fabricBy(state, call.arg("fabric_id"));
        return json(vlansOf(state, fabric.id).map((vlan) => vlanView(state, vlan)));
      }),
      create(FIELDS, (call) => {
        const { state } = call.sim;
        const fabric = fabricBy(state, call.arg("fabric_id"));
        call.form.required("vid");
        const wanted = change(call, fabric, {});
        if (wanted.vid === undefined) throw badRequest("No vid.");
        let made: Vlan | undefined;
        call.writes("vlan", `${fabric.name}/${wanted.vid}`, () => (made === undefined ? null : vlanView(state, made)));
        made = Object.assign(addVlan(state, fabric, wanted.vid), wanted);
        return json(vlanView(state, made));
      }),
    ],
  },
  {
    handler: "VlanHandler",
    path: "fabrics/{fabric_id}/vlans/{vid}/",
    actions: itemActions((call) => {
      const { state } = call.sim;
      return vlanByTag(state, fabricBy(state, call.arg("fabric_id")), call.arg("vid"));
    }),
  },
  {
    handler: "VlanHandler",
    path: "vlans/{id}/",
    actions: itemActions((call) => vlanById(call.sim.state, call.arg("id"))),
  },
];
