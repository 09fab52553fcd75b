import { describe, expect, it } from "vitest";
import { fc } from "../../test/support/property.ts";
import { builtInKinds } from "./built-in-kinds.ts";
import { itemReferences, type ReferenceStep, referenceWays } from "./item-references.ts";
import type { KindSchema, MessageSchema } from "./kind-schema.ts";
import { isTreeMap, type Tree, type TreeMap } from "./tree.ts";

function kindOf(name: string): KindSchema {
  const schema = builtInKinds().get(name);
  if (schema === undefined) throw new Error(`no kind ${name}`);
  return schema;
}

const reference = (field: string, kind: string, name: string, isParent = false) => ({ field, kind, name, isParent });

describe("what an item names", () => {
  it("is told for single fields, keyed lists and sets, with the path of each", () => {
    const tree = {
      host_profile: "base",
      primary_network: "mgmt",
      oob: { network: "oob" },
      interfaces: [
        { name: "bond0", device_link: "data", networks: ["mgmt", "tenant"], slaves: ["nic1"] },
        { name: "pxe", networks: ["pxe"] },
      ],
      addressing: [{ network: "mgmt", address: "10.0.0.1" }],
    };
    expect(itemReferences(tree, kindOf("Node"))).toEqual([
      reference('addressing["mgmt"].network', "Network", "mgmt"),
      reference("host_profile", "HostProfile", "base", true),
      reference('interfaces["bond0"].device_link', "NetworkLink", "data"),
      reference('interfaces["bond0"].networks["mgmt"]', "Network", "mgmt"),
      reference('interfaces["bond0"].networks["tenant"]', "Network", "tenant"),
      reference('interfaces["pxe"].networks["pxe"]', "Network", "pxe"),
      reference("oob.network", "Network", "oob"),
      reference("primary_network", "Network", "mgmt"),
    ]);
  });

  it("is found where messages hold messages of their own kind", () => {
    const tree = { nodes: { any_of: [{ names: ["n1"] }, { all_of: [{ host_profiles: ["base"] }] }] } };
    expect(itemReferences(tree, kindOf("BootAction"))).toEqual([
      reference('nodes.any_of[0].names["n1"]', "Node", "n1"),
      reference('nodes.any_of[1].all_of[0].host_profiles["base"]', "HostProfile", "base"),
    ]);
  });
});

/** What a way leads to, as the database follows it. */
function follow(tree: Tree | undefined, [step, ...rest]: readonly ReferenceStep[]): readonly Tree[] {
  if (tree === undefined) return [];
  if (Array.isArray(tree)) return tree.flatMap((member) => follow(member, step === undefined ? [] : [step, ...rest]));
  if (step === undefined) return [tree];
  if (!isTreeMap(tree)) return [];
  if (step === "every-entry") return Object.values(tree).flatMap((entry) => follow(entry, rest));
  if (step === "any-depth")
    return [
      ...follow(tree, rest),
      ...Object.values(tree).flatMap((part) => [part].flat().flatMap((each) => follow(each, [step, ...rest]))),
    ];
  return follow(tree[step.field], rest);
}

const names = fc.constantFrom("a", "b", "c");

/** Any tree of a message, a few levels deep. */
function treeOf(message: MessageSchema, depth: number): fc.Arbitrary<TreeMap> {
  const fields: Record<string, fc.Arbitrary<Tree>> = {};
  for (const { name, shape } of message.fields.values()) {
    if (shape.type === "scalar" && shape.scalar.type === "string") fields[name] = names;
    else if (shape.type === "strings") fields[name] = fc.uniqueArray(names, { maxLength: 2 });
    else if (shape.type === "map" && shape.value.type === "string")
      fields[name] = fc.dictionary(names, names, { maxKeys: 2 });
    else if ("message" in shape && depth > 0) {
      const inner = treeOf(shape.message, depth - 1);
      if (shape.type === "message") fields[name] = inner;
      else if (shape.type === "list") fields[name] = fc.array(inner, { maxLength: 2 });
      else {
        const key = shape.key;
        fields[name] = fc
          .uniqueArray(names, { maxLength: 2 })
          .chain((keys) => fc.tuple(...keys.map((each) => inner.map((tree) => ({ ...tree, [key]: each })))));
      }
    }
  }
  return fc.record(fields, { requiredKeys: [] }) as fc.Arbitrary<TreeMap>;
}

describe("the ways to what an item names", () => {
  it.each([...builtInKinds().keys()])("of %s find every item that names another", (kind) => {
    const schema = kindOf(kind);
    const targets = ["Network", "NetworkLink", "HostProfile", "HardwareProfile", "Node"];
    fc.assert(
      fc.property(treeOf(schema.message, 3), fc.constantFrom(...targets), names, (tree, target, name) => {
        const isNamed = itemReferences(tree, schema).some((each) => each.kind === target && each.name === name);
        const found = referenceWays(schema, target).some((way) => follow(tree, way).includes(name));
        expect(found).toBe(isNamed);
      }),
      { numRuns: 50 },
    );
  });
});
