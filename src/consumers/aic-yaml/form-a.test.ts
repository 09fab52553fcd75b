import { describe, expect, it } from "vitest";
import { checkDesign, findingTexts, markedFindings } from "../../../test/support/marked-design.ts";
import { readDesignFiles } from "../read-design-files.ts";

/** One-file documents; comments mark what is found in each. */
const mistakes: Readonly<Record<string, string>> = {
  "an item without a name": "nodes:\n- host_profile: a # <- missing-name\n- name: b",
  "an item with a name of nothing": "nodes:\n- name: # <- missing-name\n- name: b",
  "an item that is no mapping": "nodes:\n- a # <- missing-name\n-\n- name: b # the line above <- nothing",
  "an item with a name that is none": "host_profiles:\n- name: a b # <- invalid-name",
  "items that are no list": "nodes: {a: {}} # <- wrong-type",
  "networks that are no mapping": "network: [] # <- wrong-type",
  "links that are no list": "network: {links: 5} # <- wrong-type",
  "a top-level key with a slip": "nodes: []\nhost_profile: [] # <- unknown-field",
  "a list of items with a slip, alone": "host_profile: # <- unknown-field\n- name: a",
  "a header and a list of items with a slip": "apiVersion: v1\nkind: site_design\nhost_profile: [] # <- unknown-field",
  "a site's name with a slip": "sitename: a # <- unknown-field\nnodes: []",
  "a key of networks with a slip": "network:\n  network: [] # <- unknown-field",
  "a key that every object has": "nodes: []\nconstructor: [] # <- unknown-field",
  "a site's values without its name": "webvirt: 10.0.0.1 # <- missing-name",
  "a site's name of nothing": "site_name: # <- missing-name\nnodes: []",
  "a site's storage of another sort": "site_name: a\nstorage: ceph # <- wrong-type",
  "another kind in the header": "apiVersion: v1\nkind: site_desing # <- unknown-kind\nnodes: []",
  "another version in the header": "apiVersion: v7 # <- unknown-version\nkind: site_design\nnodes: []",
  "a spec beside items": "nodes: []\nspec: {} # <- unknown-field",
  "what broke off tells nothing of what it lacks": "nodes:\n- name: a\n- host_profile: b\n  x: [ # <- yaml-syntax",
  "but of the items before": "nodes:\n- host_profile: b # <- missing-name\n- name: a\n  x: [ # <- yaml-syntax",
};

const a1 = `---
webvirt: 192.168.1.1
site_name: plant7
maas_api_key: consumer:token:secret
maas_uuid: nonce
host_profiles:
- name: worker
  metadata: {introspection_url: 'http://10.0.0.1'}
- name: 42
  host_profile: worker
network:
  links:
  - name: boot
    bonding: {mode: none}
  networks:
  - name: boot
    vlan_id: 20
storage:
  backend: ceph
nodes:
- host_profile: worker
  name: w1
`;

const read = (text: string) => readDesignFiles([{ uri: "f.yaml", text }]);

describe("a file of many items", () => {
  it.each(Object.entries(mistakes))("is reported: %s", (_, text) => {
    const files = { "f.yaml": `${text}\n`.replace("<- nothing", "") };
    const extra = text.includes("<- nothing") ? ["f.yaml:3 error missing-name"] : [];
    expect(findingTexts(read(files["f.yaml"]).diagnostics)).toEqual([...markedFindings(files), ...extra]);
  });

  it.each([
    ["lists of nothing", "nodes:\nhost_profiles:\nnetwork:\n"],
    ["networks of nothing", "network: {links: , networks: }\n"],
    ["a header", "apiVersion: v1\nkind: site_design\nmetadata: {date: x, name: y, author: z}\nnodes: []\n"],
    ["hardware with a header", "apiVersion: v1\nkind: hardware_profile\nhardware_definition: [{name: a}]\n"],
  ])("is fine: %s", (_, text) => {
    expect(read(text).diagnostics).toEqual([]);
  });

  it("declares the site and every member of its lists, each where it begins", () => {
    const { documents, diagnostics } = read(a1);
    expect(diagnostics).toEqual([]);
    expect(
      documents.map(({ kind, name, location: { line, column }, form }) => [kind, name, line, column, form]),
    ).toEqual([
      ["Site", "plant7", 3, 12, "aic-a"],
      ["HostProfile", "worker", 7, 3, "aic-a"],
      ["HostProfile", "42", 9, 3, "aic-a"],
      ["NetworkLink", "boot", 13, 5, "aic-a"],
      ["Network", "boot", 16, 5, "aic-a"],
      ["Node", "w1", 21, 3, "aic-a"],
    ]);
    expect(documents.map(({ spec }) => JSON.parse(JSON.stringify(spec)))).toEqual([
      {
        legacy: { webvirt: "192.168.1.1", maas_uuid: "nonce", storage_backend: "ceph" },
        legacy_provisioner_key: { literal: "consumer:token:secret" },
      },
      { metadata: { introspection_url: "http://10.0.0.1" } },
      { host_profile: "worker" },
      { bonding: { mode: "disabled" } },
      { vlan: 20 },
      { host_profile: "worker" },
    ]);
    const site = documents[0]?.source;
    expect(site?.fields?.legacy?.fields?.storage_backend).toMatchObject({ line: 19, column: 12, keyLine: 19 });
    expect(site?.fields?.legacy_provisioner_key?.fields?.literal).toMatchObject({ line: 4, column: 15 });
  });

  it("may name the file of hardware with a hyphen or not", () => {
    for (const key of ["hardware-definition", "hardware_definition"]) {
      expect(read(`${key}:\n- name: a\n  bios: 1.2\n`).documents).toMatchObject([
        { kind: "HardwareProfile", name: "a", spec: { bios_version: 1.2 } },
      ]);
    }
  });

  it("has the items below a key with a slip", () => {
    const { documents } = read("site_nam: s\nnode:\n- name: n1\nnetwrok:\n  netwroks:\n  - name: boot\n");
    expect(documents.map(({ kind, name }) => `${kind}/${name}`)).toEqual(["Site/s", "Node/n1", "Network/boot"]);
  });

  it("is whole but for the item it broke off in", () => {
    const { documents } = read(`${a1}  metadata: {rack: r1}\n- name: w2\n  addressing: [\n`);
    const broken = documents.filter(({ complete }) => !complete).map(({ kind, name }) => `${kind}/${name}`);
    expect(broken).toEqual(["Site/plant7", "Node/w2"]);
  });

  it("says in which item the YAML is wrong", () => {
    const { diagnostics } = read("nodes:\n- name: a\n  x: *x\n- name: b\nnetwork: *y\nwebvirt: *z\n");
    expect(diagnostics.filter(({ rule }) => rule === "yaml-alias").map(({ kind, name }) => [kind, name])).toEqual([
      ["Node", "a"],
      [undefined, undefined],
      [undefined, undefined],
    ]);
  });

  const networks = "network:\n  networks:\n  - {name: boot, cidr: 10.0.0.0/24}\n";
  it.each([
    ["before everything that is referred to", "site_name: s\nhost_profiles: [ # <- yaml-syntax\n"],
    [
      "before the networks",
      "site_name: s\nhost_profiles:\n- name: base\n  oob: {network: boot}\n  interfaces:\n  - {name: pxe, network_link: boot, networks: [lost]}\nnodes: [ # <- yaml-syntax\n",
    ],
    [
      "in a node",
      `site_name: s\n${networks}host_profiles:\n- {name: base, primary_network: mgmt}\nnodes:\n- name: n1\n  host_profile: lost\n  addressing:\n  - {network: boot, address: 10.0.0.5}\n  x: [ # <- yaml-syntax\n`,
    ],
  ])("that broke off %s has that one mistake", (_, text) => {
    const files = { "bootstrap_seed.yaml": text };
    expect(checkDesign(files).found).toEqual(markedFindings(files));
  });

  it("that broke off doesn't make what other files declare incomplete", () => {
    const files = {
      "bootstrap_profiles.yaml": "---\napiVersion: v1\nkind: Network\nmetadata: {name: mgmt}\nspec: {mtu: 1500}\n",
      "bootstrap_seed.yaml":
        "site_name: s\nnodes:\n- name: n1\n  addressing: [{network: mgmt, address: 10.0.0.5}]\n  interfaces: [{name: a, device_link: b # <- yaml-syntax\nnetwork:\n  networks: [{name: mgmt, cidr: 10.0.0.0/24}]\n",
    };
    expect(checkDesign(files).found).toEqual(markedFindings(files));
  });
});
