import { create } from "@bufbuild/protobuf";
import { describe, expect, test } from "vitest";
import { NetworkSpecSchema, SiteSpecSchema, TagSpecSchema } from "../../../../gen/bedplate/driver/v1/site_spec_pb.js";
import { MANIFEST_SCRIPT } from "../scripts/manifest-script.ts";
import { planObjects } from "./observed-objects.ts";
import { planSite } from "./plan-site.ts";
import { NO_NAMES } from "./read-names.ts";
import { readScript } from "./read-scripts.ts";
import type { SiteState } from "./read-site.ts";

const vlan = {
  id: 5001,
  vid: 0,
  name: "untagged",
  fabric: "fabric-3",
  fabricId: 3,
  mtu: 1500,
  dhcpOn: false,
  relayed: false,
};

const MANIFEST = readScript({
  ...{ name: MANIFEST_SCRIPT.name, type: 0, title: MANIFEST_SCRIPT.title, description: MANIFEST_SCRIPT.description },
  ...{ parallel: 2, hardware_type: 0, timeout: "0:05:00", tags: ["node", "bedplate"] },
  history: [{ id: 1, data: Buffer.from(MANIFEST_SCRIPT.content).toString("base64") }],
});

const empty: SiteState = {
  ...NO_NAMES,
  ...{ fabrics: [], subnets: [], ranges: [], routes: [], racks: [], spaces: [], scripts: [MANIFEST] },
};

const withSubnet: SiteState = {
  ...empty,
  fabrics: [{ id: 3, name: "fabric-3", vlans: [vlan] }],
  subnets: [{ id: 1, cidr: "10.1.0.0/24", name: "10.1.0.0/24", vlanId: 5001, gateway: "", dnsServers: [] }],
};

const ready: SiteState = {
  ...withSubnet,
  fabrics: [
    ...withSubnet.fabrics,
    { id: 4, name: "data", vlans: [{ ...vlan, id: 5002, fabric: "data", fabricId: 4, name: "net", mtu: 9000 }] },
  ],
  subnets: [
    {
      id: 1,
      cidr: "10.1.0.0/24",
      name: "net",
      vlanId: 5002,
      gateway: "10.1.0.1",
      dnsServers: ["10.1.0.2", "10.1.0.3"],
    },
  ],
};

function spec(more: Record<string, unknown> = {}) {
  return create(SiteSpecSchema, {
    name: "s",
    links: [{ name: "data", mtu: 9000 }],
    networks: [
      {
        name: "net",
        link: "data",
        cidr: "10.1.0.0/24",
        mtu: 9000,
        gateway: "10.1.0.1",
        dnsServers: ["10.1.0.2", "10.1.0.3"],
        dhcp: true,
        ranges: [{ type: "dhcp", start: "10.1.0.100", end: "10.1.0.200" }],
        ...more,
      },
    ],
  });
}

function plan(state: SiteState, wanted = spec()) {
  return planSite(state, wanted).actions.map(({ action, object, after }) => `${action} ${object}: ${after}`);
}

describe("a site's plan", () => {
  test("on an empty MAAS makes everything, in an order that works", () => {
    expect(plan(empty)).toEqual([
      "create fabric data: fabric data",
      "update vlan data/0: mtu 9000",
      "create subnet 10.1.0.0/24: vlan data/0, name net, gateway_ip 10.1.0.1, dns_servers 10.1.0.2,10.1.0.3",
      "create iprange 10.1.0.100-10.1.0.200: dynamic 10.1.0.100-10.1.0.200 of 10.1.0.0/24",
    ]);
  });

  test("gives the fabric that holds a link's subnets the link's name, rather than making a second one", () => {
    expect(plan(withSubnet).slice(0, 3)).toEqual([
      "update fabric data: fabric data",
      "update vlan data/0: mtu 9000",
      "update subnet 10.1.0.0/24: name net, gateway_ip 10.1.0.1, dns_servers 10.1.0.2,10.1.0.3",
    ]);
    const [rename] = planSite(withSubnet, spec()).actions;
    expect(rename).toMatchObject({
      before: "fabric fabric-3",
      request: { path: "fabrics/3/", form: [["name", "data"]] },
    });
  });

  test("moves a subnet out of a fabric MAAS made by itself when the link has its own", () => {
    const { actions } = planSite({ ...ready, subnets: withSubnet.subnets }, spec());
    expect(actions.find(({ object }) => object === "subnet 10.1.0.0/24")).toMatchObject({
      action: "update",
      before: "vlan fabric-3/0, name 10.1.0.0/24, gateway_ip -, dns_servers -",
      after: "vlan data/0, name net, gateway_ip 10.1.0.1, dns_servers 10.1.0.2,10.1.0.3",
    });
    expect(actions[0]?.request?.form).toContainEqual(["vlan", "5002"]);
  });

  test("leaves it to a person which of several fabrics is a link's", () => {
    const other = { ...vlan, id: 5009, fabric: "fabric-9", fabricId: 9 };
    const state = {
      ...withSubnet,
      fabrics: [...withSubnet.fabrics, { id: 9, name: "fabric-9", vlans: [other] }],
      subnets: [...withSubnet.subnets, { ...ready.subnets[0], id: 2, cidr: "10.2.0.0/24", vlanId: 5009 }],
    } as SiteState;
    const wanted = spec();
    wanted.networks.push(create(NetworkSpecSchema, { name: "two", link: "data", cidr: "10.2.0.0/24" }));
    expect(() => planSite(state, wanted)).toThrow(
      'the subnets of link "data" lie in several fabrics of MAAS: 10.1.0.0/24 in fabric-3, 10.2.0.0/24 in fabric-9',
    );
  });

  test("finds nothing to do where nothing differs, whatever the form of the addresses", () => {
    const ranges = [{ id: 1, type: "dynamic", start: "10.1.0.100", end: "10.1.0.200", subnetId: 1, comment: "" }];
    expect(plan({ ...ready, ranges }, spec({ cidr: "10.1.0.7/24" }))).toEqual([]);
  });

  test("finds a tag as it is wanted though its definition ends its line, which MAAS cuts off", () => {
    const ranges = [{ id: 1, type: "dynamic", start: "10.1.0.100", end: "10.1.0.200", subnetId: 1, comment: "" }];
    const tag = { name: "big", comment: "large ones [bedplate]", definition: "//node", kernelOpts: "quiet" };
    const said = { name: "big", comment: "large ones\n", definition: "//node\n", kernelOpts: " quiet" };
    const wanted = spec();
    wanted.tagSpecs.push(create(TagSpecSchema, said));
    expect(plan({ ...ready, ranges, tags: [tag] }, wanted)).toEqual([]);
  });

  test("leaves DHCP off, with a note, where MAAS has no rack controller or none there", () => {
    expect(planSite(ready, spec()).notes).toEqual(["DHCP stays off on vlan data/0: MAAS has no rack controller"]);
    const elsewhere = { systemId: "r", hostname: "rack", vlanIds: new Set([1]) };
    expect(planSite({ ...ready, racks: [elsewhere] }, spec()).notes).toEqual([
      "DHCP stays off on vlan data/0: no rack controller has an interface there",
    ]);
    const there = { ...elsewhere, vlanIds: new Set([5002]) };
    expect(plan({ ...ready, racks: [elsewhere, there] }).at(-1)).toBe("update vlan data/0: dhcp on, rack rack");
  });

  const ranged = (...ranges: (readonly [string, number, number])[]): SiteState => ({
    ...ready,
    ranges: ranges.map(([type, from, to], id) => ({
      ...{ id, type, start: `10.1.0.${from}`, end: `10.1.0.${to}`, subnetId: 1, comment: "" },
    })),
  });

  test("makes another range of one of the same use that has addresses in common, whoever made it", () => {
    expect(plan(ranged(["dynamic", 100, 150]))).toEqual([
      "update iprange 10.1.0.100-10.1.0.150: dynamic 10.1.0.100-10.1.0.200 of 10.1.0.0/24",
    ]);
  });

  test("changes ranges in an order in which they never have addresses in common", () => {
    const ranges = [
      { type: "dhcp", start: "10.1.0.10", end: "10.1.0.30" },
      { type: "reserved", start: "10.1.0.31", end: "10.1.0.50" },
    ];
    expect(plan(ranged(["dynamic", 10, 20], ["reserved", 25, 40]), spec({ ranges }))).toEqual([
      "update iprange 10.1.0.25-10.1.0.40: reserved 10.1.0.31-10.1.0.50 of 10.1.0.0/24",
      "update iprange 10.1.0.10-10.1.0.20: dynamic 10.1.0.10-10.1.0.30 of 10.1.0.0/24",
    ]);
  });

  test("says which range is in the way of one it wants", () => {
    const [action] = planSite(ranged(["reserved", 150, 160]), spec()).actions;
    expect(action?.request).toBeUndefined();
    expect(action?.blocked).toContain("MAAS has the reserved range 10.1.0.150-10.1.0.160 there");
  });

  test("leaves out a route to a block MAAS does not know, with a note", () => {
    const routes = [{ subnet: "172.16.0.0/12", gateway: "10.1.0.9", metric: 1 }];
    expect(planSite(ready, spec({ routes })).notes).toContain(
      "static route 10.1.0.0/24 to 172.16.0.0/12 via 10.1.0.9 is left out: MAAS has no subnet 172.16.0.0/12",
    );
  });

  test("adds a key only when its body is new", () => {
    const wanted = create(SiteSpecSchema, { name: "s", authorizedKeys: ["ssh-ed25519 AAAA ops@here", "ssh-rsa BBBB"] });
    expect(plan({ ...empty, keys: [{ id: 1, key: "ssh-ed25519 AAAA other comment" }] }, wanted)).toHaveLength(1);
  });

  test("refuses two links that would be one fabric", () => {
    const wanted = create(SiteSpecSchema, { name: "s", links: [{ name: "a.b" }, { name: "a-b" }] });
    expect(() => planSite(empty, wanted)).toThrow('links "a.b" and "a-b" would both be the MAAS fabric "a-b"');
  });

  test("rests on the objects it names and on where its subnets are, nothing else", () => {
    const other = { id: 7, cidr: "10.9.0.0/24", name: "x", vlanId: 5001, gateway: "", dnsServers: [] };
    const state = { ...withSubnet, subnets: [...withSubnet.subnets, other] };
    expect(planObjects(state, spec()).map(({ key }) => key)).toEqual([
      "fabric data",
      "script bedplate-manifest",
      "subnet 10.1.0.0/24",
      "vlan data/0",
    ]);
  });

  test("rests on subnets that share addresses with its own, too", () => {
    const [subnet] = ready.subnets;
    if (subnet === undefined) throw new Error("no subnet");
    const beside = { ...subnet, id: 9, cidr: "10.1.0.0/16", name: "wide" };
    const elsewhere = { ...subnet, id: 10, cidr: "10.2.0.0/16", name: "else" };
    const keys = planObjects({ ...ready, subnets: [subnet, beside, elsewhere] }, spec()).map(({ key }) => key);
    expect(keys).toContain("subnet 10.1.0.0/16");
    expect(keys).not.toContain("subnet 10.2.0.0/16");
  });
});
