import { describe, expect, it } from "vitest";
import { designDocuments } from "../../test/support/design-documents.ts";
import { evaluateDesign } from "./evaluate-design.ts";
import { suggestedLayer } from "./layer.ts";

const layers = ["hardware", "design", "formation"].map(suggestedLayer);
const evaluate = (text: string) => evaluateDesign({ documents: designDocuments(text), layers });
const rules = (text: string) => evaluate(text).diagnostics.map((each) => `${each.rule} ${each.location?.line ?? "-"}`);

const threeLevels = `
kind: Site
name: s
---
kind: HostProfile
name: base
spec:
  metadata: {tags: [a, b], owner_data: {x: 1, y: 2}}
  platform: {image: jammy}
  interfaces: [{name: bond0, slaves: [n1, n2], networks: [m, s]}]
---
kind: HostProfile
name: middle
spec:
  host_profile: base
  metadata: {tags: [c, "!a"], owner_data: {"!x": ""}}
  platform: {image: null}
  interfaces: [{name: bond0, networks: ["!s", p]}]
---
kind: Node
name: n
spec:
  host_profile: middle
  metadata: {tags: ["!c"], owner_data: {y: 3, z: 4}}
  platform: {image: "!"}
  interfaces: [{name: "!pxe0"}]
---
{kind: Network, name: m}
---
{kind: Network, name: s}
---
{kind: Network, name: p}
`;

describe("inheritance over three levels", () => {
  const { items, diagnostics } = evaluate(threeLevels);

  it("merges a profile onto its parent", () => {
    expect(items.get("HostProfile/middle")?.tree).toEqual({
      host_profile: "base",
      interfaces: [{ name: "bond0", slaves: ["n1", "n2"], networks: ["p", "m"] }],
      platform: { image: "jammy" },
      metadata: { tags: ["c", "b"], owner_data: { y: "2" } },
    });
  });

  it("merges a node onto the resolved profile", () => {
    expect(items.get("Node/n")?.tree).toEqual({
      host_profile: "middle",
      interfaces: [{ name: "bond0", slaves: ["n1", "n2"], networks: ["p", "m"] }],
      platform: {},
      metadata: { tags: ["b"], owner_data: { y: "3", z: "4" } },
      fqdn: "n.local",
    });
    expect(items.get("Node/n")?.inputs).toEqual([
      "Node/n",
      "HostProfile/middle",
      "HostProfile/base",
      "design/site",
      "Site/s",
    ]);
  });

  it("warns of the removal that found nothing, at its place", () => {
    expect(diagnostics).toEqual([
      expect.objectContaining({
        rule: "removal-without-match",
        severity: "warning",
        field: 'interfaces["pxe0"]',
        location: { uri: "site.yaml", line: 26, column: 23 },
      }),
    ]);
  });
});

describe("devices and partitions", () => {
  const { items, diagnostics } = evaluate(`
{kind: Site, name: s}
---
kind: HostProfile
name: parent
spec:
  storage:
    physical_devices:
    - name: sda
      partitions:
      - {name: root, size: 30g, filesystem: {mountpoint: /, fstype: ext4, mount_options: defaults}}
      - {name: boot, size: 1g}
    - {name: sdb, volume_group: data}
---
kind: HostProfile
name: child
spec:
  host_profile: parent
  storage:
    physical_devices:
    - {name: sda, partitions: [{name: root, size: 40g}, {name: "!boot"}]}
    - {name: sdc, volume_group: data}
`);

  it("keeps the parent's order, merges members and appends new ones", () => {
    expect(diagnostics).toEqual([]);
    expect(items.get("HostProfile/child")?.tree.storage).toEqual({
      physical_devices: [
        {
          name: "sda",
          partitions: [
            { name: "root", size: "40g", filesystem: { mountpoint: "/", fstype: "ext4", mount_options: "defaults" } },
          ],
        },
        { name: "sdb", volume_group: "data" },
        { name: "sdc", volume_group: "data" },
      ],
    });
  });
});

describe("removals", () => {
  it("unsets a number by -1 and a text by an exclamation mark; a default comes back", () => {
    const { items, diagnostics } = evaluate(`
{kind: Site, name: s}
---
{kind: NetworkLink, name: l, layer: design, spec: {mtu: 9000, description: x, bonding: {mode: 802.3ad, mon_rate: 100}}}
---
{kind: NetworkLink, name: l, layer: formation, spec: {mtu: -1, description: "!", bonding: {mon_rate: -1}}}
`);
    expect(diagnostics).toEqual([]);
    expect(items.get("NetworkLink/l")?.tree).toEqual({ mtu: 1500, linkspeed: "auto", bonding: { mode: "802.3ad" } });
  });

  it("removes a whole message, map or list", () => {
    const { items, diagnostics } = evaluate(`
{kind: Site, name: s}
---
{kind: HostProfile, name: p, spec: {oob: {type: ipmi}, interfaces: [{name: a}], platform: {kernel_params: {a: b}}}}
---
{kind: HostProfile, name: c, spec: {host_profile: p, "!oob": {}, interfaces: "!", platform: {kernel_params: "!"}}}
`);
    expect(diagnostics).toEqual([]);
    expect(items.get("HostProfile/c")?.tree).toEqual({ host_profile: "p", platform: {} });
  });

  it("replaces an inherited member that is both removed and given", () => {
    const { items } = evaluate(`
{kind: Site, name: s}
---
{kind: HostProfile, name: p, spec: {interfaces: [{name: a, slaves: [x]}, {name: b}]}}
---
{kind: HostProfile, name: c, spec: {host_profile: p, interfaces: ["!a", {name: a, slaves: [y]}]}}
`);
    expect(items.get("HostProfile/c")?.tree.interfaces).toEqual([{ name: "b" }, { name: "a", slaves: ["y"] }]);
  });

  it("lets a deeper child add again what was removed above it", () => {
    const { items } = evaluate(`
{kind: Site, name: s}
---
{kind: HostProfile, name: a, spec: {metadata: {tags: [x]}}}
---
{kind: HostProfile, name: b, spec: {host_profile: a, metadata: {tags: ["!x", y]}}}
---
{kind: HostProfile, name: c, spec: {host_profile: b, metadata: {tags: [x]}}}
`);
    expect(items.get("HostProfile/b")?.tree.metadata).toEqual({ tags: ["y"] });
    expect(items.get("HostProfile/c")?.tree.metadata).toEqual({ tags: ["x", "y"] });
  });

  it("keeps -1 and ! as the values of map entries", () => {
    const { items } = evaluate(`{kind: HostProfile, name: p, spec: {platform: {kernel_params: {panic: -1, x: "!"}}}}`);
    expect(items.get("HostProfile/p")?.tree.platform).toEqual({ kernel_params: { panic: "-1", x: "!" } });
  });

  it("warns of one in an item that inherits nothing, and takes it as no value", () => {
    const text = `{kind: HostProfile, name: p, spec: {metadata: {tags: ["!x", y], owner_data: {"!k": ""}}}}`;
    expect(rules(text)).toEqual(["removal-without-match 1", "removal-without-match 1", "missing-site -"]);
    expect(evaluate(text).items.get("HostProfile/p")?.tree).toEqual({ metadata: { tags: ["y"] } });
  });
});

describe("lists without a key, and alternatives", () => {
  it("replaces a list whole", () => {
    const { items } = evaluate(`
{kind: Network, name: n, layer: hardware, spec: {ranges: [{type: static, start: 10.0.0.1, end: 10.0.0.9}, {type: dhcp}]}}
---
{kind: Network, name: n, layer: formation, spec: {ranges: [{type: reserved}]}}
`);
    expect(items.get("Network/n")?.tree.ranges).toEqual([{ type: "reserved" }]);
  });

  it("clears the inherited alternative when the other is set", () => {
    const { items } = evaluate(`
{kind: HostProfile, name: p, spec: {oob: {credential: {ref: "file:a"}}}}
---
{kind: HostProfile, name: c, spec: {host_profile: p, oob: {credential: {literal: x}}}}
`);
    expect(items.get("HostProfile/c")?.tree.oob).toEqual({ credential: { literal: "x" } });
  });
});
