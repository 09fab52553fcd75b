import { describe, expect, it } from "vitest";
import { checkDesign, findingTexts, markedFindings } from "../../../test/support/marked-design.ts";
import { readDesignFiles } from "../read-design-files.ts";
import { LAYERING_RULES } from "../reading/layering-rules.ts";
import { CONSUMER_RULES } from "../reading/rules.ts";

const head = "apiVersion: v1\nkind: Network\nmetadata: {name: a}\n";

/** Documents with envelopes; comments mark what is found in each. */
const mistakes: Readonly<Record<string, string>> = {
  "a kind with a slip": "apiVersion: v1\nkind: Netwrok # <- unknown-kind\nmetadata: {name: a}",
  "a kind nobody knows": "apiVersion: v1\nkind: Quux # <- unknown-kind\nmetadata: {name: a}",
  "a kind that every object has": "apiVersion: v1\nkind: constructor # <- unknown-kind\nmetadata: {name: a}",
  "a kind that is no text": "apiVersion: v1\nkind: [Network] # <- missing-kind\nmetadata: {name: a}",
  "no kind": "apiVersion: v1 # <- missing-kind\nmetadata: {name: a}",
  "a kind of nothing": "apiVersion: v1\nkind: # <- missing-kind\nmetadata: {name: a}",
  "no version": "kind: Network # <- unknown-version (warning)\nmetadata: {name: a}",
  "another version": "apiVersion: v3 # <- unknown-version\nkind: Network\nmetadata: {name: a}",
  "a version that is no text": "apiVersion: {a: 1} # <- unknown-version\nkind: Network\nmetadata: {name: a}",
  "a version of nothing": "apiVersion: # <- unknown-version\nkind: Network\nmetadata: {name: a}",
  "a version with a slip": "apiVersion: dryodck/v1 # <- unknown-version\nkind: Network\nmetadata: {name: a}",
  "no metadata": "apiVersion: v1 # <- missing-name\nkind: Network",
  "metadata of another sort": "apiVersion: v1\nkind: Network\nmetadata: a # <- missing-name",
  "no name": "apiVersion: v1\nkind: Network\nmetadata: {region: r} # <- missing-name",
  "a name of nothing": "apiVersion: v1\nkind: Network\nmetadata:\n  name: # <- missing-name",
  "an empty name": "apiVersion: v1\nkind: Network\nmetadata:\n  name: '' # <- missing-name",
  "a name that is no text": "apiVersion: v1\nkind: Network\nmetadata:\n  name: [a] # <- missing-name",
  "a name that is none": "apiVersion: v1\nkind: Network\nmetadata:\n  name: a b # <- invalid-name",
  "a name too long": `apiVersion: v1\nkind: Network\nmetadata:\n  name: ${"x".repeat(254)} # <- invalid-name`,
  "a removal for a name": "apiVersion: v1\nkind: Network\nmetadata:\n  name: '!a' # <- invalid-name",
  "a spec of another sort": `${head}spec: 5 # <- wrong-type`,
  "a spec that is a list": `${head}spec: # what follows is none\n- cidr: 1 # <- wrong-type`,
  "fields that lost their indentation": `${head}spec:\nvlan_id: 5 # <- unknown-field\ncidr: x # <- unknown-field`,
  "fields of a one-file form beside a spec": `${head}spec: {}\nstorage: {} # <- unknown-field`,
  "fields of a one-file form beside a kind":
    "apiVersion: v1\nkind: HostProfile\nmetadata: {name: a}\nstorage: {} # <- unknown-field",
  "fields of the spec in the metadata":
    "apiVersion: v1\nkind: Network\nmetadata:\n  name: a\n  vlan_id: 5 # <- unknown-field\n  nmae: b # <- unknown-field",
  "the name once more": `${head}spec:\n  name: a # <- name-in-spec (warning)`,
  "another name in the spec": `${head}spec:\n  name: b # <- name-in-spec`,
  "no name in the spec": `${head}spec:\n  name:`,
  "labels of an item that has none":
    "apiVersion: v1\nkind: BaremetalNode\nmetadata:\n  name: a\n  labels: {x: y} # <- ignored-field (warning)",
  "labels twice":
    "apiVersion: v1\nkind: Network\nmetadata:\n  name: a\n  labels: {x: y} # <- ignored-field (warning)\nspec: {labels: {z: w}}",
  "another region":
    "apiVersion: v1\nkind: Region\nmetadata: {name: r1, region: r1}\n---\napiVersion: v1\nkind: Network\nmetadata:\n  name: a\n  region: r2 # <- other-region (warning)",
  "regions nobody declares": "apiVersion: v1\nkind: Network\nmetadata: {name: a, region: r2}",
  "a member by name that is none":
    "apiVersion: v1\nkind: HostProfile\nmetadata: {name: a}\nspec:\n  interfaces:\n    bond0: 5 # <- wrong-type\n    '!bond1': 5",
  "an address on another bus":
    "apiVersion: v1\nkind: HardwareProfile\nmetadata: {name: a}\nspec:\n  device_aliases:\n    pci:\n    - {alias: a, address: 'scsi@2:0.0.0'} # <- wrong-bus",
  "a route cut in three": `${head}spec:\n  routes:\n  - subnet: 0.0.0.0/0\n  - gateway: 10.0.0.1 # <- split-route\n  - weight: 10 # <- split-route\n  - subnet: 10.1.0.0/16\n    gateway: 10.0.0.2\n  - metric: 5 # <- split-route`,
  "a route cut behind another": `${head}spec:\n  routes:\n  - {subnet: 0.0.0.0/0, gateway: 10.0.0.1}\n  - {subnet: 10.1.0.0/16}\n  - weight: 10 # <- split-route\n  - {}\n  -\n  - 5`,
  "a partition without a disk":
    "apiVersion: v1\nkind: HostProfile\nmetadata: {name: a}\nspec:\n  storage:\n    partitions:\n    - {name: a, size: 1g} # <- missing-field\n    - 5 # <- wrong-type\n    - {name: b, device: [sda]} # <- missing-field",
  "slips in the words of the envelope":
    "apiversion: v1 # <- unknown-field\nkinds: Network # <- unknown-field\nmetadat: {nmae: a} # <- unknown-field, unknown-field\nspce: {vlan_id: 5} # <- unknown-field",
  "words of the envelope in other letters":
    "ApiVersion: v1 # <- unknown-field\nKind: Network # <- unknown-field\nMetadata: {name: a} # <- unknown-field",
  "a trunking mode with a slip":
    "apiVersion: v1\nkind: NetworkLink\nmetadata: {name: a}\nspec:\n  bonding: {mode: nonee} # <- invalid-value\n  trunking: {mode: taged} # <- invalid-value",
  "a filter of nodes by a word it doesn't know":
    "apiVersion: drydock/v1\nkind: BootAction\nmetadata: {name: a}\nspec:\n  node_filter:\n    filter_set_type: unoin # <- invalid-value\n    filter_set: [{filter_type: union, node_names: [a]}]",
  "a filter of nodes by labels of racks":
    "apiVersion: drydock/v1\nkind: BootAction\nmetadata: {name: a}\nspec:\n  node_filter:\n    filter_set_type: union\n    filter_set:\n    - filter_type: union\n      rack_labels: {a: b} # <- unsupported-filter",
  "an interface that is primary and carries two networks":
    "apiVersion: v1\nkind: HostProfile\nmetadata: {name: a}\nspec:\n  interfaces:\n  - device_name: a\n    primary: true # <- ignored-field (warning)\n    networks: [a, b]",
  "options of a repository":
    "apiVersion: v1\nkind: Region\nmetadata: {name: a}\nspec:\n  repositories:\n    main:\n      url: http://x\n      options: {a: b} # <- ignored-field (warning)",
  "a list": "- apiVersion: v1 # <- wrong-type",
  "a single value": "hello # <- wrong-type",
  "a mapping of no form": "hello: world # <- unknown-form",
  "a document of another schema": "schema: deckhand/Passphrase/v1 # <- foreign-document (info)\nmetadata: {name: a}",
  "a document of the tool next door":
    "apiVersion: promenade/v1 # <- foreign-document (info)\nkind: KubernetesNetwork\nmetadata: {name: a}",
  "a document of Kubernetes": "apiVersion: v1\nkind: ConfigMap # <- foreign-document (info)\nmetadata: {name: a}",
  "a kind of our own form": "apiVersion: v1\nkind: Layer # <- unknown-kind\nmetadata: {name: a}",
  "a document of another tool": "apiVersion: apps/v1 # <- foreign-document (info)\nkind: Deployment",
  "a schema that is none": "schema: 5 # <- foreign-document (info)",
  "what broke off tells nothing of what it lacks": "apiVersion: v1\nkind: Network\nmetadata: [ # <- yaml-syntax",
  "what broke off before its kind": "apiVersion: v1\nkind: {Net # <- yaml-syntax",
  "a partition that broke off":
    "apiVersion: v1\nkind: HostProfile\nmetadata: {name: a}\nspec:\n  storage:\n    partitions:\n    - name: a\n      x: [ # <- yaml-syntax",
  "an alias that names nothing": `${head}spec:\n  ranges: [{type: *t}] # <- yaml-alias\n  routes: [*r] # <- yaml-alias\n  cidr: *c # <- yaml-alias`,
};

const sound: Readonly<Record<string, string>> = {
  "a version as a number": "apiVersion: 1.0\nkind: Network\nmetadata: {name: a}",
  "a version in quotes": "apiVersion: 'v1.0'\nkind: Network\nmetadata: {name: a}",
  "any version of the later form": "apiVersion: drydock/v2\nkind: Network\nmetadata: {name: a}",
  "the metadata people write":
    "apiVersion: v1\nkind: Network\nmetadata: {name: a, title: t, region: r, date: 17-FEB-2017, author: a, description: d, labels: {}}",
  "a spec of nothing": `${head}spec:`,
  "no spec": head,
  "nothing at all": "---\n---\n# only a comment\n---\nnull\n---\n~",
};

describe("a document with an envelope", () => {
  it.each(Object.entries(mistakes))("is reported: %s", (_, text) => {
    const files = { "f.yaml": `---\n${text}\n` };
    const { diagnostics } = readDesignFiles([{ uri: "f.yaml", text: files["f.yaml"] }]);
    expect(findingTexts(diagnostics)).toEqual(markedFindings(files));
    for (const { message, hint = "" } of diagnostics) {
      expect(message).toMatch(/^[^\n]{1,400}$/);
      expect(hint).toMatch(/^[^\n]{1,400}$/);
    }
  });

  it.each(Object.entries(sound))("is fine: %s", (_, text) => {
    expect(readDesignFiles([{ uri: "f.yaml", text }]).diagnostics).toEqual([]);
  });

  it("has examples of every rule here, but those of other forms", () => {
    const marked = new Set(
      Object.values(mistakes).flatMap((text) => [...text.matchAll(/<- ([a-z-]+)/g)].map(([, rule]) => rule)),
    );
    const others = ["moved-partition", ...Object.keys(LAYERING_RULES)];
    expect(Object.keys(CONSUMER_RULES).filter((rule) => !marked.has(rule) && !others.includes(rule))).toEqual([]);
  });

  const documentOf = (text: string) => readDesignFiles([{ uri: "f.yaml", text }]).documents[0];

  it.each([
    ["Region", "Site"],
    ["Site", "Site"],
    ["BaremetalNode", "Node"],
    ["Node", "Node"],
    ["Rack", "Rack"],
    ["BootAction", "BootAction"],
    ["Hostprofile", "HostProfile"],
  ])("of kind %s declares a %s", (written, kind) => {
    expect(documentOf(`apiVersion: v1\nkind: ${written}\nmetadata: {name: a}`)).toMatchObject({
      kind,
      name: "a",
      form: "aic-b",
      complete: true,
      location: { uri: "f.yaml", line: 1, column: 1 },
    });
  });

  it.each([
    ["'007'", "007"],
    ["007", "007"],
    ["7", "7"],
    ["1.10", "1.10"],
    ["true", "true"],
    ["no", "no"],
    ["a.b-c_d", "a.b-c_d"],
  ])("may have the name %s", (written, name) => {
    expect(documentOf(`apiVersion: v1\nkind: Network\nmetadata: {name: ${written}}`)?.name).toBe(name);
  });

  it("takes the first of two names, and what the metadata says of the item", () => {
    const document = documentOf(
      "apiVersion: v1\nkind: Network\nmetadata:\n  name: a\n  name: A title\n  description: What it is for\n  labels: {noconfig: 'yes'}\nspec:\n  labels:",
    );
    expect(document).toMatchObject({ name: "a", spec: { description: "What it is for" } });
    const labelled = documentOf(
      "apiVersion: v1\nkind: Rack\nmetadata: {name: a, labels: {x: y}}\nspec: {description: own}",
    );
    expect(JSON.parse(JSON.stringify(labelled?.spec))).toEqual({ description: "own", labels: { x: "y" } });
  });

  it("puts a route that was cut together again", () => {
    const document = documentOf(
      `${head}spec:\n  routes:\n  - subnet: 0.0.0.0/0\n  - gateway: 10.0.0.1\n  - weight: 10\n  - subnet: 10.1.0.0/16\n    gateway: 10.0.0.2`,
    );
    expect(JSON.parse(JSON.stringify(document?.spec.routes))).toEqual([
      { subnet: "0.0.0.0/0", gateway: "10.0.0.1", metric: 10 },
      { subnet: "10.1.0.0/16", gateway: "10.0.0.2" },
    ]);
    expect(document?.source.fields?.routes?.items?.[0]?.fields?.metric).toMatchObject({ line: 8, column: 13 });
  });

  it("says in which item the YAML is wrong", () => {
    const text = `${head}spec:\n  cidr: *c\n---\napiVersion: v1\nkind: Rack\nmetadata: {name: r}\nspec:\n  a: 1\n  a: 2\n---\nx: [\n`;
    const { diagnostics } = readDesignFiles([{ uri: "f.yaml", text }]);
    expect(diagnostics.map(({ rule, kind, name }) => [rule, kind, name])).toEqual([
      ["yaml-alias", "Network", "a"],
      ["yaml-duplicate-key", "Rack", "r"],
      ["yaml-syntax", undefined, undefined],
    ]);
  });

  it("may be one of three about an item, each with the fields it is the authority for", () => {
    const network = (spec: string) => `apiVersion: v1\nkind: Network\nmetadata: {name: mgmt}\nspec: ${spec}\n`;
    const { evaluation, found } = checkDesign({
      "bootstrap_hwdefinition.yaml": network("{mtu: 1400, dns: {domain: a.example}}"),
      "bootstrap_profiles.yaml": `apiVersion: v1\nkind: Region\nmetadata: {name: r}\n---\n${network("{mtu: 1500, labels: {x: y}}")}`,
      "bootstrap_seed.yaml": network("{vlan_id: 5, cidr: 10.0.0.0/24, dns: {servers: 10.0.0.2}, '!labels': ''}"),
    });
    expect(found).toEqual([]);
    expect(evaluation.items.get("Network/mgmt")?.tree).toEqual({
      ...{ mtu: 1500, vlan: 5, cidr: "10.0.0.0/24", dns: { domain: "a.example", servers: ["10.0.0.2"] } },
    });
    const explained = evaluation.explain("Network", "mgmt", "mtu");
    expect(explained.from?.uri).toBe("bootstrap_profiles.yaml");
    expect(explained.overrode.map(({ from }) => from.uri)).toEqual(["bootstrap_hwdefinition.yaml"]);
  });

  it("is told to be incomplete when it broke off, and its neighbours aren't", () => {
    const text = `${head}spec:\n  cidr: 10.0.0.0/8\n  dns: [\n---\napiVersion: v1\nkind: Rack\nmetadata: {name: r}\n`;
    const { documents } = readDesignFiles([{ uri: "f.yaml", text }]);
    expect(documents.map(({ name, complete }) => [name, complete])).toEqual([
      ["a", false],
      ["r", true],
    ]);
    expect(JSON.parse(JSON.stringify(documents[0]?.spec))).toEqual({ cidr: "10.0.0.0/8" });
  });

  it.each([
    ["bootstrap_hwdefinition.yaml", "hardware"],
    ["x/bootstrap_profiles.yaml", "design"],
    ["Bootstrap_Seed.yml", "formation"],
    ["hardware_profiles.yaml", "hardware"],
    ["seed/site.yaml", ""],
    ["fullsite.yaml", ""],
  ])("in %s is of the layer %j", (uri, part) => {
    expect(readDesignFiles([{ uri, text: head }]).documents[0]?.part).toBe(part);
  });
});
