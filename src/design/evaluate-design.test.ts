import { describe, expect, it } from "vitest";
import { designDocuments } from "../../test/support/design-documents.ts";
import { type EvaluationInput, evaluateDesign } from "./evaluate-design.ts";
import { type Layer, suggestedLayer } from "./layer.ts";

const layers = ["hardware", "design", "formation"].map(suggestedLayer);

const evaluate = (text: string, more: Partial<EvaluationInput> = {}) =>
  evaluateDesign({ documents: designDocuments(text), layers, ...more });

/** Findings as `line severity rule: message (hint)`. */
const found = (text: string, more: Partial<EvaluationInput> = {}) =>
  evaluate(text, more).diagnostics.map(
    ({ rule, severity, location, message }) => `${location?.line ?? "-"} ${severity} ${rule}: ${message}`,
  );

const site = "{kind: Site, name: s}\n---\n";

describe("composing documents", () => {
  it("refuses unknown kinds and names that are none, and goes on", () => {
    const text = `${site}{kind: Netwrk, name: n}\n---\n{kind: Network, name: -n}\n---\n{kind: Network, name: m}`;
    expect(found(text)).toEqual([
      '3 error unknown-kind: found kind "Netwrk", expected a kind of this design',
      expect.stringContaining('5 error invalid-name: found the name "-n", expected letters'),
    ]);
    expect(evaluate(text).diagnostics[0]?.hint).toBe('did you mean "Network"?');
    expect([...evaluate(text).items.keys()]).toEqual(["Network/m", "Site/s"]);
  });

  it("repeats what a source says without the characters a terminal would obey", () => {
    const text = `${site}{kind: Rack, name: r, spec: {local_networks: ["\u0085", "a\\e[31m"]}}`;
    expect(found(text)).toEqual([
      '3 warning unknown-reference: network "\\u0085" doesn\'t exist',
      '3 warning unknown-reference: network "a\\u001b[31m" doesn\'t exist',
    ]);
    expect(evaluate(text).diagnostics[0]?.field).toBe('local_networks["\\u0085"]');
  });

  it("keeps the first of two documents and names both places", () => {
    const { diagnostics, items } = evaluate(
      `${site}{kind: NetworkLink, name: l, spec: {mtu: 1400}}\n---\n{kind: NetworkLink, name: l, spec: {mtu: 1300}}`,
    );
    expect(diagnostics).toMatchObject([
      { rule: "duplicate-document", location: { line: 5 }, related: [{ location: { line: 3 } }] },
    ]);
    expect(items.get("NetworkLink/l")?.tree.mtu).toBe(1400);
  });

  it("lets a higher layer override a lower one, field by field", () => {
    const { items, diagnostics, raw } = evaluate(`${site}
kind: Network
name: n
layer: formation
spec: {vlan: 5, dns: {servers: [a]}}
---
kind: Network
name: n
layer: hardware
spec: {vlan: 4, mtu: 9000, dns: {domain: d, servers: [b]}}`);
    expect(diagnostics.map((each) => each.rule)).toEqual(["formation-in-design", "formation-in-design"]);
    expect(items.get("Network/n")?.tree).toEqual({ vlan: 5, mtu: 9000, dns: { domain: "d", servers: ["a", "b"] } });
    expect(raw("Network", "n").map((each) => each.layer.name)).toEqual(["hardware", "formation"]);
  });

  it("reports where layers of equal rank disagree, and only there", () => {
    const text = `${site}
kind: Network
name: n
layer: one
spec: {mtu: 1400, description: same, dns: {domain: a}, labels: {x: "1", y: "1"}, dhcp_relay: {self_ip: a}}
---
kind: Network
name: n
layer: two
spec: {mtu: 1500, description: same, dns: {domain: "!"}, labels: {x: "2"}, dhcp_relay: {upstream_target: b}}`;
    const { diagnostics } = evaluate(text);
    expect(
      diagnostics.map((each) => `${each.rule} ${each.field} ${each.location?.line} ${each.related[0]?.location.line}`),
    ).toEqual(["layer-conflict mtu 12 7", "layer-conflict dns.domain 12 7", 'layer-conflict labels["x"] 12 7']);
  });

  it("holds any number of layers of equal rank against what the first of them said", () => {
    const told = (spec: (layer: number) => string) => {
      const all = Array.from(
        { length: 3000 },
        (_, n) => `{kind: Network, name: n, layer: l${1000 + n}, spec: ${spec(n)}}`,
      );
      return evaluate(site + all.join("\n---\n")).diagnostics.map(({ field, message }) => `${field} ${message}`);
    };
    expect(told((n) => (n % 2 === 0 ? "{mtu: 1500}" : "{labels: {a: b}}"))).toEqual([]);
    const conflicts = told((n) => `{mtu: ${1400 + n}}`);
    expect(conflicts).toHaveLength(2999);
    expect(conflicts[7]).toContain('mtu found mtu set differently by layers "l1000" and "l1008"');
    // What only later layers speak of is held against the first of those.
    expect(told((n) => (n === 0 ? "{dns: {domain: d}}" : `{dns: {servers: [a]}, labels: {x: "${n > 2998}"}}`))).toEqual(
      [expect.stringContaining('labels["x"] set differently by layers "l1001" and "l3999"')],
    );
  });

  it("reports what a layer sets and doesn't own", () => {
    const ipam: Layer = {
      ...suggestedLayer("ipam"),
      owns: [{ kind: "Node", fields: ["addressing", "metadata.owner_data"] }],
    };
    const text = `${site}
kind: Node
name: n
layer: ipam
spec:
  addressing: [{network: net, address: dhcp}]
  metadata: {owner_data: {a: b}, rack: r}
  oob: {type: ipmi, account: a}
---
{kind: Network, name: net, layer: ipam}`;
    expect(found(text, { layers: [...layers, ipam] })).toEqual([
      expect.stringContaining('9 error not-owner: found metadata.rack, which layer "ipam" may not set'),
      expect.stringContaining("10 error not-owner: found oob, which"),
      expect.stringContaining('12 error not-owner: found Network "net" in layer "ipam", which owns Node only'),
    ]);
  });

  it("warns of formation data in a layer for the design", () => {
    const text = `${site}
kind: Node
name: n
spec: {boot_mac: "!", addressing: [{network: net, address: dhcp}]}
---
{kind: Network, name: net, spec: {vlan: 4, dns: {domain: d, servers: [a]}}}`;
    expect(found(text).map((each) => each.split(":")[0])).toEqual([
      "6 warning removal-without-match",
      "6 warning formation-in-design",
      "8 warning formation-in-design",
      "8 warning formation-in-design",
    ]);
  });

  it("expects one site", () => {
    expect(found("{kind: Network, name: n}")).toEqual([
      "- warning missing-site: found no Site, expected one in a design",
    ]);
    expect(found("{kind: Network, name: n}", { complete: true })[0]).toContain("error missing-site");
    expect(found(`${site}{kind: Site, name: t}`)).toEqual([
      '3 error duplicate-site: found Site "t" beside Site "s", expected one site in a design',
    ]);
  });
});

describe("references", () => {
  it("are reported where they were written, once, with what was meant", () => {
    const text = `${site}
kind: HostProfile
name: default
spec:
  host_profile: defaults
  interfaces: [{name: a, networks: [mgnt, "!old"]}]
---
{kind: Network, name: mgmt}
---
{kind: Node, name: n1, spec: {host_profile: default}}
---
{kind: Node, name: n2, spec: {host_profile: default}}`;
    const { diagnostics, items, isWhole } = evaluate(text);
    expect(diagnostics).toMatchObject([
      {
        ...{
          rule: "unknown-reference",
          severity: "error",
          kind: "HostProfile",
          name: "default",
          field: "host_profile",
        },
        message: 'host profile "defaults" doesn\'t exist',
        hint: 'did you mean "default"?',
        location: { line: 7, column: 17 },
      },
      {
        field: 'interfaces["a"].networks["mgnt"]',
        message: 'network "mgnt" doesn\'t exist',
        hint: 'did you mean "mgmt"?',
        location: { line: 8, column: 37 },
      },
    ]);
    expect(items.get("Node/n1")?.tree.interfaces).toEqual([{ name: "a", networks: ["mgnt"] }]);
    expect(items.get("Node/n1")?.inputs).toEqual([
      "Node/n1",
      "HostProfile/default",
      "HostProfile/defaults",
      "design/site",
      "Site/s",
    ]);
    expect(items.get("HostProfile/default")?.inputs).toEqual(["HostProfile/default", "HostProfile/defaults"]);
    expect(isWhole("Node", "n1")).toBe(false);
  });

  it("are not reported where another layer overrides them, nor for items known elsewhere", () => {
    const text = `${site}
{kind: HostProfile, name: p, layer: hardware, spec: {hardware_profile: nowhere}}
---
{kind: HostProfile, name: p, layer: design, spec: {hardware_profile: somewhere}}
---
{kind: HardwareProfile, name: h}`;
    expect(found(text)).toEqual(['6 error unknown-reference: hardware profile "somewhere" doesn\'t exist']);
    expect(found(text, { exists: (kind, name) => `${kind}/${name}` === "HardwareProfile/somewhere" })).toEqual([]);
  });

  it("are a warning where nothing of the kind is among the documents of a part", () => {
    const text = `${site}{kind: HostProfile, name: p, spec: {hardware_profile: h}}`;
    expect(found(text)[0]).toContain("warning unknown-reference");
    expect(found(text, { complete: true })[0]).toContain("error unknown-reference");
  });

  it("are looked at in selectors within selectors", () => {
    const text = `${site}{kind: Node, name: n1}\n---\n{kind: BootAction, name: b, spec: {nodes: {any_of: [{all_of: [{names: [n2]}]}]}}}`;
    const { diagnostics } = evaluate(text);
    expect(diagnostics).toMatchObject([
      { rule: "unknown-reference", field: 'nodes.any_of[0].all_of[0].names["n2"]', hint: 'did you mean "n1"?' },
    ]);
  });

  it("to items of documents that broke off are right", () => {
    const text = `${site}kind: Network\nname: mgmt\nspec: {cidr: [}\n---\n{kind: Network, name: other}\n---\n{kind: Rack, name: r, spec: {local_networks: [mgmt]}}`;
    expect(found(text).filter((each) => each.includes("unknown-reference"))).toEqual([]);
  });

  it("are let be where items may have been lost with the rest of a file", () => {
    const text = `${site}{kind: Network, name: a}\n---\n{kind: Rack, name: r, spec: {local_networks: [lost]}}`;
    const diagnostic = {
      ...({ rule: "yaml-syntax", severity: "error", message: "found ?", related: [] } as const),
      location: { uri: "site.yaml", line: 9, column: 1 },
    };
    expect(found(text)[0]).toContain("unknown-reference");
    expect(found(text, { diagnostics: [diagnostic] })).toEqual(["9 error yaml-syntax: found ?"]);
    const broken = designDocuments("form: aic-a1\nkind: Network\nname: b\nspec: {", "seed.yaml");
    const documents = [...designDocuments(text), ...broken];
    expect(evaluate("", { documents }).diagnostics.map((each) => each.rule)).toEqual([]);
  });
});

describe("inheritance in a circle", () => {
  const profile = (name: string, parent: string) =>
    `{kind: HostProfile, name: ${name}, spec: {host_profile: ${parent}}}`;

  it("is told once, as the whole circle, and leaves its items without a parent", () => {
    const text =
      site + [profile("c", "a"), profile("b", "c"), profile("a", "b"), profile("under", "b")].join("\n---\n");
    const { diagnostics, ancestors } = evaluate(`${text}\n---\n{kind: Node, name: n, spec: {host_profile: under}}`);
    expect(diagnostics).toMatchObject([
      {
        ...{ rule: "inheritance-cycle", kind: "HostProfile", name: "a", field: "host_profile" },
        message: "found an inheritance in a circle: a → b → c → a",
        location: { line: 7 },
        related: [{ location: { line: 5 } }, { location: { line: 3 } }],
      },
    ]);
    expect(ancestors("Node", "n")).toEqual(["HostProfile/under", "HostProfile/b"]);
    expect(ancestors("HostProfile", "a")).toEqual([]);
  });

  it("may be one item alone", () => {
    expect(found(site + profile("a", "a"))).toEqual([
      "3 error inheritance-cycle: found an inheritance in a circle: a → a",
    ]);
  });

  it("is no reason to fail for thousands of items, nor is a chain of them", () => {
    const many = Array.from({ length: 3000 }, (_, index) => index);
    const circle = site + many.map((n) => profile(`p${n}`, `p${(n + 1) % many.length}`)).join("\n---\n");
    expect(found(circle)).toEqual([expect.stringContaining("p0 → p1 → p2 → p3 → p4 → p5 → … 2990 more … → ")]);
    const line = site + many.map((n) => profile(`p${n}`, n === 0 ? '"!"' : `p${n - 1}`)).join("\n---\n");
    const rules = evaluate(line).diagnostics.map((each) => each.rule);
    expect(new Set(rules)).toEqual(new Set(["removal-without-match", "inheritance-depth"]));
    expect(rules.filter((each) => each === "inheritance-depth")).toHaveLength(29);
  });

  it("however long, makes few inputs, which are enough to make the item again", () => {
    const many = Array.from({ length: 700 }, (_, index) => index);
    const spec = (n: number) => `{host_profile: p${n}, platform: {image: i${n}}}`;
    const told = (n: number, parent: number) => `{kind: HostProfile, name: p${n}, layer: main, spec: ${spec(parent)}}`;
    const circle = many.map((n) => told(n, (n + 1) % many.length));
    const line = many.map((n) => told(n, n - 1)).with(0, "{kind: HostProfile, name: p0, layer: main, spec: {}}");
    for (const all of [circle, line]) {
      const { items } = evaluate(all.join("\n---\n"));
      for (const at of [0, 99, 100, 101, 102, 250, 698, 699]) {
        const item = items.get(`HostProfile/p${at}`);
        expect(item?.inputs.length).toBeLessThan(210);
        const own = all.filter((_, n) => item?.inputs.includes(`HostProfile/p${n}`));
        expect(evaluate(own.join("\n---\n")).items.get(`HostProfile/p${at}`)?.tree).toEqual(item?.tree);
      }
      const deep = items.get("HostProfile/p150")?.inputs;
      expect(deep).toContain("design/long-chains");
    }
  });
});

describe("computed values", () => {
  const networks = `${site}
{kind: Network, name: pxe, layer: formation, spec: {cidr: 10.0.0.0/24}}
---
kind: Network
name: mgmt
layer: formation
spec:
  routes: [{subnet: 0.0.0.0/0, gateway: 10.1.0.1}]
  dns: {domain: mgmt.example, servers: [10.1.0.9, 10.1.0.10]}
---
`;
  const node = (spec: string) =>
    evaluate(`${networks}{kind: Node, name: n, layer: formation, spec: ${spec}}`).items.get("Node/n");

  it("take the first addressed network with a default route as primary", () => {
    const item = node("{addressing: [{network: pxe, address: dhcp}, {network: mgmt, address: 10.1.0.20}]}");
    expect(item?.tree).toMatchObject({
      primary_network: "mgmt",
      fqdn: "n.mgmt.example",
      dns_servers: ["10.1.0.9", "10.1.0.10"],
    });
    expect(item?.inputs).toEqual(["Node/n", "Network/pxe", "Network/mgmt"]);
    expect(Object.keys(item?.tree ?? {})).toEqual(["primary_network", "addressing", "fqdn", "dns_servers"]);
  });

  it("fall back on the site's domain", () => {
    expect(node("{primary_network: pxe}")?.tree).toEqual({ primary_network: "pxe", fqdn: "n.local" });
  });

  it("leave alone what was written", () => {
    expect(node("{primary_network: mgmt, fqdn: other.example, dns_servers: [1.1.1.1]}")?.tree).toEqual({
      ...{ primary_network: "mgmt", fqdn: "other.example", dns_servers: ["1.1.1.1"] },
    });
  });

  it("are absent where nothing gives them", () => {
    const { items } = evaluate("{kind: Node, name: n, spec: {primary_network: gone}}");
    expect(items.get("Node/n")?.tree).toEqual({ primary_network: "gone" });
  });
});

describe("defaults", () => {
  it("are given only inside messages that are there", () => {
    const { items } = evaluate(`${site}{kind: NetworkLink, name: l, spec: {bonding: {}}}`);
    expect(items.get("NetworkLink/l")?.tree).toEqual({ mtu: 1500, linkspeed: "auto", bonding: { mode: "disabled" } });
    expect(items.get("Site/s")?.tree).toEqual({
      ...{ domain: "local", power_owner: "server_driver", server_driver: "maas", network_driver: "noop-network" },
    });
  });
});
