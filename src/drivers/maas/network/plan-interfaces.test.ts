import { create } from "@bufbuild/protobuf";
import { describe, expect, test } from "vitest";
import { ServerSpecSchema } from "../../../../gen/bedplate/driver/v1/server_spec_pb.js";
import { readMachine } from "../server/machine.ts";
import type { Networks } from "../site/read-networks.ts";
import { bindNics } from "./bind-nics.ts";
import { planInterfaces } from "./plan-interfaces.ts";
import { wantedInterfaces } from "./wanted-interfaces.ts";

const base = { name: "", mtu: 1500, dhcpOn: false, relayed: false };
const auto = { ...base, id: 1, vid: 0, fabric: "fabric-1", fabricId: 1 };
const data = { ...base, id: 2, vid: 0, fabric: "data", fabricId: 2, mtu: 9000 };
const tagged = { ...base, id: 3, vid: 21, fabric: "data", fabricId: 2 };
const networks: Networks = {
  fabrics: [
    { id: 1, name: "fabric-1", vlans: [auto] },
    { id: 2, name: "data", vlans: [data, tagged] },
  ],
  subnets: [{ id: 7, cidr: "10.21.0.0/24", name: "mgmt", vlanId: 3, gateway: "10.21.0.1", dnsServers: [] }],
};

function nic(id: number, name: string, vlan: { id: number; vid: number; fabric: string }, more: object = {}) {
  const mac_address = `52:54:00:00:00:0${id}`;
  return {
    id,
    name,
    type: "physical",
    mac_address,
    vlan,
    links: [],
    parents: [],
    params: {},
    effective_mtu: 1500,
    ...more,
  };
}

const mgmt = { name: "mgmt", link: "data", cidr: "10.21.0.0/24", vlan: 21, gateway: "10.21.0.1" };
const spec = create(ServerSpecSchema, {
  identity: { name: "n1" },
  primaryNetwork: "mgmt",
  interfaces: [
    {
      name: "bond0",
      link: { name: "data", mtu: 9000, bondMode: "active-backup", trunk: true },
      devices: ["eth0", "eth1"],
      networks: [{ network: mgmt, mode: "static", address: "10.21.0.9" }],
    },
  ],
});

function plan(nics: readonly object[], gateways: object = {}, site = networks) {
  const machine = readMachine({ system_id: "abc", hostname: "n1", interface_set: nics, default_gateways: gateways });
  return planInterfaces(
    { machine, networks: site, bound: bindNics(spec, machine, { devices: [], lshw: [] }) },
    wantedInterfaces(spec),
  );
}

const bond = nic(5, "bond0", data, {
  type: "bond",
  parents: ["eth0", "eth1"],
  params: { bond_mode: "active-backup", bond_miimon: 100 },
  effective_mtu: 9000,
  links: [{ id: 10, mode: "link_up" }],
});
const slaves = [nic(1, "eth0", data), nic(2, "eth1", data)];
const link = { id: 11, mode: "static", ip_address: "10.21.0.9", subnet: { id: 7, cidr: "10.21.0.0/24" } };
const vlanNic = nic(6, "bond0.21", tagged, { type: "vlan", parents: ["bond0"], links: [link] });

describe("the plan of a bond with a VLAN", () => {
  test("moves the NICs together first, since MAAS bonds only what shares a VLAN", () => {
    const actions = plan([nic(1, "eth0", auto), nic(2, "eth1", data)]);
    expect(actions.map(({ action, object }) => `${action} ${object}`)).toEqual([
      "update interface eth0",
      "create interface bond0",
      "create interface bond0.21",
      "link interface bond0.21",
    ]);
    expect(actions.map(({ request }) => request?.op ?? request?.method)).toEqual([
      "PUT",
      "create_bond",
      undefined,
      undefined,
    ]);
    expect(actions[1]?.request?.form).toEqual([
      ["name", "bond0"],
      ["parents", "1"],
      ["parents", "2"],
      ["vlan", "2"],
      ["bond_mode", "active-backup"],
      ["mtu", "9000"],
    ]);
  });

  test("is empty when all is there, whoever chose the gateway", () => {
    for (const link_id of [11, null]) {
      expect(plan([...slaves, bond, vlanNic], { ipv4: { gateway_ip: "10.21.0.1", link_id } })).toEqual([]);
    }
  });

  test("sets the default gateway when another one is in effect", () => {
    const actions = plan([...slaves, bond, vlanNic], { ipv4: { gateway_ip: "10.9.0.1", link_id: 3 } });
    expect(actions.map(({ request }) => request?.op)).toEqual(["set_default_gateway"]);
  });

  test("takes another bond and another VLAN off its NICs first, children before parents", () => {
    const wrong = { ...bond, name: "bond9", parents: ["eth0"] };
    const child = { ...vlanNic, name: "bond9.21", parents: ["bond9"] };
    const actions = plan([...slaves, wrong, child]);
    expect(actions.slice(0, 2).map(({ action, object }) => `${action} ${object}`)).toEqual([
      "delete interface bond9.21",
      "delete interface bond9",
    ]);
  });

  test("leaves interfaces on other NICs alone", () => {
    const other = nic(8, "eth7", auto, {
      links: [{ id: 1, mode: "static", ip_address: "10.9.0.9", subnet: { id: 1 } }],
    });
    const bridge = nic(9, "br0", auto, { type: "bridge", parents: ["eth7"] });
    const gateways = { ipv4: { gateway_ip: "10.21.0.1", link_id: 11 } };
    expect(plan([...slaves, bond, vlanNic, other, bridge], gateways)).toEqual([]);
  });

  test("does not link an address twice, and frees a wrong one before it links", () => {
    const stale = { ...link, id: 12, ip_address: "10.21.0.8" };
    const actions = plan([...slaves, bond, { ...vlanNic, links: [stale] }]);
    expect(actions.map(({ request }) => [request?.op, request?.form?.[0]])).toEqual([
      ["unlink_subnet", ["id", "12"]],
      ["link_subnet", ["mode", "STATIC"]],
    ]);
  });

  test("says what MAAS lacks when the site is not prepared", () => {
    const [first] = plan(slaves, {}, { fabrics: [], subnets: [] });
    expect(first?.blocked).toBe("MAAS has no fabric data for interface bond0");
  });
});
