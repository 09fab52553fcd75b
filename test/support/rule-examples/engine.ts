import type { TextExample } from "./text-examples.ts";

const document = (kind: string, name: string, spec: string, layer?: string) =>
  `apiVersion: bedplate/v1\nkind: ${kind}\nmetadata: {name: ${name}${layer === undefined ? "" : `, layer: ${layer}`}}\nspec:${spec}\n`;
const several = (...documents: readonly string[]) => documents.join("---\n");
const profile = (name: string, spec: string) => document("HostProfile", name, spec);
const link = (spec: string) => document("NetworkLink", "boot", spec);
const chain = (length: number) =>
  Array.from({ length }, (_, index) => profile(`p${index}`, index === 0 ? " {}" : ` {host_profile: p${index - 1}}`));
const firewallKind = (schema: string) =>
  document("CustomKind", "Firewall.acme.example", `\n  json_schema:\n    type: object\n${schema}`);
const ports = "    properties: {ports: {type: array, items: {type: integer}}}\n    required: [ports]";
const firewall = (spec: string) => document("Firewall.acme.example", "edge", spec);

const ourRules = (count: number) =>
  Array.from({ length: count }, (_, index) =>
    document("Rule", `our-${index}`, "\n  kinds: [NetworkLink]\n  check: spec.mtu >= 1500\n  message: too small"),
  );

/** Examples of the rules about a design as a whole, before its items are looked at. */
export const engineExamples: Readonly<Record<string, TextExample>> = {
  "custom-kind-schema": {
    pass: firewallKind(ports),
    fail: firewallKind(ports.replace("type: array", "type: arry")).replace(
      /(properties: .*)$/m,
      "$1 # <- custom-kind-schema",
    ),
  },
  "custom-kind-violation": {
    pass: several(firewallKind(ports), firewall(" {ports: [22]}")),
    fail: several(firewallKind(ports), firewall(" {}").replace("v1\n", "v1 # <- custom-kind-violation\n")),
  },
  "duplicate-document": {
    pass: several(profile("a", " {}"), profile("b", " {}")),
    fail: several(profile("a", " {}"), profile("a", " {}").replace("v1\n", "v1 # <- duplicate-document\n")),
  },
  "duplicate-member": {
    pass: profile("worker", "\n  interfaces:\n  - {name: bond0}\n  - {name: bond1}"),
    fail: profile("worker", "\n  interfaces:\n  - {name: bond0}\n  - {name: bond0} # <- duplicate-member"),
  },
  "duplicate-site": {
    pass: document("Site", "plant7", " {}"),
    fail: several(
      document("Site", "plant7", " {}"),
      document("Site", "plant8", " {}").replace("v1\n", "v1 # <- duplicate-site\n"),
    ),
  },
  "formation-in-design": {
    pass: document("Network", "mgmt", " {vlan: 100}", "formation"),
    fail: document("Network", "mgmt", " {vlan: 100} # <- formation-in-design (warning)", "design"),
  },
  "inheritance-cycle": {
    pass: several(profile("a", " {}"), profile("b", " {host_profile: a}")),
    fail: several(profile("a", " {host_profile: b} # <- inheritance-cycle"), profile("b", " {host_profile: a}")),
  },
  "inheritance-depth": {
    pass: several(...chain(3)),
    fail: several(...chain(102)).replace("{host_profile: p100}", "{host_profile: p100} # <- inheritance-depth"),
  },
  "invalid-name": {
    pass: profile("worker", " {}"),
    fail: profile("-worker", " {}").replace("}\n", "} # <- invalid-name\n"),
  },
  "invalid-value": {
    pass: link("\n  bonding: {mode: active-backup}\n  trunking: {mode: 802.1q}"),
    fail: link("\n  bonding: {mode: failover} # <- invalid-value\n  trunking: {mode: 802.1q}"),
  },
  "layer-conflict": {
    pass: several(
      document("Network", "mgmt", " {vlan: 100}", "north"),
      document("Network", "mgmt", " {mtu: 9000}", "south"),
    ),
    fail: several(
      document("Network", "mgmt", " {vlan: 100}", "north"),
      document("Network", "mgmt", " {vlan: 101} # <- layer-conflict", "south"),
    ),
  },
  "missing-key": {
    pass: profile("worker", "\n  interfaces:\n  - {name: bond0, slaves: [nic1]}"),
    fail: profile("worker", "\n  interfaces:\n  - {slaves: [nic1]} # <- missing-key"),
  },
  "missing-site": {
    pass: several(document("Site", "plant7", " {}"), profile("worker", " {}")),
    fail: profile("worker", " {}").replace("v1\n", "v1 # <- missing-site (warning)\n"),
  },
  "not-owner": {
    pass: several(
      document("Layer", "ipam", "\n  owns: [{kind: Network, fields: [cidr, ranges]}]"),
      document("Network", "mgmt", " {cidr: 10.1.0.0/24}", "ipam"),
    ),
    fail: several(
      document("Layer", "ipam", "\n  owns: [{kind: Network, fields: [cidr, ranges]}]"),
      document("Network", "mgmt", " {cidr: 10.1.0.0/24, mtu: 9000} # <- not-owner", "ipam"),
    ),
  },
  "removal-with-fields": {
    pass: several(
      profile("base", "\n  interfaces: [{name: pxe}]"),
      profile("worker", "\n  host_profile: base\n  interfaces: ['!pxe']"),
    ),
    fail: several(
      profile("base", "\n  interfaces: [{name: pxe}]"),
      profile(
        "worker",
        "\n  host_profile: base\n  interfaces:\n  - {name: '!pxe', slaves: [nic1]} # <- removal-with-fields (warning)",
      ),
    ),
  },
  "removal-without-match": {
    pass: several(
      profile("base", "\n  interfaces: [{name: pxe}]"),
      profile("worker", "\n  host_profile: base\n  interfaces: ['!pxe']"),
    ),
    fail: several(
      profile("base", "\n  interfaces: [{name: pxe}]"),
      profile("worker", "\n  host_profile: base\n  interfaces: ['!pex'] # <- removal-without-match (warning)"),
    ),
  },
  "undeclared-layer": {
    pass: document("Network", "mgmt", " {vlan: 100}", "formation"),
    fail: several(
      document("Layer", "ipam", " {role: formation}"),
      document("Network", "mgmt", " {vlan: 100}", "ipma").replace("v1\n", "v1 # <- undeclared-layer (warning)\n"),
    ),
  },
  "unknown-field": {
    pass: profile("worker", "\n  platform: {image: noble}"),
    fail: profile("worker", "\n  platform: {imgae: noble} # <- unknown-field"),
  },
  "unknown-kind": {
    pass: profile("worker", " {}"),
    fail: profile("worker", " {}").replace("HostProfile", "HostProfil # <- unknown-kind"),
  },
  "unknown-reference": {
    pass: several(profile("base", " {}"), profile("worker", " {host_profile: base}")),
    fail: several(profile("base", " {}"), profile("worker", " {host_profile: bse} # <- unknown-reference")),
  },
  "wrong-type": {
    pass: profile("worker", "\n  platform: {image: noble}"),
    fail: profile("worker", "\n  platform: noble # <- wrong-type"),
  },
  "yaml-1-1": {
    pass: profile("worker", "\n  interfaces: [{name: eth0, sriov: {vf_count: 2, trustedmode: true}}]"),
    fail: profile(
      "worker",
      "\n  interfaces:\n  - {name: eth0, sriov: {vf_count: 2, trustedmode: yes}} # <- yaml-1-1 (info)",
    ),
  },
};

/** Examples of what is said about rules a design declares itself. */
export const declaredRuleExamples: Readonly<Record<string, TextExample>> = {
  "invalid-rule": {
    pass: several(
      document(
        "Rule",
        "our-mtu",
        "\n  kinds: [NetworkLink]\n  check: spec.mtu >= 9000\n  message: our links take jumbo frames",
      ),
      link("\n  mtu: 9000\n  trunking: {mode: 802.1q}"),
    ),
    fail: document(
      "Rule",
      "our-mtu",
      "\n  kinds: [NetworkLink]\n  check: spec.mtu >> 9000 # <- invalid-rule\n  message: our links take jumbo frames",
    ),
  },
  "rule-failed": {
    pass: several(
      document(
        "Rule",
        "our-rows",
        "\n  kinds: [NetworkLink]\n  check: has(spec.labels.row)\n  message: a link says its row",
      ),
      link("\n  labels: {row: a}\n  trunking: {mode: 802.1q}"),
    ),
    fail: several(
      document(
        "Rule",
        "our-rows",
        "\n  kinds: [NetworkLink]\n  check: spec.labels.row.startsWith('a')\n  message: a link is of row a",
      ),
      link("\n  labels: {place: b}\n  trunking: {mode: 802.1q}").replace("v1\n", "v1 # <- rule-failed\n"),
    ),
  },
  "too-many-rules": {
    pass: ourRules(1).join("---\n"),
    fail: ourRules(257)
      .join("---\n")
      .replace(/v1(?=\nkind: Rule\nmetadata: \{name: our-99\})/, "v1 # <- too-many-rules"),
  },
};
