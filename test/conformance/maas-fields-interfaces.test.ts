import { readFileSync } from "node:fs";
import { join } from "node:path";
import { create, type DescMessage } from "@bufbuild/protobuf";
import { expect, test } from "vitest";
import { ServerPhase } from "../../gen/bedplate/driver/v1/server_driver_service_pb.js";
import {
  type BridgeSpec,
  type InterfaceNetwork,
  type InterfaceSpec,
  InterfaceSpecSchema,
  type ServerSpec,
  ServerSpecSchema,
} from "../../gen/bedplate/driver/v1/server_spec_pb.js";
import {
  type LinkSpec,
  type NetworkSpec,
  type RangeSpec,
  type RouteSpec,
  type SiteSpec,
  SiteSpecSchema,
} from "../../gen/bedplate/driver/v1/site_spec_pb.js";
import { loadDesign } from "../../src/cli/load-design.ts";
import { createDesignView } from "../../src/plan/design-view.ts";
import { createServerSpecs } from "../../src/plan/driver-spec/server-spec.ts";
import { siteSpec } from "../../src/plan/driver-spec/site-spec.ts";
import { type InterfaceState, interfaceState, isBond, linksOf, tagOf, wantedLinks } from "./maas-interface-state.ts";
import { type ServerInit, type SiteInit, startLab } from "./maas-lab.ts";
import { createMaasReader, inside } from "./maas-reader.ts";
import { at } from "./maas-specs.ts";

const site = join(import.meta.dirname, "fixtures/fields-site");

/** What MAAS has: the site's, and one machine's. */
interface World {
  readonly spec: ServerSpec;
  readonly state: InterfaceState;
  readonly machine: unknown;
  readonly subnets: readonly unknown[];
  readonly vlans: readonly unknown[];
  readonly ranges: readonly unknown[];
  readonly routes: readonly unknown[];
}

/** Where a field is met: the interface it belongs to, and the network or bridge of it. */
interface Place {
  readonly world: World;
  readonly nic: InterfaceSpec;
  readonly carried?: InterfaceNetwork;
  readonly network?: NetworkSpec;
}

/** What MAAS has for a field and what the design says; nothing where the field is not set. */
type Row<Message> =
  | { readonly is: (message: Message, place: Place) => readonly [unknown, unknown] | undefined }
  | { readonly because: string };
type Rows<Message> = Readonly<Record<Exclude<keyof Message & string, `$${string}`>, Row<Message>>>;

type Pair = readonly [is: unknown, wanted: unknown];
const parameter =
  (name: string, of: (link: LinkSpec) => unknown) =>
  (link: LinkSpec, { world, nic }: Place): Pair | undefined =>
    of(link) === undefined || of(link) === "" ? undefined : [inside(world.state.base(nic), "params", name), of(link)];
const inner = { because: "its own fields are in this table" };
const subnetOf = ({ subnets }: World, { cidr }: NetworkSpec) => subnets.find((each) => at(each, "cidr") === cidr);
const vlanOf = (world: World, network: NetworkSpec) =>
  world.vlans.find((vlan) => at(vlan, "id") === inside(subnetOf(world, network), "vlan", "id"));
const bridgeNamed = ({ state }: World, { name }: BridgeSpec) => state.all.find((nic) => at(nic, "name") === name);

const INTERFACE: Rows<InterfaceSpec> = {
  name: {
    is: ({ name }, { world, nic }) => [
      at(world.state.base(nic), "name"),
      // The boot interface keeps the name its provisioner knows it by: that of the world file.
      name === "pxe" ? "ens1" : name,
    ],
  },
  link: inner,
  devices: {
    is: (message, { world, nic }) => {
      const names = message.devices.map((device) => world.state.deviceName(device)).sort();
      const base = world.state.base(nic);
      return [isBond(nic) ? at(base, "parents") : [at(base, "name")], names];
    },
  },
  networks: inner,
  bridges: inner,
};

const LINK: Rows<LinkSpec> = {
  name: { is: ({ name }, { world, nic }) => [inside(world.state.base(nic), "vlan", "fabric"), name] },
  mtu: { is: ({ mtu }, { world, nic }) => [at(world.state.base(nic), "effective_mtu"), mtu] },
  bondMode: {
    is: ({ bondMode }, { world, nic }) => {
      const base = world.state.base(nic);
      const isNone = bondMode === "" || bondMode === "disabled";
      return [isNone ? at(base, "type") : inside(base, "params", "bond_mode"), isNone ? "physical" : bondMode];
    },
  },
  bondHash: { is: parameter("bond_xmit_hash_policy", ({ bondHash }) => bondHash) },
  bondPeerRate: { is: parameter("bond_lacp_rate", ({ bondPeerRate }) => bondPeerRate) },
  bondMonRate: { is: parameter("bond_miimon", ({ bondMonRate }) => bondMonRate) },
  bondUpDelay: { is: parameter("bond_updelay", ({ bondUpDelay }) => bondUpDelay) },
  bondDownDelay: { is: parameter("bond_downdelay", ({ bondDownDelay }) => bondDownDelay) },
  bondNumGratArp: { is: parameter("bond_num_grat_arp", ({ bondNumGratArp }) => bondNumGratArp) },
  trunk: {
    is: (_link, { world, nic }) => {
      const tags = nic.networks.map(({ network }) => (network === undefined ? 0 : tagOf(nic, network)));
      const base = at(world.state.base(nic), "name");
      const vlans = world.state.all.filter(
        (each) => at(each, "type") === "vlan" && inside(each, "parents", "0") === base,
      );
      const wanted = [...new Set(tags)].filter((tag) => tag !== 0).sort();
      return [vlans.map((vlan) => inside(vlan, "vlan", "vid")).sort(), wanted];
    },
  },
  nativeNetwork: {
    is: ({ nativeNetwork }, { world, nic }) => {
      const network = nic.networks.find((each) => each.network?.name === nativeNetwork)?.network;
      if (network === undefined) return undefined;
      return [inside(subnetOf(world, network), "vlan", "id"), inside(world.state.base(nic), "vlan", "id")];
    },
  },
};

const CARRIED: Rows<InterfaceNetwork> = {
  network: inner,
  mode: {
    is: ({ network }, { world, nic }) => {
      if (network === undefined) return undefined;
      return [linksOf(world.state.holder(nic, network)), wantedLinks(nic, tagOf(nic, network))];
    },
  },
  address: {
    is: ({ address, network }, { world, nic }) => {
      if (address === "" || network === undefined) return undefined;
      const links = at(world.state.holder(nic, network), "links") as unknown[];
      return [links.filter((link) => at(link, "ip_address") === address).length, 1];
    },
  },
};

const BRIDGE: Rows<BridgeSpec> = {
  name: { is: (bridge, { world }) => [at(bridgeNamed(world, bridge), "type"), "bridge"] },
  network: {
    is: (bridge, { world, nic }) => {
      const network = nic.networks.find((each) => each.network?.name === bridge.network)?.network;
      if (network === undefined) return undefined;
      return [at(bridgeNamed(world, bridge), "parents"), [at(world.state.carrier(nic, network), "name")]];
    },
  },
  type: { is: (bridge, { world }) => [inside(bridgeNamed(world, bridge), "params", "bridge_type"), bridge.type] },
  stp: { is: (bridge, { world }) => [inside(bridgeNamed(world, bridge), "params", "bridge_stp"), bridge.stp] },
  forwardDelay: {
    is: (bridge, { world }) =>
      bridge.forwardDelay === undefined
        ? undefined
        : [inside(bridgeNamed(world, bridge), "params", "bridge_fd"), bridge.forwardDelay],
  },
};

const NETWORK: Rows<NetworkSpec> = {
  name: { is: (network, { world }) => [at(subnetOf(world, network), "name"), network.name] },
  link: { is: (network, { world }) => [at(vlanOf(world, network), "fabric"), network.link] },
  cidr: { is: (network, { world }) => [at(subnetOf(world, network), "cidr"), network.cidr] },
  vlan: {
    is: (network, { world, nic }) => [
      [inside(world.state.holder(nic, network), "vlan", "vid"), inside(subnetOf(world, network), "vlan", "vid")],
      [tagOf(nic, network), tagOf(nic, network)],
    ],
  },
  mtu: {
    is: (network, { world, nic }) => {
      const tagged = tagOf(nic, network) !== 0;
      const holder = world.state.holder(nic, network);
      const own = tagged || at(holder, "type") === "bridge" ? at(holder, "effective_mtu") : network.mtu;
      return [
        [own, at(vlanOf(world, network), "mtu")],
        [network.mtu, network.mtu],
      ];
    },
  },
  gateway: {
    is: (network, { world }) => {
      if (network.gateway === "") return undefined;
      const family = network.cidr.includes(":") ? "ipv6" : "ipv4";
      const inUse = inside(world.machine, "default_gateways", family, "gateway_ip");
      return [
        [at(subnetOf(world, network), "gateway_ip"), inUse],
        [network.gateway, network.gateway],
      ];
    },
  },
  dnsServers: { is: (network, { world }) => [at(subnetOf(world, network), "dns_servers"), network.dnsServers] },
  dnsDomain: { because: "a subnet of MAAS has no domain; the site's domains are its own (maas-names.test.ts)" },
  ranges: inner,
  routes: inner,
  dhcp: { is: (network, { world }) => [at(vlanOf(world, network), "dhcp_on"), network.dhcp] },
  space: {
    is: (network, { world }) =>
      network.space === "" ? undefined : [at(vlanOf(world, network), "space"), network.space],
  },
  allowDns: {
    is: (network, { world }) =>
      network.allowDns === undefined ? undefined : [at(subnetOf(world, network), "allow_dns"), network.allowDns],
  },
  managed: {
    is: (network, { world }) =>
      network.managed === undefined ? undefined : [at(subnetOf(world, network), "managed"), network.managed],
  },
  dhcpRelayTarget: { because: "a relay is between VLANs of the site, of which no machine has a part" },
};

const rangeIn = ({ world }: Place, range: RangeSpec) =>
  world.ranges.find((each) => at(each, "start_ip") === range.start && at(each, "end_ip") === range.end);
const RANGE: Rows<RangeSpec> = {
  type: {
    is: (range, place) => {
      // MAAS has no ranges of what is assigned by hand: there it takes any address.
      if (range.type === "static") return [rangeIn(place, range), undefined];
      return [at(rangeIn(place, range), "type"), range.type === "dhcp" ? "dynamic" : range.type];
    },
  },
  start: {
    is: (range, place) => (range.type === "static" ? undefined : [at(rangeIn(place, range), "start_ip"), range.start]),
  },
  end: {
    is: (range, place) => (range.type === "static" ? undefined : [at(rangeIn(place, range), "end_ip"), range.end]),
  },
};

const routeIn = ({ world, network }: Place, route: RouteSpec) =>
  world.routes.find(
    (each) => inside(each, "source", "cidr") === network?.cidr && inside(each, "destination", "cidr") === route.subnet,
  );
const ROUTE: Rows<RouteSpec> = {
  subnet: { is: (route, place) => [inside(routeIn(place, route), "destination", "cidr"), route.subnet] },
  gateway: { is: (route, place) => [at(routeIn(place, route), "gateway_ip"), route.gateway] },
  metric: { is: (route, place) => [at(routeIn(place, route), "metric"), route.metric] },
};

const TABLE: Readonly<Record<string, Readonly<Record<string, Row<never>>>>> = {
  InterfaceSpec: INTERFACE,
  LinkSpec: LINK,
  InterfaceNetwork: CARRIED,
  BridgeSpec: BRIDGE,
  NetworkSpec: NETWORK,
  RangeSpec: RANGE,
  RouteSpec: ROUTE,
};

/** Every field of a message and of the messages in it, as "Message.field". */
function fieldsOf(schema: DescMessage, seen = new Set<string>()): string[] {
  if (seen.has(schema.typeName)) return [];
  seen.add(schema.typeName);
  return schema.fields.flatMap((field) => [
    `${schema.name}.${field.localName}`,
    ...(field.message === undefined ? [] : fieldsOf(field.message, seen)),
  ]);
}

test("every field of an interface in the contract is in the table, and nothing else is", () => {
  const rows = Object.entries(TABLE).flatMap(([message, fields]) =>
    Object.keys(fields).map((field) => `${message}.${field}`),
  );
  expect(rows.sort()).toEqual(fieldsOf(InterfaceSpecSchema).sort());
});

/** Holds each field of each message against MAAS; `met` counts the fields that were. */
function faultsOf(world: World, networks: ReadonlyMap<string, NetworkSpec>, met: Set<string>): string[] {
  const faults: string[] = [];
  const hold = <Message>(name: string, rows: Rows<Message>, message: Message, place: Place) => {
    for (const [field, row] of Object.entries<Row<Message>>(rows)) {
      const pair = "is" in row ? row.is(message, place) : undefined;
      if (pair === undefined) continue;
      met.add(`${name}.${field}`);
      const [is, wanted] = pair.map((value) => JSON.stringify(value));
      if (is !== wanted) faults.push(`${place.nic.name} ${name}.${field}: MAAS has ${is}, the design ${wanted}`);
    }
  };
  for (const nic of world.spec.interfaces) {
    hold("InterfaceSpec", INTERFACE, nic, { world, nic });
    if (nic.link !== undefined) hold("LinkSpec", LINK, nic.link, { world, nic });
    for (const bridge of nic.bridges) hold("BridgeSpec", BRIDGE, bridge, { world, nic });
    for (const carried of nic.networks) {
      // What a site says of a network is more than what a machine is told.
      const network = networks.get(carried.network?.name ?? "");
      if (network === undefined) throw new Error(`network ${carried.network?.name} is not the site's`);
      const place = { world, nic, carried, network };
      hold("InterfaceNetwork", CARRIED, carried, place);
      hold("NetworkSpec", NETWORK, network, place);
      for (const range of network.ranges) hold("RangeSpec", RANGE, range, place);
      for (const route of network.routes) hold("RouteSpec", ROUTE, route, place);
    }
  }
  return faults;
}

test("MAAS has every interface field of a design as the design says, and each field was met", async () => {
  const { evaluation, diagnostics } = await loadDesign([site]);
  expect(diagnostics).toEqual([]);
  const view = createDesignView(evaluation.items.values());
  const lab = await startLab([], JSON.parse(readFileSync(join(site, "world.json"), "utf8")) as Record<string, unknown>);
  const wanted: SiteSpec = create(
    SiteSpecSchema,
    siteSpec(view, "maas", () => "maas"),
  );
  await lab.site(siteSpec(view, "maas", () => "maas") as SiteInit);
  const networks = new Map(wanted.networks.map((network) => [network.name, network]));
  const reader = createMaasReader(lab.sim.url, lab.sim.apiKey);
  const specOf = createServerSpecs(view);
  const met = new Set<string>();
  for (const name of view.nodes.keys()) {
    const { spec } = specOf(name);
    const full = { ...spec, oob: { ...spec.oob, credential: "bmc-secret" } } as ServerInit;
    await lab.phase(full, ServerPhase.COMMISSIONED);
    await lab.phase(full, ServerPhase.NETWORK_CONFIGURED);
    const systemId = await reader.systemId(name);
    const [all, devices] = [await reader.interfaces(systemId), await reader.list(`nodes/${systemId}/devices/`)];
    const message = create(ServerSpecSchema, full);
    const fabrics = await reader.list("fabrics/");
    const world: World = {
      spec: message,
      state: interfaceState(message, all, devices),
      machine: await reader.get(`machines/${systemId}/`),
      subnets: await reader.list("subnets/"),
      vlans: fabrics.flatMap((fabric) => at(fabric, "vlans") as unknown[]),
      ranges: await reader.list("ipranges/"),
      routes: await reader.list("static-routes/"),
    };
    expect({ [name]: faultsOf(world, networks, met) }).toEqual({ [name]: [] });
  }
  const checked = Object.entries(TABLE).flatMap(([message, rows]) =>
    Object.entries(rows).flatMap(([field, row]) => ("is" in row ? [`${message}.${field}`] : [])),
  );
  expect([...met].sort()).toEqual(checked.sort());
});
