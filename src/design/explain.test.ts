import { describe, expect, it } from "vitest";
import { designDocuments } from "../../test/support/design-documents.ts";
import { evaluateDesign } from "./evaluate-design.ts";
import { UnknownPathError } from "./explanation.ts";
import { FieldPathError } from "./field-path.ts";
import { suggestedLayer } from "./layer.ts";

const design = `kind: Site
name: s
---
kind: HostProfile
name: base
spec:
  platform: {image: jammy, kernel_params: {quiet: "true"}}
  metadata: {tags: [a, b]}
  oob: {type: ipmi, credential: {literal: hunter2}}
  interfaces: [{name: bond0, slaves: [n1], networks: [m]}]
---
kind: HostProfile
name: mid
spec:
  host_profile: base
  platform: {image: noble}
  metadata: {tags: ["!a", c]}
  interfaces: [{name: bond0, networks: [p]}]
---
kind: Node
name: n
layer: formation
spec:
  platform: {kernel_params: {quiet: "false"}}
---
kind: Node
name: n
layer: design
spec:
  host_profile: mid
  platform: {image: focal, kernel_params: {quiet: x}}
  oob: {credential: {ref: "file:bmc"}}
---
kind: NetworkLink
name: link
layer: design
spec: {mtu: 9000}
---
kind: NetworkLink
name: link
layer: formation
spec: {mtu: -1}
---
{kind: Network, name: m}
---
{kind: Network, name: p}
`;

const evaluation = evaluateDesign({
  documents: designDocuments(design).map((each) =>
    each.document.name === "base"
      ? { ...each, document: { ...each.document, conversions: [{ field: "platform", message: "os is platform" }] } }
      : each,
  ),
  layers: ["hardware", "design", "formation"].map(suggestedLayer),
});
const at = (line: number, column: number) => ({ uri: "site.yaml", line, column });
const explain = (path: string) => evaluation.explain("Node", "n", path);

describe("explaining values", () => {
  it("goes through layers and ancestors, the nearest overridden value first", () => {
    expect(explain("platform.image")).toEqual({
      ...{ path: "platform.image", value: "focal", from: at(31, 21), item: "Node/n", layer: "design" },
      steps: [],
      overrode: [
        { value: "noble", from: at(16, 21), item: "HostProfile/mid", layer: "design" },
        { value: "jammy", from: at(7, 21), item: "HostProfile/base", layer: "design" },
      ],
    });
    expect(explain('platform.kernel_params["quiet"]')).toMatchObject({
      ...{ value: "false", from: at(24, 37), layer: "formation" },
      steps: [],
      overrode: [
        { value: "x", layer: "design", item: "Node/n" },
        { value: "true", item: "HostProfile/base" },
      ],
    });
  });

  it("answers in the canonical spelling, whatever the spelling asked for", () => {
    for (const path of [
      'interfaces["bond0"].networks["m"]',
      "interfaces.bond0.networks[1]",
      'interfaces["bond0"]["networks"].m',
    ]) {
      expect(explain(path)).toEqual({
        ...{ path: 'interfaces["bond0"].networks["m"]', value: "m", from: at(10, 55) },
        ...{ item: "HostProfile/base", layer: "design", steps: [], overrode: [] },
      });
    }
  });

  it("shows a conversion of the value or of what it stands in", () => {
    expect(evaluation.explain("HostProfile", "base", "platform.image")).toMatchObject({
      steps: [{ field: "platform", message: "os is platform" }],
    });
    expect(evaluation.explain("HostProfile", "base", "oob.type")).toMatchObject({ steps: [] });
  });

  it("explains whole messages and members by all that gave something", () => {
    expect(explain('interfaces["bond0"]')).toEqual({
      ...{ path: 'interfaces["bond0"]', from: at(18, 16), item: "HostProfile/mid", layer: "design" },
      value: { name: "bond0", slaves: ["n1"], networks: ["p", "m"] },
      steps: [],
      overrode: [
        {
          value: { name: "bond0", slaves: ["n1"], networks: ["m"] },
          ...{ from: at(10, 16), item: "HostProfile/base", layer: "design" },
        },
      ],
    });
  });

  it("names the rule of defaults and computed values, and a removal they come after", () => {
    expect(explain("fqdn")).toEqual({
      ...{ path: "fqdn", value: "n.local", rule: "computed-fqdn", item: "Node/n", overrode: [] },
      steps: [
        { field: "fqdn", message: "the name is n", location: at(20, 1) },
        { field: "fqdn", message: "domain of Site/s is local (a default)" },
      ],
    });
    expect(evaluation.explain("NetworkLink", "link", "mtu")).toEqual({
      ...{ path: "mtu", value: 1500, rule: "default", item: "NetworkLink/link" },
      steps: [],
      overrode: [
        { value: null, from: at(42, 13), item: "NetworkLink/link", layer: "formation" },
        { value: 9000, from: at(37, 13), item: "NetworkLink/link", layer: "design" },
      ],
    });
  });

  it("never shows a secret, not even an overridden one", () => {
    expect(explain("oob.credential")).toMatchObject({
      value: { ref: "file:bmc" },
      overrode: [{ value: { literal: "<secret>" }, item: "HostProfile/base" }],
    });
    const literal = evaluation.explain("HostProfile", "mid", "oob.credential.literal");
    expect(literal).toMatchObject({ value: "<secret>", from: at(9, 43) });
    expect(JSON.stringify([literal, explain("oob"), explain("oob.credential.ref")])).not.toContain("hunter2");
  });

  it.each([
    ["platform.imag", 'Platform has no field "imag"', "platform.image"],
    ["platform.kernel", 'Node "n" has no value at platform.kernel', undefined],
    ['interfaces["bond1"].slaves', 'Node "n" has no value at interfaces["bond1"].slaves', 'interfaces["bond0"]'],
    ["interfaces[0]", "members of interfaces are addressed by name, not by index", 'interfaces["bond0"]'],
    ['metadata.tags["a"]', 'Node "n" has no value at metadata.tags["a"]', undefined],
    ["oob.credential.literal", 'Node "n" has no value at oob.credential.literal', undefined],
    ["fqdn.x", "fqdn is a single value and has no parts", "fqdn"],
  ])("refuses %s and says what is near", (path, message, suggestion) => {
    const error = thrownBy(() => explain(path));
    expect(error).toBeInstanceOf(UnknownPathError);
    expect(error).toMatchObject({ message, suggestion });
  });

  it("refuses unknown items and malformed paths", () => {
    expect(thrownBy(() => evaluation.explain("Node", "m", "fqdn"))).toMatchObject({
      name: "UnknownPathError",
      message: 'Node "m" doesn\'t exist',
      suggestion: "Node/n",
    });
    expect(thrownBy(() => explain("a["))).toBeInstanceOf(FieldPathError);
  });
});

describe("locating values", () => {
  const locate = (path?: string) => evaluation.locate("Node", "n", path);

  it("gives the place of the value, or of the nearest thing around it", () => {
    expect(locate("platform.image")).toEqual(at(31, 21));
    expect(locate('interfaces["bond0"].device_link')).toEqual(at(18, 16));
    expect(locate('interfaces["bond1"]')).toEqual(at(18, 15));
    expect(locate("metadata.tags[0]")).toEqual(at(17, 27));
  });

  it("falls back on the document, of the highest layer", () => {
    expect(locate()).toEqual(at(20, 1));
    expect(locate("storage")).toEqual(at(20, 1));
    expect(locate("fqdn")).toEqual(at(20, 1));
    expect(locate("[[")).toEqual(at(20, 1));
    expect(evaluation.locate("Node", "nobody", "x")).toBeUndefined();
  });
});

function thrownBy(action: () => unknown): unknown {
  try {
    action();
  } catch (error) {
    return error;
  }
  throw new Error("expected it to throw");
}

describe("what belongs to an item alone", () => {
  const chain = `kind: HostProfile
name: base
spec: {description: everything, platform: {image: noble}}
---
kind: HostProfile
name: mid
spec: {host_profile: base}
---
kind: Node
name: n
spec: {host_profile: mid}
`;
  const evaluation = evaluateDesign({ documents: designDocuments(chain), layers: [suggestedLayer("design")] });

  it("is not inherited: neither its description nor what it inherits from", () => {
    expect(evaluation.items.get("Node/n")?.tree.description).toBeUndefined();
    expect(evaluation.items.get("Node/n")?.tree.platform).toEqual({ image: "noble" });
    expect(evaluation.items.get("Node/n")?.tree.host_profile).toBe("mid");
  });

  it("overrides nothing", () => {
    expect(evaluation.explain("Node", "n", "host_profile")).toMatchObject({ value: "mid", overrode: [] });
  });
});

describe("what is kept as it was written", () => {
  const kinds = `kind: CustomKind
name: Feed.acme.example
layer: main
spec:
  json_schema:
    type: object
    properties: {panel: {type: string}, "max.ampere": {type: integer}}
    required: [panel]
`;
  const evaluation = evaluateDesign({ documents: designDocuments(kinds), layers: [suggestedLayer("main")] });
  const explain = (path: string) => evaluation.explain("CustomKind", "Feed.acme.example", path);

  it("is explained part by part", () => {
    expect(explain("json_schema.properties.panel.type")).toMatchObject({ value: "string", from: at(7, 32) });
    expect(explain('json_schema.properties["max.ampere"]')).toMatchObject({
      value: { type: "integer" },
      from: at(7, 55),
    });
    expect(explain("json_schema.required[0]")).toMatchObject({ value: "panel", from: at(8, 16) });
    expect(explain("json_schema")).toMatchObject({ from: at(6, 5) });
    expect(evaluation.locate("CustomKind", "Feed.acme.example", "json_schema.required[0]")).toEqual(at(8, 16));
  });

  it("has no parts but those written", () => {
    expect(thrownBy(() => explain("json_schema.properties.outlet"))).toBeInstanceOf(UnknownPathError);
    expect(thrownBy(() => explain("json_schema.required[1]"))).toBeInstanceOf(UnknownPathError);
  });

  it("tells that a word was read as YAML 1.1 has it", () => {
    const text =
      "kind: BootAction\nname: b\nspec: {signaling: off}\n---\nkind: BootAction\nname: c\nspec: {signaling: false}\n";
    const { explain } = evaluateDesign({ documents: designDocuments(text), layers: [] });
    expect(explain("BootAction", "b", "signaling").steps).toEqual([
      { field: "signaling", message: '"off" is false, as YAML 1.1 has it' },
    ]);
    expect(explain("BootAction", "c", "signaling").steps).toEqual([]);
  });
});
