import { describe, expect, it } from "vitest";
import { designDocuments } from "../../test/support/design-documents.ts";
import { evaluateDesign } from "./evaluate-design.ts";
import { UnknownPathError } from "./explanation.ts";
import { suggestedLayer } from "./layer.ts";
import type { Provenance } from "./provenance.ts";

const design = `kind: Site
name: s
spec: {domain: s.example}
---
kind: HostProfile
name: base
spec:
  platform: {image: jammy, kernel_params: {quiet: "true", panic: "5"}}
  metadata: {tags: [a, b]}
  oob: {type: ipmi, credential: {literal: hunter2}}
  interfaces: [{name: bond0, slaves: [n1], networks: [m]}]
---
kind: Node
name: n
layer: design
spec:
  host_profile: base
  metadata: {tags: ["!a", c]}
  platform: {kernel_params: {quiet: "false"}}
---
kind: Node
name: n
layer: formation
spec:
  addressing: [{network: m, address: 10.0.0.5}]
---
kind: Network
name: m
spec:
  cidr: 10.0.0.0/24
  routes: [{subnet: 0.0.0.0/0, gateway: 10.0.0.1}]
---
kind: NetworkLink
name: l
spec: {bonding: {mode: 802.3ad}}
`;

const evaluation = evaluateDesign({
  documents: designDocuments(design).map((each) =>
    each.document.name === "base"
      ? {
          ...each,
          document: {
            ...each.document,
            conversions: [
              { field: "platform.image", message: "os is image" },
              { field: "platform", message: "system is platform" },
              { field: "metadata", message: "not about the platform" },
            ],
          },
        }
      : each,
  ),
  layers: ["design", "formation"].map(suggestedLayer),
});

/** The provenance of every value without parts, by path. */
function leaves(at: Provenance): ReadonlyMap<string, Provenance> {
  const parts = [...(at.fields?.values() ?? []), ...(at.items ?? [])];
  const own: readonly [string, Provenance][] = at.fields || at.items ? [] : [[at.path, at]];
  return new Map([...own, ...parts.flatMap((part) => [...leaves(part)])]);
}

const node = leaves(evaluation.provenance("Node", "n"));
const shown = (path: string) => {
  const { value, from, rule, origin } = node.get(path) ?? {};
  return { value, by: origin?.item ?? rule, layer: origin?.layer.name, line: from?.line };
};

describe("the provenance of every value of an item", () => {
  it("is that of the item it was inherited from, and of the layer that gave it", () => {
    expect(shown("platform.image")).toEqual({ value: "jammy", by: "HostProfile/base", layer: "design", line: 8 });
    expect(shown('platform.kernel_params["panic"]')).toMatchObject({ by: "HostProfile/base", line: 8 });
    expect(shown('platform.kernel_params["quiet"]')).toMatchObject({ value: "false", by: "Node/n", line: 19 });
    expect(shown('addressing["m"].address')).toEqual({ value: "10.0.0.5", by: "Node/n", layer: "formation", line: 25 });
    expect(shown('metadata.tags["c"]')).toMatchObject({ by: "Node/n", line: 18 });
    expect(shown('metadata.tags["b"]')).toMatchObject({ by: "HostProfile/base", line: 9 });
    expect(shown('interfaces["bond0"].networks["m"]')).toMatchObject({ by: "HostProfile/base", line: 11 });
  });

  it("is a rule for what was computed or is a default", () => {
    expect(shown("fqdn")).toEqual({ value: "n.s.example", by: "computed-fqdn", layer: undefined, line: undefined });
    expect(shown("primary_network")).toMatchObject({ value: "m", by: "computed-primary-network" });
    const link = leaves(evaluation.provenance("NetworkLink", "l"));
    expect(link.get("mtu")).toMatchObject({ value: 1500, rule: "default" });
    expect(link.get("bonding.mode")?.rule).toBeUndefined();
  });

  it("has the steps of the value and of what it stands in, in their order, and no others", () => {
    const image = node.get("platform.image");
    expect(image?.steps.map(({ message }) => message)).toEqual(["os is image", "system is platform"]);
    expect(node.get('platform.kernel_params["quiet"]')?.steps).toEqual([]);
  });

  it("marks secrets, and nothing else", () => {
    expect([...node.values()].filter(({ secret }) => secret).map(({ path }) => path)).toEqual([
      "oob.credential.literal",
    ]);
  });

  it("agrees with what is explained of each value alone", () => {
    for (const [key, item] of evaluation.items) {
      for (const [path, { from, rule, origin, steps }] of leaves(evaluation.provenance(item.kind, item.name))) {
        const explained = evaluation.explain(item.kind, item.name, path);
        const { from: place, rule: other, item: by } = explained;
        expect({ key, path, from, rule, by: origin?.item ?? key }).toEqual({ key, path, from: place, rule: other, by });
        if (from !== undefined) expect(steps).toEqual(explained.steps);
      }
    }
  });

  it("is refused for an item that doesn't exist", () => {
    expect(() => evaluation.provenance("Node", "nn")).toThrow(UnknownPathError);
  });
});
