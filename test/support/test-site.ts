import { PowerState, ServerState } from "../../gen/bedplate/driver/v1/server_driver_service_pb.js";
import { PowerChange } from "../../gen/bedplate/orchestrator/v1/plan_pb.js";
import type { EffectiveItem } from "../../src/design/effective-item.ts";
import type { TreeMap } from "../../src/design/tree.ts";
import type { PlanInput } from "../../src/plan/create-plan.ts";
import type { ServerFacts } from "../../src/plan/node-facts.ts";

/** What a plan is asked for beside action and selector, and what is known beside the world, when a test doesn't say. */
export const planDefaults: Pick<
  PlanInput,
  | "power"
  | "phases"
  | "filter"
  | "skipSite"
  | "deployed"
  | "powered"
  | "annotations"
  | "nodeChanges"
  | "secondsOf"
  | "nodesAtOnce"
> = {
  ...{ deployed: new Set(), powered: new Map(), annotations: new Map() },
  ...{ power: PowerChange.UNSPECIFIED, phases: [], filter: "", skipSite: false },
  nodeChanges: new Map(),
  secondsOf: () => 60,
  nodesAtOnce: 100,
};

/** The effective items of a small site for tests: a bond, a boot network, an out-of-band network and `count` nodes n1, n2, … in two racks. */
export function testSite(
  count: number,
  change: (item: EffectiveItem) => EffectiveItem = (item) => item,
): EffectiveItem[] {
  const items: [string, string, TreeMap][] = [
    [
      "Site",
      "plant7",
      { domain: "plant7.example", power_owner: "server_driver", server_driver: "maas", network_driver: "noop" },
    ],
    [
      "NetworkLink",
      "boot",
      { bonding: { mode: "disabled" }, mtu: 1500, trunking: { mode: "disabled", default_network: "pxe" } },
    ],
    [
      "NetworkLink",
      "data",
      {
        bonding: { mode: "802.3ad", hash: "layer3+4", peer_rate: "slow", mon_rate: 0 },
        mtu: 9000,
        trunking: { mode: "802.1q" },
        allowed_networks: ["mgmt", "storage"],
      },
    ],
    [
      "Network",
      "pxe",
      {
        cidr: "10.20.0.0/24",
        vlan: 20,
        allocation: "dhcp",
        ranges: [{ type: "dhcp", start: "10.20.0.50", end: "10.20.0.200" }],
      },
    ],
    [
      "Network",
      "mgmt",
      {
        cidr: "10.21.0.0/24",
        vlan: 21,
        route_domain: "inner",
        routes: [
          { subnet: "0.0.0.0/0", gateway: "10.21.0.1", metric: 10 },
          { route_domain: "inner", gateway: "10.21.0.2" },
          { subnet: "10.22.0.0/24", gateway: "10.21.0.2" },
        ],
        dns: { domain: "mgmt.plant7.example", servers: ["10.21.0.9"] },
      },
    ],
    ["Network", "storage", { cidr: "10.22.0.0/24", vlan: 22, mtu: 8900, route_domain: "inner" }],
    ["Network", "oob", { cidr: "10.9.0.0/24" }],
    [
      "HardwareProfile",
      "boxA",
      {
        architecture: "amd64",
        vendor: "Acme",
        bios_version: "2.1",
        device_aliases: [
          { alias: "nicA", bus_type: "pci", address: "0000:00:03.0", dev_type: "82540EM Gigabit Ethernet Controller" },
          { alias: "nicB", bus_type: "pci", address: "0000:00:04.0" },
          { alias: "disk0", bus_type: "scsi", address: "2:0.0.0" },
          { alias: "spare", bus_type: "pci", address: "0000:00:09.0" },
        ],
      },
    ],
    ["HostProfile", "defaults", {}],
    ["HostProfile", "worker", { host_profile: "defaults" }],
    ...Array.from({ length: count }, (_, index): [string, string, TreeMap] => [
      "Node",
      `n${index + 1}`,
      testNode(index),
    ]),
  ];
  return items.map(([kind, name, tree]) => change({ kind, name, tree, inputs: [`${kind}/${name}`] }));
}

function testNode(index: number): TreeMap {
  const host = `${Math.floor(index / 200) % 256}.${(index % 200) + 10}`;
  return {
    host_profile: "worker",
    hardware_profile: "boxA",
    primary_network: "mgmt",
    fqdn: `n${index + 1}.mgmt.plant7.example`,
    boot_mac: `52:54:00:AA:${hex(index >> 8)}:${hex(index & 255)}`,
    oob: { type: "ipmi", network: "oob", account: "root", credential: { ref: "file:bmc" } },
    interfaces: [
      { name: "pxe", device_link: "boot", slaves: ["nicA"], networks: ["pxe"] },
      { name: "bond0", device_link: "data", slaves: ["nicA", "nicB"], networks: ["mgmt", "storage"] },
    ],
    storage: { layout: "lvm", boot_drive: { device: "disk0", root_size: "50g", boot_size: "1g" } },
    platform: { image: "noble", kernel: "ga-24.04", kernel_params: { quiet: "true", "net.ifnames": "0" } },
    metadata: { tags: ["worker"], rack: index % 2 === 0 ? "r1" : "r2", owner_data: { team: "ops" } },
    addressing: [
      { network: "pxe", address: "dhcp" },
      { network: "mgmt", address: `10.21.${host}` },
      { network: "oob", address: `10.9.${host}` },
    ],
  };
}

/** A machine as a driver saw it. */
export function seen(state: ServerState = ServerState.READY, specDigest = "", stateMessage = ""): ServerFacts {
  return { providerId: "m1", state, specDigest, stateMessage, power: PowerState.UNSPECIFIED };
}

function hex(byte: number): string {
  return byte.toString(16).toUpperCase().padStart(2, "0");
}
