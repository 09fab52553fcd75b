import { describe, expect, it } from "vitest";
import { designDocuments } from "../../test/support/design-documents.ts";
import { evaluateDesign } from "./evaluate-design.ts";
import { type Layer, suggestedLayer } from "./layer.ts";

const anything: Layer = { ...suggestedLayer("design"), role: "any" };

const evaluate = (text: string) =>
  evaluateDesign({ documents: designDocuments(`{kind: Site, name: s}\n---\n${text}`), layers: [anything] });

/** Findings as `line:column rule field`, the line counted in the text given. */
const found = (text: string) =>
  evaluate(text).diagnostics.map(
    ({ rule, location, field }) => `${(location?.line ?? 0) - 2}:${location?.column} ${rule} ${field ?? ""}`,
  );

describe("reading documents", () => {
  it("reads values by the type of their field", () => {
    const { items, diagnostics } = evaluate(`
kind: HardwareProfile
name: h
spec: {generation: 8, hw_version: 1.5, vendor: true, hugepages: [{name: a, count: "12"}], cpu_sets: {all: 4}}
---
kind: BootAction
name: b
spec: {signaling: "false"}
`);
    expect(diagnostics).toEqual([]);
    expect(items.get("HardwareProfile/h")?.tree).toEqual({
      ...{ generation: "8", hw_version: "1.5", vendor: "true", architecture: "amd64" },
      ...{ hugepages: [{ name: "a", count: 12 }], cpu_sets: { all: "4" } },
    });
    expect(items.get("BootAction/b")?.tree).toEqual({ signaling: false });
  });

  it("takes null as not set", () => {
    const { items, diagnostics } = evaluate(
      "{kind: Network, name: n, spec: {cidr: null, dns: null, labels: {a: null}}}",
    );
    expect(diagnostics).toEqual([]);
    expect(items.get("Network/n")?.tree).toEqual({});
  });

  it("speaks of the kind of an item, whatever the contract calls its specification", () => {
    const messages = ["Layer", "CustomKind"].map((kind) =>
      evaluate(`{kind: ${kind}, name: Fw.acme.example, spec: {odd: 1}}`).diagnostics.find(
        ({ rule }) => rule === "unknown-field",
      ),
    );
    expect(messages.map((each) => each?.message)).toEqual([
      'found "odd", expected a field of Layer',
      'found "odd", expected a field of CustomKind',
    ]);
    expect(messages[1]?.hint).toMatch(/^CustomKind has /);
  });

  it("reports unknown fields at their key, with what was meant", () => {
    const text = `kind: Network
name: n
spec:
  vlan_idd: 5
  dns: {domain: x, serverz: [a]}
  "odd key": 1`;
    expect(found(text)).toEqual([
      "4:3 unknown-field vlan_idd",
      "5:20 unknown-field dns.serverz",
      '6:3 unknown-field ["odd key"]',
    ]);
    const { diagnostics } = evaluate(text);
    expect(diagnostics.map((each) => each.hint)).toEqual([
      expect.stringMatching(/^(did you mean|Network has description, cidr, vlan)/),
      'did you mean "servers"?',
      expect.stringContaining("Network has description, cidr"),
    ]);
  });

  it("keeps unknown fields aside", () => {
    expect(evaluate("{kind: Network, name: n, spec: {extra: [1]}}").raw("Network", "n")[0]?.unknown).toEqual([
      { path: "extra", value: [1], location: { uri: "site.yaml", line: 3, column: 33 } },
    ]);
  });

  it("reports every wrong type and every value out of bounds, each at its place", () => {
    const text = `kind: Network
name: n
spec:
  cidr: [a]
  vlan: 5000
  mtu: 12.5
  allocation: statik
  ranges: {type: static}
  routes: [x, {metric: many}]
  labels: [a]
  dns: mgmt
  description: {a: b}`;
    expect(found(text)).toEqual([
      "4:9 wrong-type cidr",
      "5:9 invalid-value vlan",
      "6:8 invalid-value mtu",
      "7:15 invalid-value allocation",
      "8:11 wrong-type ranges",
      "9:12 wrong-type routes[0]",
      "9:24 wrong-type routes[1].metric",
      "10:11 wrong-type labels",
      "11:8 wrong-type dns",
      "12:16 wrong-type description",
    ]);
    const { diagnostics } = evaluate(text);
    expect(diagnostics[1]?.message).toBe("found 5000, expected a whole number from 1 to 4094");
    expect(diagnostics[3]).toMatchObject({
      message: 'found "statik", expected one of "static", "dhcp"',
      hint: 'did you mean "static"?',
    });
  });

  it("checks lengths in code points, patterns and counts", () => {
    const long = "é".repeat(1024);
    expect(found(`{kind: Network, name: n, spec: {description: ${long}}}`)).toEqual([]);
    expect(found(`{kind: Network, name: n, spec: {description: ${long}x}}`)).toEqual([
      "1:46 invalid-value description",
    ]);
    expect(found("{kind: NetworkLink, name: n, spec: {linkspeed: fast}}")).toEqual(["1:48 invalid-value linkspeed"]);
    const keys = Array.from({ length: 65 }, (_, index) => `k${index}: v`).join(", ");
    expect(found(`{kind: Network, name: n, spec: {labels: {${keys}}}}`)).toEqual(["1:41 invalid-value labels"]);
  });

  it("names both lines of a duplicate member and keeps the first", () => {
    const text = `kind: HostProfile
name: p
spec:
  interfaces:
  - {name: a, slaves: [x]}
  - {name: a, slaves: [y]}
  metadata: {tags: [t, t]}`;
    expect(found(text)).toEqual(['6:12 duplicate-member interfaces["a"]', '7:24 duplicate-member metadata.tags["t"]']);
    const { diagnostics, items } = evaluate(text);
    expect(diagnostics[0]).toMatchObject({
      severity: "error",
      message: 'found "a" on line 8 and already on line 7, expected it once',
      related: [{ location: { line: 7, column: 5 } }],
    });
    expect(diagnostics[1]?.severity).toBe("warning");
    expect(items.get("HostProfile/p")?.tree.interfaces).toEqual([{ name: "a", slaves: ["x"] }]);
  });

  it("reports members without a key, removals without a name or with fields", () => {
    expect(
      found(`kind: HostProfile
name: p
spec:
  interfaces:
  - {slaves: [x]}
  - {name: -1}
  - plain
  - "!"
  - {name: "!gone", slaves: [x]}`),
    ).toEqual([
      "5:5 missing-key interfaces[0]",
      "6:5 missing-key interfaces[1]",
      "7:5 wrong-type interfaces[2]",
      "8:5 invalid-value interfaces",
      '9:12 removal-without-match interfaces["gone"]',
      '9:29 removal-with-fields interfaces["gone"]',
    ]);
  });

  it("refuses two alternatives, and a field beside its own removal", () => {
    expect(
      found(`kind: HostProfile
name: p
spec:
  oob: {credential: {ref: "file:x", literal: y}}
  platform: {image: a, "!image": {}}`),
    ).toEqual(["4:37 invalid-value oob.credential.literal", "5:24 invalid-value platform.image"]);
  });

  it("never quotes a secret", () => {
    const { diagnostics } = evaluate(`
{kind: HostProfile, name: a, spec: {oob: {credential: hunter2}}}
---
{kind: HostProfile, name: b, spec: {oob: {credential: {ref: hunter2}}}}
---
{kind: HostProfile, name: c, spec: {oob: {credential: {literal: [hunter2]}}}}
---
{kind: HostProfile, name: d, spec: {oob: {credential: {password: hunter2}}}}
`);
    expect(diagnostics.map((each) => each.rule)).toEqual([
      "wrong-type",
      "invalid-value",
      "wrong-type",
      "unknown-field",
    ]);
    expect(JSON.stringify(diagnostics)).not.toContain("hunter2");
  });

  it("finds nothing missing in a document that broke off", () => {
    const broken = `kind: HostProfile
name: p
spec:
  interfaces:
  - name: a
  - slaves: [x]
   bad: 1`;
    const documents = designDocuments(broken);
    expect(documents[0]?.document.complete).toBe(false);
    const { diagnostics, items, isWhole } = evaluateDesign({ documents, layers: [] });
    expect(diagnostics.map((each) => each.rule)).toEqual(["missing-site"]);
    expect(items.get("HostProfile/p")?.tree).toEqual({ interfaces: [{ name: "a" }] });
    expect(isWhole("HostProfile", "p")).toBe(false);
  });

  it("survives names that objects have of themselves", () => {
    const { items, diagnostics } = evaluate(
      "{kind: HostProfile, name: constructor, spec: {metadata: {owner_data: {__proto__: x, toString: y}}, __proto__: {a: b}}}",
    );
    expect(diagnostics.map((each) => each.rule)).toEqual(["unknown-field"]);
    const tree = items.get("HostProfile/constructor")?.tree;
    expect(JSON.stringify(tree)).toBe('{"metadata":{"owner_data":{"__proto__":"x","toString":"y"}}}');
  });
});
