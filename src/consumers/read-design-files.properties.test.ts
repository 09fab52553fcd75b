import { dump } from "js-yaml";
import { describe, expect, it } from "vitest";
import { fc } from "../../test/support/property.ts";
import { evaluateDesign } from "../design/evaluate-design.ts";
import type { SourceNode } from "../design/source-node.ts";
import { isTreeMap, type Tree } from "../design/tree.ts";
import { validateDesign } from "../validate/validate-design.ts";
import { type Consumed, readDesignFiles } from "./read-design-files.ts";

const words = [
  ...["name", "!name", "kind", "spec", "metadata", "apiVersion", "schema", "region", "labels", "description", "tags"],
  ...[
    "host_profiles",
    "nodes",
    "network",
    "links",
    "networks",
    "hardware_definition",
    "site_name",
    "webvirt",
    "storage",
  ],
  ...[
    "bonding",
    "trunking",
    "mode",
    "default_network",
    "vlan_id",
    "routes",
    "subnet",
    "gateway",
    "weight",
    "routedomain",
  ],
  ...["dns", "servers", "ranges", "cidr", "device_aliases", "pci", "scsi", "address", "alias", "type", "bus_type"],
  ...["oob", "credential", "parameters", "interfaces", "device_name", "network_link", "slaves", "platform", "roles"],
  ...["kernel_params", "owner_data", "boot_mac", "rack", "bootdisk", "boot_drive", "device", "partitions", "size"],
  ...[
    "physical_devices",
    "volume_groups",
    "logical_volumes",
    "mountpoint",
    "tor_switches",
    "repositories",
    "hugepages",
  ],
  ...[
    "json_schema",
    "merge_keys",
    "references",
    "properties",
    "items",
    "check",
    "kinds",
    "owns",
    "rank",
    "role",
    "rules",
  ],
  ...["node_filter", "filter_set", "filter_type", "node_names", "node_labels", "nodes", "assets", "data", "packages"],
  ...["maas_api_key", "host_profile", "hardware_profile", "addressing", "constructor", "__proto__", "!", "!pxe", "0"],
];
const scalars = [
  ...["", "!", -1, 0, 7, 1.5, true, null, "default", "none", "tagged", "dhcp", "10.0.0.0/24", "10.0.0.1,10.0.0.2"],
  ...["pci@0000:00:03.0", "a", "!a", "x y", "\n", "\u001b[31m", "Network", "BaremetalNode", "v1", "drydock/Node/v1"],
];
const scalar = fc.oneof(fc.constantFrom(...scalars), fc.string({ maxLength: 8 }));
const { tree } = fc.letrec<{ tree: unknown }>((tie) => ({
  tree: fc.oneof(
    { maxDepth: 6, depthSize: "large" },
    scalar,
    fc.array(tie("tree"), { maxLength: 4 }),
    fc.dictionary(fc.constantFrom(...words), tie("tree"), { maxKeys: 8 }),
  ),
}));
const kind = fc.constantFrom(
  ...[
    "Site",
    "Region",
    "NetworkLink",
    "Network",
    "HardwareProfile",
    "HostProfile",
    "BaremetalNode",
    "Rack",
    "BootAction",
  ],
);
const spec = fc.dictionary(fc.constantFrom(...words), tree, { maxKeys: 8 });
const name = fc.constantFrom("a", "b", "pxe", 7);
const enveloped = fc.record({ apiVersion: fc.constant("v1"), kind, metadata: fc.record({ name }), spec });
const ownKind = fc.constantFrom(
  ...["Site", "NetworkLink", "Network", "HardwareProfile", "HostProfile", "Node", "Rack", "BootAction"],
  ...["Layer", "CustomKind", "Rule", "Firewall.acme.example", "Nodes"],
);
const metadata = fc.record(
  {
    name: fc.constantFrom("a", "b", "pxe", "main", "Firewall.acme.example", 7),
    layer: fc.constantFrom("main", "x", ""),
    annotations: tree,
  },
  { requiredKeys: ["name"] },
);
const own = fc.record(
  { apiVersion: fc.constant("bedplate/v1"), kind: ownKind, metadata, spec },
  { requiredKeys: ["apiVersion", "kind"] },
);
const items = fc.array(
  fc.record({ name }).chain((named) => spec.map((rest) => ({ ...rest, ...named }))),
  { maxLength: 3 },
);
const oneFile = fc.record(
  { host_profiles: items, nodes: items, network: fc.record({ links: items, networks: items }), site_name: scalar },
  { requiredKeys: [] },
);
const document = fc.oneof(tree, enveloped, oneFile, own);
const text = fc
  .array(document, { maxLength: 4 })
  .map((documents) => documents.map((each) => `---\n${dump(each, { noRefs: true, skipInvalid: true })}`).join(""));

/** Whether places have the shape of the value: a place for each field and member, and no other. */
function isParallel(value: Tree, source: SourceNode): boolean {
  if (source.line < 1 || source.column < 1) return false;
  if (Array.isArray(value)) {
    const { items: places = [] } = source;
    return value.length === places.length && value.every((each, index) => isParallel(each, places[index] ?? source));
  }
  if (!isTreeMap(value)) return source.items === undefined && source.fields === undefined;
  const { fields } = source;
  return (
    fields !== undefined &&
    Object.keys(value).join() === Object.keys(fields).join() &&
    Object.entries(value).every(([key, each]) => isParallel(each, fields[key] ?? source))
  );
}

function expectSound(consumed: Consumed): void {
  for (const each of consumed.documents) {
    expect(isParallel(each.spec, each.source)).toBe(true);
    expect(each.name).toMatch(/^[A-Za-z0-9]([A-Za-z0-9._-]{0,251}[A-Za-z0-9])?$/);
  }
  const documents = consumed.documents.map((each) => ({ layer: "main", document: each }));
  const evaluation = evaluateDesign({ documents, layers: [], diagnostics: consumed.diagnostics });
  const { diagnostics } = validateDesign(evaluation);
  for (const { rule, message, hint = "" } of [...evaluation.diagnostics, ...diagnostics]) {
    expect(rule).not.toBe("internal-error");
    expect(`${message} ${hint}`).not.toMatch(/\p{Cc}/u);
  }
}

describe("consuming", () => {
  it("anything that is YAML never throws, keeps places parallel to values, and gives the engine and the rules what they can bear", () => {
    fc.assert(
      fc.property(text, (each) => expectSound(readDesignFiles([{ uri: "f.yaml", text: each }]))),
      { numRuns: 250 },
    );
  });

  it("what is cut off anywhere never throws either", () => {
    fc.assert(
      fc.property(text, fc.nat(), (each, at) => {
        const cut = each.slice(0, each.length === 0 ? 0 : at % each.length);
        expectSound(readDesignFiles([{ uri: "f.yaml", text: cut }]));
      }),
      { numRuns: 120 },
    );
  });

  it("is deterministic", () => {
    fc.assert(
      fc.property(text, text, (one, other) => {
        const files = [one, other].map((each, index) => ({ uri: `${index}.yaml`, text: each }));
        expect(readDesignFiles(files)).toEqual(readDesignFiles(files));
      }),
      { numRuns: 30 },
    );
  });
});
