import { describe, expect, it } from "vitest";
import { type Conversion, expectConversion } from "../../../test/support/historical-conversion.ts";
import { readDesignFiles } from "../read-design-files.ts";

/** What is noted of a link that doesn't say which networks may ride on it. */
const noneStated = { allowed_networks: "not stated: those that interfaces of the link carry, and its default network" };

const conversions: Readonly<Record<string, Conversion>> = {
  "the VLAN 0 of an untagged network": {
    kind: "Network",
    written: "vlan: '0'\nmtu: 1500",
    read: { mtu: 1500 },
    notes: { vlan: "0 is no VLAN: the network is untagged" },
  },
  "a link without bonding and trunking": {
    kind: "NetworkLink",
    written: "bonding:\n  mode: none\ntrunking:\n  mode: none\n  default_network: pxe",
    read: { bonding: { mode: "disabled" }, trunking: { mode: "disabled", default_network: "pxe" } },
    places: { "bonding.mode": "6:9", "trunking.mode": "8:9", "trunking.default_network": "9:20" },
    notes: { "bonding.mode": "none is disabled", "trunking.mode": "none is disabled", ...noneStated },
  },
  "a tagged link": {
    kind: "NetworkLink",
    written: "trunking: {mode: tagged}",
    read: { trunking: { mode: "802.1q" } },
    places: { "trunking.mode": "5:18" },
    notes: { "trunking.mode": "tagged is 802.1q", ...noneStated },
  },
  "a bond mode as it was described": {
    kind: "NetworkLink",
    written: "bonding: {mode: balanced-rr}",
    read: { bonding: { mode: "balance-rr" } },
    notes: { "bonding.mode": "balanced-rr is balance-rr", ...noneStated },
  },
  "the word default on a link": {
    kind: "NetworkLink",
    written: "bonding: {mode: 802.3ad, mon_rate: default, up_delay: default, down_delay: 5}",
    read: { bonding: { mode: "802.3ad", down_delay: 5 } },
    notes: {
      "bonding.mon_rate": "the word default leaves the field to its default",
      "bonding.up_delay": "the word default leaves the field to its default",
      ...noneStated,
    },
  },
  "the word default for a link's own fields": {
    kind: "NetworkLink",
    written: "mtu: default\nlinkspeed: default\nallowed_networks: [a]",
    read: { allowed_networks: ["a"] },
    notes: {
      mtu: "the word default leaves the field to its default",
      linkspeed: "the word default leaves the field to its default",
    },
  },
  "a default network beside trunking": {
    kind: "NetworkLink",
    written: "trunking: {mode: tagged}\ndefault_network: mgmt",
    read: { trunking: { mode: "802.1q", default_network: "mgmt" } },
    places: { "trunking.default_network": "6:18" },
  },
  "words of today on a link": {
    kind: "NetworkLink",
    written: "bonding: {mode: active-backup}\ntrunking: {mode: 802.1q}\nallowed_networks: [a]",
    read: { bonding: { mode: "active-backup" }, trunking: { mode: "802.1q" }, allowed_networks: ["a"] },
    notes: {},
  },
  "a VLAN id": {
    kind: "Network",
    written: "vlan_id: '101'",
    read: { vlan: "101" },
    places: { vlan: "5:10" },
    notes: { vlan: "vlan_id is vlan" },
  },
  "the removal of a VLAN id": { kind: "Network", written: "'!vlan_id': ''", read: { "!vlan": "" } },
  "a VLAN id that is unset": { kind: "Network", written: "vlan_id: '!'", read: { vlan: "!" } },
  "both names of a VLAN id": {
    kind: "Network",
    written: "vlan: 1\nvlan_id: 2",
    read: { vlan: 1, vlan_id: 2 },
    notes: {},
  },
  "the weight of a route": {
    kind: "Network",
    written: "routes:\n- subnet: 0.0.0.0/0\n  gateway: 10.0.0.1\n  weight: 10",
    read: { routes: [{ subnet: "0.0.0.0/0", gateway: "10.0.0.1", metric: 10 }] },
    places: { "routes.0": "6:3", "routes.0.metric": "8:11" },
    notes: { "routes[0].metric": "weight is metric" },
  },
  "route domains": {
    kind: "Network",
    written: "routedomain: inner\nroutes: [{routedomain: inner, gateway: 10.0.0.1}]",
    read: { route_domain: "inner", routes: [{ route_domain: "inner", gateway: "10.0.0.1" }] },
  },
  "DNS servers as a text": {
    kind: "Network",
    written: "dns:\n  servers: 10.0.0.2,  10.0.0.3 ,,10.0.0.4,",
    read: { dns: { servers: ["10.0.0.2", "10.0.0.3", "10.0.0.4"] } },
    places: {
      "dns.servers": "6:12",
      "dns.servers.0": "6:12",
      "dns.servers.1": "6:23",
      "dns.servers.2": "6:34",
    },
    notes: { "dns.servers": "servers separated by commas are a list" },
  },
  "DNS servers in quotes": {
    kind: "Network",
    written: "dns: {servers: '10.0.0.2,10.0.0.3'}",
    read: { dns: { servers: ["10.0.0.2", "10.0.0.3"] } },
    places: { "dns.servers.0": "5:17", "dns.servers.1": "5:26" },
  },
  "DNS servers behind letters of two code units": {
    kind: "Network",
    written: "dns: {servers: '😀,10.0.0.3'}",
    read: { dns: { servers: ["😀", "10.0.0.3"] } },
    places: { "dns.servers.1": "5:19" },
  },
  "DNS servers over several lines": {
    kind: "Network",
    written: "dns:\n  servers: 10.0.0.2,\n    10.0.0.3",
    read: { dns: { servers: ["10.0.0.2", "10.0.0.3"] } },
    places: { "dns.servers.0": "6:12", "dns.servers.1": "6:12" },
  },
  "DNS servers as a list": {
    kind: "Network",
    written: "dns: {servers: [10.0.0.2]}",
    read: { dns: { servers: ["10.0.0.2"] } },
    notes: {},
  },
  "DNS servers that are unset": { kind: "Network", written: "dns: {servers: '!'}", read: { dns: { servers: "!" } } },
  "DNS of nothing": {
    kind: "Network",
    written: "dns:\n  domain:\n  servers:",
    read: { dns: { domain: null, servers: null } },
  },
  "earlier names of hardware": {
    kind: "HardwareProfile",
    written: "version: 3\nbios: 2.2.3\nboot_mode: UEFI\nboot_protocol: PXE\npxe_interface: 0",
    read: { hw_version: 3, bios_version: "2.2.3", boot_mode: "uefi", bootstrap_protocol: "pxe", pxe_interface: 0 },
    places: { hw_version: "5:10", bios_version: "6:7", boot_mode: "7:12", bootstrap_protocol: "8:16" },
    notes: {
      hw_version: "version is hw_version",
      bios_version: "bios is bios_version",
      boot_mode: "UEFI is uefi",
      bootstrap_protocol: "PXE is pxe",
    },
  },
  "numbers that aren't": {
    kind: "HardwareProfile",
    written: "generation: 1.10\nversion: 007\nbios_version: 12345678901234567890",
    read: { generation: "1.10", hw_version: "007", bios_version: "12345678901234567890" },
  },
  "aliases by bus, one of them alone": {
    kind: "HardwareProfile",
    written:
      "device_aliases:\n  pci:\n  - address: pci@0000:00:03.0\n    alias: nic1\n    type: 'I350'\n  scsi:\n    address: scsi@2:0.0.0\n    alias: boot",
    read: {
      device_aliases: [
        { address: "0000:00:03.0", alias: "nic1", dev_type: "I350", bus_type: "pci" },
        { address: "2:0.0.0", alias: "boot", bus_type: "scsi" },
      ],
    },
    places: {
      "device_aliases.0.address": "7:14",
      "device_aliases.0.dev_type": "9:11",
      "device_aliases.0.bus_type": "7:14",
      "device_aliases.1.alias": "12:12",
    },
    notes: {
      'device_aliases["nic1"].dev_type': "type is dev_type",
      'device_aliases["nic1"].address': "the bus in front of an address is bus_type",
      'device_aliases["boot"].address': "the bus in front of an address is bus_type",
      device_aliases: "aliases by bus or by name are one list",
    },
  },
  "aliases by bus and name": {
    kind: "HardwareProfile",
    written: "device_aliases:\n  scsi:\n    boot: {address: '2:0.0.0'}\n    '!old':\n    data:",
    read: {
      device_aliases: [{ alias: "boot", address: "2:0.0.0", bus_type: "scsi" }, { alias: "!old" }, { alias: "!data" }],
    },
    places: { "device_aliases.0.alias": "7:5", "device_aliases.1.alias": "8:5" },
  },
  "one alias without a list": {
    kind: "HardwareProfile",
    written: "device_aliases: {alias: a, type: x, address: 'pci@0000:01:00.0'}",
    read: { device_aliases: [{ alias: "a", dev_type: "x", address: "0000:01:00.0", bus_type: "pci" }] },
  },
  "aliases as a list": {
    kind: "HardwareProfile",
    written: "device_aliases: [{alias: a, bus_type: pci, dev_type: x, address: '0000:01:00.0'}]",
    read: { device_aliases: [{ alias: "a", bus_type: "pci", dev_type: "x", address: "0000:01:00.0" }] },
    notes: {},
  },
  "aliases by name, and their removal": {
    kind: "HardwareProfile",
    written:
      "device_aliases:\n  nic1: {address: '0000:01:00.0', bus_type: pci}\n  nic2:\n  pci: {bus_type: pci, address: '0:1'}",
    read: {
      device_aliases: [
        { alias: "nic1", address: "0000:01:00.0", bus_type: "pci" },
        { alias: "!nic2" },
        { alias: "pci", bus_type: "pci", address: "0:1" },
      ],
    },
  },
  "huge pages by name": {
    kind: "HardwareProfile",
    written: "hugepages: {dpdk: {size: 1G, count: 4}}",
    read: { hugepages: [{ name: "dpdk", size: "1G", count: 4 }] },
    notes: { hugepages: "hugepages by name are a list" },
  },
  "switches by name": {
    kind: "Rack",
    written: "tor_switches:\n  sw1: {mgmt_ip: 10.0.0.1, sdn_api_url: http://x}",
    read: { tor_switches: [{ name: "sw1", mgmt_ip: "10.0.0.1", sdn_api_uri: "http://x" }] },
    places: { "tor_switches.0.name": "6:3" },
    notes: {
      tor_switches: "tor_switches by name are a list",
      'tor_switches["sw1"].sdn_api_uri': "sdn_api_url is sdn_api_uri",
    },
  },
  "a switch of repositories that is off": {
    kind: "Site",
    written: "repositories: {remove_unlisted: false, main: {url: http://x}}",
    read: { remove_unlisted_repositories: false, repositories: [{ name: "main", url: "http://x" }] },
  },
  "a switch of repositories that is on, alone": {
    kind: "Site",
    written: "repositories:\n  remove_unlisted: true",
    read: { remove_unlisted_repositories: true, repositories: [] },
    places: { remove_unlisted_repositories: "6:20" },
  },
  "repositories by name": {
    kind: "Site",
    written: "repositories: {main: {url: http://x}}",
    read: { repositories: [{ name: "main", url: "http://x" }] },
  },
};

describe("a site, its networks and its hardware in earlier words", () => {
  it.each(Object.entries(conversions))("is read in words of today: %s", (_, conversion) =>
    expectConversion(conversion),
  );

  it("names every word of a field in which one has a slip, those of today too", () => {
    const text = "apiVersion: v1\nkind: NetworkLink\nmetadata: {name: l}\nspec: {bonding: {mode: nonee}}\n";
    const { diagnostics } = readDesignFiles([{ uri: "f.yaml", text }]);
    expect(diagnostics.map(({ message }) => message)).toEqual([
      "found 'nonee', expected one of none, balanced-rr, disabled, 802.3ad, active-backup, balance-rr",
    ]);
  });
});
