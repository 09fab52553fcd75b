import { describe, expect, it } from "vitest";
import { type NodeSurroundings, nodeNetwork, surroundingNames } from "./node-network.ts";

const node = {
  fqdn: "n1.mgmt.example",
  primary_network: "mgmt",
  dns_servers: ["10.0.0.53"],
  oob: { network: "oob" },
  interfaces: [
    { name: "bond0", device_link: "trunk", networks: ["mgmt", "tenant", "native"] },
    { name: "eth2", device_link: "plain", networks: ["storage"] },
  ],
  addressing: [
    { network: "oob", address: "10.9.0.1" },
    { network: "mgmt", address: "10.0.0.11" },
    { network: "tenant", address: "dhcp" },
    { network: "storage", address: "2001:db8::11" },
    { network: "unplugged", address: "10.7.0.1" },
  ],
};

const around: NodeSurroundings = {
  networks: new Map([
    [
      "mgmt",
      {
        cidr: "10.0.0.0/24",
        vlan: 10,
        dns: { domain: "mgmt.example" },
        routes: [
          { subnet: "0.0.0.0/0", gateway: "10.0.0.1" },
          { route_domain: "all", gateway: "10.0.0.2" },
          { subnet: "10.8.0.0/16", gateway: "10.0.0.2", metric: 100 },
        ],
      },
    ],
    ["tenant", { cidr: "10.1.0.0/24", vlan: 11, mtu: 9000, routes: [{ subnet: "0.0.0.0/0", gateway: "10.1.0.1" }] }],
    ["native", { vlan: 12, dns: { domain: "mgmt.example" } }],
    ["storage", { cidr: "2001:db8::/64", vlan: 13, dns: { domain: "storage.example" } }],
    ["oob", { cidr: "10.9.0.0/24", vlan: 14, dns: { domain: "oob.example" } }],
  ]),
  links: new Map([
    ["trunk", { mtu: 1500, trunking: { mode: "802.1q", default_network: "native" } }],
    ["plain", { mtu: 1400, trunking: { mode: "disabled", default_network: "storage" } }],
  ]),
  site: { domain: "site.example" },
};

describe("how a node is connected", () => {
  it("names what has to be read for it", () => {
    expect(surroundingNames(node)).toEqual({
      networks: ["mgmt", "tenant", "native", "storage", "oob", "unplugged"],
      links: ["trunk", "plain"],
    });
  });

  it("is told interface by interface, and then of networks no interface carries", () => {
    const { attachments, ...network } = nodeNetwork("n1", node, around);
    expect(network).toEqual({
      fqdn: "n1.mgmt.example",
      primaryNetwork: "mgmt",
      dnsServers: ["10.0.0.53"],
      dnsSearch: ["mgmt.example", "storage.example", "oob.example"],
    });
    const nothing = { address: "", cidr: "", vlan: 0, mtu: 0, fqdn: "", routes: [] };
    expect(attachments).toEqual([
      {
        ...{ interface: "bond0", network: "mgmt", address: "10.0.0.11", cidr: "10.0.0.0/24", vlan: 10, mtu: 1500 },
        fqdn: "n1.mgmt.example",
        routes: [
          { subnet: "0.0.0.0/0", gateway: "10.0.0.1", metric: 0 },
          { subnet: "10.8.0.0/16", gateway: "10.0.0.2", metric: 100 },
        ],
      },
      // Its default route is the primary network's alone, and its address is told by whoever gives it.
      { ...nothing, interface: "bond0", network: "tenant", cidr: "10.1.0.0/24", vlan: 11, mtu: 9000 },
      // A trunk carries its default network without a tag.
      { ...nothing, interface: "bond0", network: "native", mtu: 1500, fqdn: "n1.mgmt.example" },
      {
        ...{ ...nothing, interface: "eth2", network: "storage", address: "2001:db8::11", cidr: "2001:db8::/64" },
        ...{ mtu: 1400, fqdn: "n1.storage.example" },
      },
      {
        ...{ ...nothing, interface: "", network: "oob", address: "10.9.0.1", cidr: "10.9.0.0/24" },
        fqdn: "n1.oob.example",
      },
      { ...nothing, interface: "", network: "unplugged", address: "10.7.0.1" },
    ]);
  });

  it("takes the site's domain to look names up in where the primary network has none", () => {
    const network = nodeNetwork("n1", { primary_network: "tenant", fqdn: "n1.site.example" }, around);
    expect(network).toMatchObject({ dnsSearch: ["site.example"], attachments: [] });
    expect(nodeNetwork("n1", {}, { networks: new Map(), links: new Map(), site: undefined })).toEqual({
      ...{ fqdn: "", primaryNetwork: "", dnsServers: [], dnsSearch: [], attachments: [] },
    });
  });

  it("keeps a name that is qualified already", () => {
    const own = { interfaces: [{ name: "e", networks: ["storage"] }] };
    const { attachments } = nodeNetwork("n1.storage.example", own, around);
    expect(attachments.map(({ fqdn }) => fqdn)).toEqual(["n1.storage.example"]);
  });
});
