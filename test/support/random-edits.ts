import type { JsonObject, JsonValue } from "@bufbuild/protobuf";
import { fc } from "./property.ts";
import { type DocumentInit, documentOf } from "./state-service.ts";

/** One declaration in a layer. */
export interface Declared {
  readonly layer: string;
  readonly kind: string;
  readonly name: string;
  readonly spec: JsonObject;
}

/** What one edit does: declarations that come or change, and those that go. */
export interface Edit {
  readonly put: readonly Declared[];
  readonly remove: ReadonlyArray<Pick<Declared, "layer" | "kind" | "name">>;
}

const firewall = {
  description: "A firewall",
  json_schema: {
    type: "object",
    additionalProperties: false,
    required: ["zone"],
    properties: {
      zone: { type: "string" },
      parent: { type: "string" },
      level: { type: "integer", minimum: 1 },
      rules: {
        type: "array",
        items: { type: "object", properties: { name: { type: "string" }, allow: { type: "boolean" } } },
      },
    },
  },
  merge_keys: { rules: "name" },
  references: { zone: "Network" },
  parent: "parent",
};

/** A design with something of everything that evaluation looks at: inheritance, links, route domains, racks, boot actions, a custom kind and a rule of its own. */
export const startingDesign: readonly Declared[] = [
  { layer: "design", kind: "Site", name: "lab", spec: { domain: "lab.example" } },
  {
    layer: "design",
    kind: "NetworkLink",
    name: "access",
    spec: { trunking: { mode: "disabled", default_network: "mgmt" } },
  },
  {
    ...{ layer: "design", kind: "NetworkLink", name: "data" },
    spec: { trunking: { mode: "802.1q" }, allowed_networks: ["store", "tenant"], mtu: 9000 },
  },
  {
    ...{ layer: "design", kind: "Network", name: "mgmt" },
    spec: {
      cidr: "10.0.0.0/24",
      routes: [{ subnet: "0.0.0.0/0", gateway: "10.0.0.1" }],
      dns: { domain: "mgmt.lab.example" },
    },
  },
  {
    ...{ layer: "design", kind: "Network", name: "store" },
    spec: {
      ...{ cidr: "10.1.0.0/24", vlan: 101, mtu: 9000, route_domain: "inner" },
      routes: [{ route_domain: "inner", gateway: "10.1.0.1", metric: 10 }],
    },
  },
  { layer: "design", kind: "Network", name: "tenant", spec: { cidr: "10.2.0.0/24", vlan: 102, route_domain: "inner" } },
  {
    ...{ layer: "design", kind: "HardwareProfile", name: "box" },
    spec: {
      device_aliases: [
        { alias: "nic1", bus_type: "pci", address: "0000:00:03.0" },
        { alias: "nic2", bus_type: "pci", address: "0000:00:04.0" },
      ],
    },
  },
  {
    ...{ layer: "design", kind: "HostProfile", name: "base" },
    spec: {
      ...{
        hardware_profile: "box",
        primary_network: "mgmt",
        platform: { image: "noble" },
        storage: { layout: "flat" },
      },
      interfaces: [{ name: "pxe", device_link: "access", slaves: ["nic1"], networks: ["mgmt"] }],
    },
  },
  {
    ...{ layer: "design", kind: "HostProfile", name: "worker" },
    spec: {
      host_profile: "base",
      interfaces: [{ name: "data0", device_link: "data", slaves: ["nic2"], networks: ["store", "tenant"] }],
    },
  },
  { layer: "design", kind: "Rack", name: "r1", spec: { tor_switches: [{ name: "sw1", mgmt_ip: "10.0.0.3" }] } },
  {
    ...{ layer: "design", kind: "BootAction", name: "greet" },
    spec: {
      nodes: { tags: ["edge"] },
      assets: [
        { path: "/etc/motd", type: "file", permissions: "0644", data: "hello\n", data_pipeline: ["utf8_encode"] },
      ],
    },
  },
  { layer: "design", kind: "CustomKind", name: "Firewall.acme.example", spec: firewall as unknown as JsonObject },
  {
    layer: "design",
    kind: "Firewall.acme.example",
    name: "common",
    spec: { level: 2, rules: [{ name: "ssh", allow: true }] },
  },
  { layer: "design", kind: "Firewall.acme.example", name: "fw1", spec: { parent: "common", zone: "mgmt" } },
  {
    ...{ layer: "design", kind: "Rule", name: "fast-links" },
    spec: {
      ...{ kinds: ["Network"], message: "the network is slow", severity: "warning", field: "mtu" },
      check: "!has(spec.mtu) || spec.mtu >= 1500",
    },
  },
  {
    ...{ layer: "design", kind: "Rule", name: "looks-around" },
    spec: {
      ...{
        kinds: ["Node", "HostProfile", "Firewall.acme.example"],
        message: "there is one missing",
        severity: "warning",
      },
      check: "lookup('Network', 'extra') == null || lookup('HostProfile', 'edge') != null",
    },
  },
  ...Array.from({ length: 4 }, (_, index) => nodeOf(index)),
];

function nodeOf(index: number): Declared {
  return {
    ...{ layer: "formation", kind: "Node", name: `n${index}` },
    spec: {
      host_profile: "worker",
      metadata: { rack: "r1", tags: ["edge"] },
      boot_mac: `52:54:00:00:00:0${index}`,
      addressing: [
        { network: "mgmt", address: `10.0.0.${index + 10}` },
        { network: "store", address: `10.1.0.${index + 10}` },
      ],
    },
  };
}

/** The document of a declaration, as a consumer gives it. */
export function documentOfDeclared({ kind, name, spec }: Declared, line: number): DocumentInit {
  return documentOf(kind, name, spec, line, `${kind}.yaml`);
}

const nodes = fc.constantFrom("n0", "n1", "n2", "n3", "n4", "n5");
const networks = fc.constantFrom("mgmt", "store", "tenant", "extra", "stroe");
const profiles = fc.constantFrom("base", "worker", "edge", "wroker");
const layers = fc.constantFrom("design", "formation", "site-a");

/** Changes of single fields that mean something to rules, the engine or computations; `undefined` takes the field out. */
const fieldEdits: Readonly<Record<string, fc.Arbitrary<readonly [string, JsonValue | undefined]>>> = {
  Node: fc.oneof(
    fc.tuple(fc.constant("host_profile"), fc.option(profiles, { nil: undefined })),
    fc.tuple(
      fc.constant("addressing"),
      fc
        .array(fc.tuple(networks, fc.constantFrom("10.0.0.10", "10.0.0.11", "10.1.0.12", "10.2.0.4", "dhcp")), {
          maxLength: 3,
        })
        .map((list) => list.map(([network, address]) => ({ network, address }))),
    ),
    fc.tuple(
      fc.constant("metadata"),
      fc.record({
        rack: fc.constantFrom("r1", "r2", "r9"),
        tags: fc.subarray(["edge", "core", "spare"]),
      }) as fc.Arbitrary<JsonValue>,
    ),
    fc.tuple(fc.constant("boot_mac"), fc.constantFrom("52:54:00:00:00:01", "52:54:00:00:00:02", "not a mac")),
    fc.tuple(fc.constant("primary_network"), fc.option(networks, { nil: undefined })),
    fc.tuple(fc.constant("hardware_profile"), fc.constantFrom<JsonValue | undefined>("box", "crate", undefined)),
    fc.tuple(
      fc.constant("oob"),
      fc.constantFrom<JsonValue | undefined>(
        { type: "ipmi", network: "oob", account: "root", credential: "secret" },
        { type: "ipmi", addresses: { oob: "10.0.0.10" } },
        undefined,
      ),
    ),
    fc.tuple(
      fc.constant("storage"),
      fc.constantFrom<JsonValue | undefined>(
        { boot_drive: { device: "sda", root_size: "20g" } },
        {
          physical_devices: [
            {
              name: "sda",
              partitions: [{ name: "root", size: "90%", filesystem: { mountpoint: "/", fstype: "ext4" } }],
            },
          ],
        },
        { layout: "lvm", volume_groups: [{ name: "vg", logical_volumes: [{ name: "lv", size: ">9t" }] }] },
        undefined,
      ),
    ),
    fc.tuple(fc.constant("colour"), fc.constantFrom<JsonValue | undefined>("red", undefined)),
    fc.tuple(
      fc.constant("platform"),
      fc.constantFrom<JsonValue | undefined>(
        { image: 5 },
        "noble",
        { image: "jammy" },
        { image: "jammy", kernel_params: { hugepages: "hardwareprofile:hugepages.two.count", isolcpus: "1" } },
        {
          image: "jammy",
          kernel_params: { isolcpus: "hardwareprofile:cpuset.fast", hugepages: "hardwareprofile:what" },
        },
        undefined,
      ),
    ),
  ),
  Network: fc.oneof(
    fc.tuple(
      fc.constant("cidr"),
      fc.constantFrom<JsonValue | undefined>(
        "10.0.0.0/24",
        "10.1.0.0/24",
        "10.1.0.0/16",
        "10.9.0.0/24",
        "10.0.0.1/24",
        undefined,
      ),
    ),
    fc.tuple(fc.constant("route_domain"), fc.constantFrom<JsonValue | undefined>("inner", "outer", undefined)),
    fc.tuple(fc.constant("mtu"), fc.constantFrom<JsonValue | undefined>(1400, 1500, 9000, undefined)),
    fc.tuple(fc.constant("vlan"), fc.constantFrom<JsonValue | undefined>(101, 102, 103, undefined)),
    fc.tuple(
      fc.constant("dns"),
      fc.constantFrom<JsonValue | undefined>({ domain: "a.example", servers: ["10.0.0.2"] }, undefined),
    ),
    fc.tuple(
      fc.constant("routes"),
      fc.constantFrom<JsonValue | undefined>(
        [{ route_domain: "inner", gateway: "10.1.0.1", metric: 5 }],
        [{ route_domain: "outer" }],
        [],
        undefined,
      ),
    ),
  ),
  NetworkLink: fc.oneof(
    fc.tuple(fc.constant("allowed_networks"), fc.subarray(["mgmt", "store", "tenant", "extra"])),
    fc.tuple(fc.constant("mtu"), fc.constantFrom<JsonValue | undefined>(1500, 9000, undefined)),
    fc.tuple(
      fc.constant("trunking"),
      fc.constantFrom<JsonValue | undefined>(
        { mode: "802.1q" },
        { mode: "disabled", default_network: "mgmt" },
        { mode: "802.1q", default_network: "store" },
      ),
    ),
  ),
  HostProfile: fc.oneof(
    fc.tuple(fc.constant("host_profile"), fc.option(fc.constantFrom("base", "edge", "nobody"), { nil: undefined })),
    fc.tuple(fc.constant("hardware_profile"), fc.constantFrom<JsonValue | undefined>("box", "crate", undefined)),
    fc.tuple(fc.constant("primary_network"), fc.option(networks, { nil: undefined })),
    fc.tuple(
      fc.constant("interfaces"),
      fc.constantFrom<JsonValue | undefined>(
        [{ name: "data0", device_link: "data", slaves: ["nic2"], networks: ["store"] }],
        [{ name: "data0", device_link: "data", slaves: ["nic9"], networks: ["tenant", "extra"] }],
        [{ name: "data0", device_link: "nolink", slaves: ["nic2"], networks: ["tenant"] }],
        [{ "!pxe": null }],
        undefined,
      ),
    ),
    fc.tuple(
      fc.constant("platform"),
      fc.constantFrom<JsonValue | undefined>({ image: "noble" }, { image: "jammy", kernel: "hwe" }, undefined),
    ),
  ),
  HardwareProfile: fc.oneof(
    fc.tuple(
      fc.constant("hugepages"),
      fc.constantFrom<JsonValue | undefined>(
        [{ name: "two", size: "2M", count: 8 }],
        [
          { name: "two", size: "2M" },
          { name: "one", size: "1G", count: 1 },
        ],
        undefined,
      ),
    ),
    fc.tuple(
      fc.constant("cpu_sets"),
      fc.constantFrom<JsonValue | undefined>({ fast: "2-7" }, { fast: "7-2", slow: "0,1" }, undefined),
    ),
    fc.tuple(
      fc.constant("device_aliases"),
      fc.constantFrom<JsonValue | undefined>(
        [
          { alias: "nic1", bus_type: "pci", address: "0000:00:03.0" },
          { alias: "sda", bus_type: "scsi", address: "2:0.0.0", size: "10g" },
        ],
        [{ alias: "nic1", bus_type: "pci", address: "0000:00:03.0" }],
        [
          { alias: "nic1", bus_type: "pci", address: "0000:00:03.0" },
          { alias: "nic2", bus_type: "pci", address: "0000:00:03.0" },
        ],
        [
          { alias: "nic1", bus_type: "pci", address: "0000:00:03.0" },
          { alias: "nic2", bus_type: "pci", address: "0000:00:04.0" },
        ],
      ),
    ),
  ),
  Rack: fc.tuple(
    fc.constant("tor_switches"),
    fc.constantFrom<JsonValue | undefined>([{ name: "sw1", mgmt_ip: "10.0.0.10" }], [], undefined),
  ),
  BootAction: fc.tuple(
    fc.constant("nodes"),
    fc.constantFrom<JsonValue | undefined>(
      { tags: ["edge"] },
      { tags: ["core"] },
      { racks: ["r1"], tags: ["gone"] },
      { names: ["n1", "n9"] },
      undefined,
    ),
  ),
  "Firewall.acme.example": fc.oneof(
    fc.tuple(fc.constant("zone"), fc.option(networks, { nil: undefined })),
    fc.tuple(fc.constant("parent"), fc.option(fc.constantFrom("common", "fw1", "fw2", "none"), { nil: undefined })),
    fc.tuple(fc.constant("level"), fc.constantFrom<JsonValue | undefined>(0, 3, "x", undefined)),
  ),
  Site: fc.tuple(
    fc.constant("domain"),
    fc.constantFrom<JsonValue | undefined>("lab.example", "other.example", undefined),
  ),
  Rule: fc.tuple(
    fc.constant("check"),
    fc.constantFrom<JsonValue>(
      "!has(spec.mtu) || spec.mtu >= 1500",
      "has(spec.cidr)",
      "spec.mtu >",
      "lookup('Site', 'lab') != null",
      "lookup('Network', 'extra') == null || lookup('HostProfile', 'edge') != null",
      "!has(spec.host_profile) || lookup('HostProfile', spec.host_profile) != null",
      "lookup('Rack', 'r2').name == 'r2'",
    ),
  ),
};

const names: Readonly<Record<string, fc.Arbitrary<string>>> = {
  Node: nodes,
  Network: networks,
  NetworkLink: fc.constantFrom("access", "data"),
  HostProfile: fc.constantFrom("base", "worker", "edge"),
  HardwareProfile: fc.constantFrom("box", "crate"),
  Rack: fc.constantFrom("r1", "r2"),
  BootAction: fc.constantFrom("greet", "tune"),
  "Firewall.acme.example": fc.constantFrom("common", "fw1", "fw2"),
  Site: fc.constant("lab"),
  Rule: fc.constantFrom("fast-links", "looks-around"),
};

/** What one step of an edit asks for; what it does depends on what is there. */
export interface EditStep {
  readonly kind: string;
  readonly name: string;
  readonly layer: string;
  readonly deletes: boolean;
  readonly field: readonly [string, JsonValue | undefined];
  /** Lines the document moves down. */
  readonly moves: number;
  /** What a consumer found in the document, if anything. */
  readonly found: FoundByConsumer | undefined;
}

/** What a consumer may find. */
export interface FoundByConsumer {
  readonly rule: string;
  readonly severity: "error" | "warning";
  readonly field: string;
}

/** One change: what it edits, and whether it sends all of its layers, or what differs. */
export interface RandomChange {
  readonly steps: readonly EditStep[];
  readonly replaces: boolean;
}

const kinds = fc.oneof(
  { weight: 8, arbitrary: fc.constant("Node") },
  { weight: 4, arbitrary: fc.constantFrom("Network", "HostProfile") },
  {
    weight: 2,
    arbitrary: fc.constantFrom("NetworkLink", "HardwareProfile", "Rack", "BootAction", "Firewall.acme.example"),
  },
  { weight: 1, arbitrary: fc.constantFrom("Site", "Rule") },
);

/** Steps of edits, most of them of single nodes, some of what many depend on. */
const editSteps: fc.Arbitrary<EditStep> = kinds.chain((kind) =>
  fc.record({
    kind: fc.constant(kind),
    name: names[kind] ?? fc.constant("x"),
    layer: layers,
    deletes: fc.oneof({ weight: 5, arbitrary: fc.constant(false) }, { weight: 1, arbitrary: fc.constant(true) }),
    field: fieldEdits[kind] ?? fc.constant(["x", 1] as const),
    moves: fc.constantFrom(0, 0, 0, 7),
    found: fc.option(
      fc.record({
        rule: fc.constantFrom("yaml-alias", "yaml-note", "yaml-tag"),
        severity: fc.constantFrom("error", "warning"),
        field: fc.constantFrom("metadata", "interfaces", ""),
      }),
      { freq: 12, nil: undefined },
    ),
  }),
);

/** Changes of one to three steps. */
export const randomChanges: fc.Arbitrary<RandomChange> = fc.record({
  steps: fc.array(editSteps, { minLength: 1, maxLength: 3 }),
  replaces: fc.oneof({ weight: 5, arbitrary: fc.constant(false) }, { weight: 1, arbitrary: fc.constant(true) }),
});
