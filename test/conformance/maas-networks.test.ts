import { ConnectError } from "@connectrpc/connect";
import { expect, test } from "vitest";
import { ServerPhase } from "../../gen/bedplate/driver/v1/server_driver_service_pb.js";
import { ErrorDetailSchema } from "../../gen/bedplate/type/v1/error_pb.js";
import { type Lab, labMachine, type SiteInit, startLab } from "./maas-lab.ts";
import { at, named, serverSpec, siteSpec } from "./maas-specs.ts";

async function planOf(lab: Lab, spec: SiteInit): Promise<string[]> {
  const { changes } = await lab.driver.server.planSite({ target: lab.target, spec });
  return changes.map(({ action, object, before, after }) => `${action} ${object}: ${before || "-"} => ${after || "-"}`);
}

/** Prepares a site, and proves that there is nothing left to do. */
async function prepared(lab: Lab, spec: SiteInit): Promise<void> {
  await lab.site(spec);
  expect(await planOf(lab, spec)).toEqual([]);
  const before = (await lab.ledger()).length;
  expect((await lab.site(spec)).changed).toBe(false);
  expect((await lab.ledger()).length).toBe(before);
}

/** What the API shows of a list, without what is called otherwise there. */
async function listed(lab: Lab, path: string): Promise<unknown[]> {
  const list = await lab.read(path);
  return Array.isArray(list) ? list : [];
}

async function refusal(run: Promise<unknown>) {
  const error = await run.then(
    () => undefined,
    (caught: unknown) => ConnectError.from(caught),
  );
  const [detail] = error?.findDetails(ErrorDetailSchema) ?? [];
  return { message: error?.rawMessage ?? "", hint: detail?.hint ?? "", subject: detail?.subject ?? "" };
}

const two = [
  { hostname: "rack-a", type: 4, mac: "52:54:00:00:99:01", addresses: ["10.20.0.2", "10.21.0.2"] },
  { hostname: "rack-b", type: 2, mac: "52:54:00:00:99:02", addresses: ["10.20.0.3"] },
];

test("a MAAS another hand configured is adopted: only true differences are planned, and nothing else changes", async () => {
  const lab = await startLab([], {
    fabrics: [
      {
        name: "default",
        vlans: [{ vid: 0, mtu: 9000, subnets: [{ cidr: "192.168.9.0/24", gateway_ip: "192.168.9.1" }] }],
      },
      {
        name: "rack-net",
        vlans: [
          { vid: 0, subnets: [{ cidr: "10.20.0.0/24", gateway_ip: "10.20.0.254", dns_servers: ["10.20.0.5"] }] },
          { vid: 7, name: "cameras", space: "cctv", subnets: [{ cidr: "172.16.7.0/24" }] },
        ],
      },
      { name: "data", vlans: [{ vid: 21, name: "old-mgmt", subnets: [{ cidr: "10.21.0.0/24", name: "mgmt" }] }] },
      { name: "found", vlans: [{ vid: 0, subnets: [{ cidr: "10.22.0.0/24" }] }] },
    ],
    other_nodes: two,
  });
  const spec = siteSpec();
  const kept = async () => {
    const subnets = (await listed(lab, "subnets/")).map((subnet) => [at(subnet, "cidr"), subnet]);
    const all = Object.fromEntries(subnets) as Record<string, unknown>;
    const cameras = all["172.16.7.0/24"];
    return [
      all["192.168.9.0/24"],
      { ...(cameras as object), vlan: at(at(cameras, "vlan"), "id") },
      await listed(lab, "spaces/").then(([, cctv]) => at(cctv, "name")),
    ];
  };
  const before = await kept();
  expect(await planOf(lab, spec)).toEqual([
    "update fabric pxe: fabric rack-net => fabric pxe",
    "update vlan data/0: mtu 1500 => mtu 9000",
    "update vlan data/21: name old-mgmt => name mgmt",
    "create vlan data/22: - => vid 22, name storage, mtu 9000",
    "update subnet 10.20.0.0/24: name 10.20.0.0/24, gateway_ip 10.20.0.254 => name pxe, gateway_ip -",
    "update subnet 10.21.0.0/24: gateway_ip -, dns_servers - => gateway_ip 10.21.0.1, dns_servers 10.21.0.2,10.21.0.3",
    "update subnet 10.22.0.0/24: vlan found/0, name 10.22.0.0/24 => vlan data/22, name storage",
    "create iprange 10.20.0.100-10.20.0.200: - => dynamic 10.20.0.100-10.20.0.200 of 10.20.0.0/24",
    "create iprange 10.20.0.1-10.20.0.9: - => reserved 10.20.0.1-10.20.0.9 of 10.20.0.0/24",
    "update vlan pxe/0: dhcp off => dhcp on, rack rack-a and rack-b",
    "create static route 10.21.0.0/24 to 10.22.0.0/24 via 10.21.0.254: - => metric 10",
    expect.stringContaining("create tag compute"),
    expect.stringContaining("create script bedplate-manifest"),
  ]);
  await prepared(lab, spec);
  expect(await kept()).toEqual(before);
  const pxe = named(await lab.read("fabrics/"), "pxe");
  expect(at(at(pxe, "vlans"), "0")).toMatchObject({ dhcp_on: true, mtu: 1500 });
  expect((await listed(lab, "subnets/")).find((each) => at(each, "cidr") === "10.20.0.0/24")).toMatchObject({
    dns_servers: ["10.20.0.5"],
    gateway_ip: null,
  });
  const { objects } = await lab.driver.server.observeSite({ target: lab.target });
  expect(new Set(objects.map(({ type }) => type))).toEqual(
    new Set(["fabric", "vlan", "space", "subnet", "iprange", "static route", "domain", "tag", "script", "repository"]),
  );
});

function networks(change: (name: string) => Record<string, unknown>): SiteInit {
  const spec = siteSpec();
  return {
    ...spec,
    networks: (spec.networks ?? []).map((network) => ({ ...network, ...change(network.name ?? "") })),
  } as SiteInit;
}

test("spaces are made and set on VLANs; what a network says of its subnet is kept, and what it leaves open stays", async () => {
  const lab = await startLab([]);
  const said = networks((name) => (name === "mgmt" ? { space: "admin", allowDns: false, managed: false } : {}));
  await prepared(lab, said);
  const find = async () => (await listed(lab, "subnets/")).find((each) => at(each, "name") === "mgmt");
  expect(await find()).toMatchObject({ space: "admin", allow_dns: false, managed: false });
  expect(named(await lab.read("spaces/"), "admin")).toMatchObject({ description: "bedplate-lab" });
  await prepared(lab, siteSpec());
  expect(await find()).toMatchObject({ space: "admin", allow_dns: false, managed: false });
  const split = networks((name) => (name === "pxe" ? {} : { space: name, vlan: 21 }));
  expect((await refusal(lab.site(split))).message).toContain(
    'networks "mgmt" and "storage" share VLAN 21 of link "data"',
  );
});

test("DHCP is served or relayed, never both, and one is switched off before the other is on", async () => {
  const lab = await startLab([], { other_nodes: two });
  await prepared(lab, siteSpec());
  const relayed = networks((name) => (name === "pxe" ? { dhcp: false, dhcpRelayTarget: "10.21.0.2" } : {}));
  expect(await planOf(lab, relayed)).toEqual([
    "update vlan pxe/0: dhcp on => dhcp off",
    "update vlan pxe/0: relay_vlan - => relay_vlan data/21",
  ]);
  await prepared(lab, relayed);
  const vlan = async () => at(at(named(await lab.read("fabrics/"), "pxe"), "vlans"), "0");
  expect(await vlan()).toMatchObject({ dhcp_on: false, relay_vlan: { vid: 21 } });
  expect(await planOf(lab, siteSpec())).toEqual([
    "update vlan pxe/0: relay_vlan data/21 => relay_vlan -",
    "update vlan pxe/0: dhcp off => dhcp on, rack rack-a and rack-b",
  ]);
  await prepared(lab, siteSpec());
  expect(await vlan()).toMatchObject({ dhcp_on: true, relay_vlan: null });
  const nowhere = networks((name) => (name === "storage" ? { dhcpRelayTarget: "10.77.0.1" } : {}));
  const { message, hint } = await refusal(lab.site(nowhere));
  expect(message).toContain("to be relayed to 10.77.0.1, but MAAS has no subnet with that address");
  expect(hint).toContain("add the network of 10.77.0.1");
  const both = networks((name) => (name === "pxe" ? { dhcpRelayTarget: "10.21.0.2" } : {}));
  expect((await refusal(lab.site(both))).message).toContain("cannot both be served DHCP");
});

test("ranges and routes follow the design, IPv6 too", async () => {
  const lab = await startLab([]);
  const six = (last: string, gateway: string): SiteInit => ({
    name: "lab",
    links: [{ name: "v6", trunk: true }],
    networks: [
      {
        ...{ name: "six", link: "v6", vlan: 6, cidr: "FD00:6::/64", gateway: "fd00:6:0::1" },
        dnsServers: ["fd00:6::53", "2001:DB8::1"],
        ranges: [{ type: "dhcp", start: "fd00:6::1000", end: last }],
        routes: [{ subnet: "fd00:7::/64", gateway, metric: 1 }],
      },
      { name: "seven", link: "v6", vlan: 7, cidr: "fd00:7::/64" },
    ],
  });
  await prepared(lab, six("fd00:6::2000", "fd00:6::fe"));
  expect(await planOf(lab, six("fd00:6::3000", "fd00:6::ff"))).toEqual([
    "update iprange fd00:6::1000-fd00:6::2000: dynamic fd00:6::1000-fd00:6::2000 of FD00:6::/64 => dynamic fd00:6::1000-fd00:6::3000 of FD00:6::/64",
    "update static route fd00:6::/64 to fd00:7::/64 via fd00:6::fe: gateway_ip fd00:6::fe => gateway_ip fd00:6::ff",
  ]);
  await prepared(lab, six("fd00:6::3000", "fd00:6::ff"));
  expect(await listed(lab, "static-routes/")).toHaveLength(1);
});

/** The lab's site, without its second data network. */
function smaller(prune: boolean): SiteInit {
  const spec = siteSpec();
  const [pxe, mgmt] = spec.networks ?? [];
  return { ...spec, prune, networks: [pxe, { ...mgmt, routes: [] }] } as SiteInit;
}

test("what left the design stays, unless the design owns the site: then it goes, in order, and nothing else does", async () => {
  const lab = await startLab([]);
  const spaced = networks((name) => (name === "storage" ? { space: "bulk" } : {}));
  await prepared(lab, spaced);
  await lab.write("POST", "fabrics/", { name: "cctv" });
  await lab.write("POST", "fabrics/cctv/vlans/", { vid: "7" });
  await lab.write("POST", "subnets/", {
    cidr: "172.16.7.0/24",
    fabric: String(at(named(await lab.read("fabrics/"), "cctv"), "id")),
    vid: "7",
  });
  await lab.write("POST", "spaces/", { name: "spare" });
  await lab.write("POST", "ipranges/", { type: "reserved", start_ip: "10.21.0.200", end_ip: "10.21.0.210" });
  expect(await planOf(lab, smaller(false))).toEqual([]);
  expect(await planOf(lab, smaller(true))).toEqual([
    "delete static route 10.21.0.0/24 to 10.22.0.0/24 via 10.21.0.254: metric 10 => -",
    "delete iprange 10.21.0.200-10.21.0.210: reserved 10.21.0.200-10.21.0.210 of 10.21.0.0/24 => -",
    "delete subnet 10.22.0.0/24: vlan data/22, name storage => -",
    "delete vlan data/22: name storage, mtu 9000 => -",
    "delete space bulk: space bulk => -",
  ]);
  const foreign = async () => [
    named(await lab.read("fabrics/"), "cctv"),
    (await listed(lab, "subnets/")).find((each) => at(each, "cidr") === "172.16.7.0/24"),
    named(await lab.read("spaces/"), "spare"),
  ];
  const before = await foreign();
  await prepared(lab, smaller(true));
  expect(await foreign()).toEqual(before);

  const [pxe] = siteSpec().networks ?? [];
  const bare = { ...smaller(true), links: siteSpec().links?.slice(0, 1), networks: [pxe] } as SiteInit;
  expect(await planOf(lab, bare)).toEqual([
    "delete subnet 10.21.0.0/24: vlan data/21, name mgmt => -",
    "delete fabric data: fabric data => -",
  ]);
  await prepared(lab, bare);
  expect(await foreign()).toEqual(before);
});

test("what is in use stays, and who uses it is said, when all else is done", async () => {
  const lab = await startLab([labMachine(1)], {
    other_nodes: [{ hostname: "pdu-1", type: 1, mac: "52:54:00:00:99:07", addresses: ["10.22.0.77"] }],
  });
  await prepared(lab, siteSpec());
  await lab.phase(serverSpec(), ServerPhase.COMMISSIONED);
  await lab.phase(serverSpec(), ServerPhase.NETWORK_CONFIGURED);
  const wanted = smaller(true);
  const plan = await planOf(lab, wanted);
  expect(plan).toContainEqual(
    expect.stringMatching(/^delete subnet 10\.22\.0\.0\/24: .*in use by .*n1 \(10\.22\.0\.11\).* => -$/),
  );
  expect(plan).toContainEqual(expect.stringMatching(/^delete vlan data\/22: .*in use by .*n1 \(bond0\.22\)/));
  const { message, hint } = await refusal(lab.site(wanted));
  expect(message).toContain(
    "subnet 10.22.0.0/24 left the design, but stays: it is in use by n1 (10.22.0.11), pdu-1 (10.22.0.77)",
  );
  expect(hint).toContain("prune");
  expect((await listed(lab, "subnets/")).map((each) => at(each, "cidr"))).toContain("10.22.0.0/24");
  expect(await listed(lab, "static-routes/")).toEqual([]);
});

test("names MAAS keeps to itself are refused before anything is written", async () => {
  const lab = await startLab([]);
  const before = (await lab.ledger()).length;
  const spec: SiteInit = { name: "lab", links: [{ name: "fabric-77" }] };
  expect((await refusal(lab.site(spec))).message).toContain('MAAS keeps names such as "fabric-77"');
  expect((await lab.ledger()).length).toBe(before);
  await prepared(lab, { name: "lab", links: [{ name: "a.b c" }] });
  expect(named(await lab.read("fabrics/"), "a-b-c")).toMatchObject({ class_type: "bedplate-lab" });
});
