import { describe, expect, it } from "vitest";
import { readDesignFiles } from "../consumers/read-design-files.ts";
import { builtInKinds } from "../design/built-in-kinds.ts";
import { convertDesign } from "./convert-design.ts";

function convert(files: Readonly<Record<string, string>>) {
  const given = Object.entries(files).map(([uri, text]) => ({ uri, text }));
  const { files: converted, decisions } = convertDesign({
    files: given,
    ...readDesignFiles(given),
    kinds: builtInKinds(),
  });
  return {
    files: Object.fromEntries(converted.map(({ uri, text }) => [uri, text])),
    decisions: decisions.map(
      ({ kind, name, field, message, location }) =>
        `${location.uri}:${location.line} ${kind && `${kind}/${name}`} ${field}: ${message.split(";")[0]}`,
    ),
  };
}

describe("a converted design", () => {
  it("has the fields of its kinds in the order of the source, texts as they were written, and comments where they belong", () => {
    const { files, decisions } = convert({
      "bootstrap_seed.yaml": `# The plant
---
# How the plant is managed
apiVersion: 'v1.0'
kind: Network
metadata: {name: admin, region: plant7, date: 17-FEB-2017, description: management}
spec:
  vlan_id: '0021' # as the switch has it
  # where everybody goes
  cidr: 10.21.0.0/24
  routes:
    # the one way out
    - {subnet: 0.0.0.0/0, gateway: 10.21.0.1, weight: 10} # slow
  dns: {domain: admin.plant7.example, servers: "10.21.0.9,10.21.0.10"}
# after the network
---
apiVersion: 'v1.0'
kind: BaremetalNode
metadata: {name: w1}
spec:
  host_profile: worker
  interfaces:
    - device_name: bond0
      networks: [{name: '!storage'}]
  addressing:
    - network: admin
      address: 10.21.0.31
    # no more
`,
    });
    expect(files["bootstrap_seed.yaml"]).toBe(`# The plant
# How the plant is managed
apiVersion: bedplate/v1
kind: Network
metadata:
  name: admin
  layer: formation
  annotations:
    date: 17-FEB-2017
spec:
  vlan: "0021" # as the switch has it
  # where everybody goes
  cidr: 10.21.0.0/24
  routes:
    # the one way out
    - subnet: 0.0.0.0/0 # slow
      gateway: 10.21.0.1
      metric: 10
  dns:
    domain: admin.plant7.example
    servers:
      - 10.21.0.9
      - 10.21.0.10
  description: management
# after the network
---
apiVersion: bedplate/v1
kind: Node
metadata:
  name: w1
  layer: formation
spec:
  host_profile: worker
  interfaces:
    - name: bond0
      networks:
        - "!storage"
  addressing:
    - network: admin
      address: 10.21.0.31
# no more
`);
    expect(decisions).toEqual(
      expect.arrayContaining([
        "bootstrap_seed.yaml:4  : the layer formation, suggested by the file's name, stands in the metadata of its documents",
        "bootstrap_seed.yaml:6 Network/admin : left out of the metadata: region",
        "bootstrap_seed.yaml:6 Network/admin : metadata.date is an annotation",
        "bootstrap_seed.yaml:8 Network/admin vlan: vlan_id is vlan",
        "bootstrap_seed.yaml:13 Network/admin routes[0].metric: weight is metric",
        "bootstrap_seed.yaml:14 Network/admin dns.servers: servers separated by commas are a list",
      ]),
    );
  });

  it("keeps unknown fields, nothing, and texts of several lines, and writes aliases out", () => {
    const { files, decisions } = convert({
      "a.yaml": `apiVersion: v1
kind: Network
metadata: {name: net}
spec:
  vlam: yes
  mtu:
  description: |
    one
      # two
  labels: &l {a: "017", b: 1.10}
  dns: *l
`,
    });
    expect(files["a.yaml"]).toBe(`apiVersion: bedplate/v1
kind: Network
metadata:
  name: net
spec:
  vlam: "yes"
  mtu: null
  description: |
    one
      # two
  labels:
    a: "017"
    b: "1.10"
  dns:
    a: "017"
    b: "1.10"
`);
    expect(decisions).toContain("a.yaml:11 Network/net : anchors, aliases and merge keys are written out in full");
  });

  it("leaves documents of its own form as they are, byte for byte, alone and between others", () => {
    const own = `apiVersion: bedplate/v1\nkind: Rack\nmetadata: {name: r1,   annotations: {a: [1]}} # why\nspec:   {}\n`;
    const other = `apiVersion: v1\nkind: Network\nmetadata: {name: n}\nspec: {}\n`;
    expect(convert({ "a.yaml": `%YAML 1.2\n--- \n${own}` })).toEqual({
      files: { "a.yaml": `%YAML 1.2\n--- \n${own}` },
      decisions: [],
    });
    const { files } = convert({ "a.yaml": `${other}--- # here\n${own}---\n${other.replace("n}", "m}")}` });
    expect(files["a.yaml"]).toContain(`spec: {}\n---\n# here\n${own}---\napiVersion: bedplate/v1`);
  });

  it("has true and false for the words of YAML 1.1, by the type of their field", () => {
    const { files, decisions } = convert({
      "a.yaml": `apiVersion: drydock/v1
kind: HostProfile
metadata: {name: p}
spec:
  interfaces: {e0: {sriov: {vf_count: 2, trustmode: off}}}
  storage:
    physical_devices: {d0: {labels: {bootdrive: yes}, partitions: [{name: root, bootable: Yes}, {name: var, bootable: yess}]}}
---
apiVersion: drydock/v1
kind: BootAction
metadata: {name: b}
spec:
  signaling: n # silent
`,
    });
    expect(files["a.yaml"]).toContain("trustedmode: false\n");
    expect(files["a.yaml"]).toContain('bootdrive: "yes"\n');
    expect(files["a.yaml"]).toContain("bootable: true\n");
    expect(files["a.yaml"]).toContain("bootable: yess\n");
    expect(files["a.yaml"]).toContain("signaling: false # silent\n");
    expect(decisions).toEqual(
      expect.arrayContaining([
        'a.yaml:7 HostProfile/p storage.physical_devices["d0"].partitions["root"].bootable: Yes is true',
        "a.yaml:13 BootAction/b signaling: n is false",
      ]),
    );
  });

  it("keeps members whose name is none", () => {
    const { files } = convert({
      "a.yaml":
        "apiVersion: v1\nkind: HostProfile\nmetadata: {name: p}\nspec:\n  interfaces: [{name: [{}], sriov: {trustedmode: yes}}, {name:}]\n",
    });
    expect(files["a.yaml"]).toContain(
      "    - name:\n        - {}\n      sriov:\n        trustedmode: true\n    - name: null\n",
    );
  });

  it("keeps a secret in clear, and says what to do about it without saying it", () => {
    const { files, decisions } = convert({
      "a.yaml": `apiVersion: v1\nkind: HostProfile\nmetadata: {name: p}\nspec:\n  oob: {type: ipmi, credential: hunter2}\n`,
    });
    expect(files["a.yaml"]).toContain("credential:\n      literal: hunter2\n");
    expect(decisions.join("\n")).toContain("HostProfile/p oob.credential.literal: a secret in clear is kept as it is");
    expect(decisions.join("\n")).not.toContain("hunter2");
  });

  it("takes comments along with values that stand in another document now", () => {
    const head = (name: string, layering: string) =>
      `schema: drydock/NetworkLink/v1\nmetadata:\n  schema: metadata/Document/v1\n  name: ${name}\n  storagePolicy: cleartext\n  ${layering}\n`;
    const { files, decisions } = convert({
      "base.yaml": `# of every link\n${head("base", "labels: {link: base}\n  layeringDefinition: {abstract: true, layer: global}")}data:\n  # jumbo\n  mtu: 9000 # really\n`,
      "policy.yaml":
        "schema: deckhand/LayeringPolicy/v1\nmetadata: {schema: metadata/Control/v1, name: p}\ndata: {layerOrder: [global, site]}\n",
      "site.yaml": `${head("l", "layeringDefinition: {abstract: false, layer: site, parentSelector: {link: base}, actions: [{method: merge, path: .}]}")}data:\n  # as fast as it goes\n  linkspeed: auto\n`,
    });
    expect(Object.keys(files)).toEqual(["site.yaml"]);
    expect(files["site.yaml"]).toBe(
      `apiVersion: bedplate/v1\nkind: NetworkLink\nmetadata:\n  name: l\nspec:\n  # jumbo\n  mtu: 9000 # really\n  # as fast as it goes\n  linkspeed: auto\n`,
    );
    expect(decisions).toContain("base.yaml:1  : the file holds no document of a design and is left out");
  });

  it("has a bound, however often a long text is written out", () => {
    const aliases = "  - *x\n".repeat(400);
    const text = `apiVersion: v1\nkind: Network\nmetadata: {name: net}\nspec:\n  description: &x ${"x".repeat(50_000)}\n  more:\n${aliases}`;
    expect(() => convert({ "a.yaml": text })).toThrow(/^a\.yaml would have more than 16777216 characters/);
  });

  it("leaves out what is no design's, and says so with its comments", () => {
    const { files, decisions } = convert({
      "a.yaml": `# of the file\nschema: armada/Chart/v1\n# of the chart\ndata: x\n---\nschema: drydock/Rack/v1\nmetadata: {schema: metadata/Document/v1, name: r1, storagePolicy: cleartext}\ndata: {}\n`,
      "b.yaml": "schema: armada/Chart/v1\ndata: y\n",
    });
    expect(Object.keys(files)).toEqual(["a.yaml"]);
    expect(files["a.yaml"]).toBe(
      "# of the file\napiVersion: bedplate/v1\nkind: Rack\nmetadata:\n  name: r1\nspec: {}\n",
    );
    expect(decisions).toContain("a.yaml:3  : a comment of a document that is left out is left out with it");
    expect(decisions).toContain("b.yaml:1  : the file holds no document of a design and is left out");
  });
});
