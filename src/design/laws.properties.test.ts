import { describe, expect, it } from "vitest";
import { designDocuments } from "../../test/support/design-documents.ts";
import { profileSpec, removableNames, type Spec } from "../../test/support/profile-specs.ts";
import { fc } from "../../test/support/property.ts";
import { builtInKinds } from "./built-in-kinds.ts";
import { type Evaluation, evaluateDesign } from "./evaluate-design.ts";
import { fieldPath, indexPath, keyPath } from "./field-path.ts";
import type { FieldShape } from "./kind-schema.ts";
import { suggestedLayer } from "./layer.ts";
import { isTreeMap, type Tree, type TreeMap } from "./tree.ts";

const layers = ["hardware", "design", "formation"].map(suggestedLayer);
/** Profiles of one chain, the root first; each inherits from the one before. */
const chain = fc.array(profileSpec(true), { minLength: 1, maxLength: 4 });

function documentsOf(specs: readonly Spec[]): string {
  return specs
    .map((spec, index) => ({
      kind: "HostProfile",
      name: `p${index}`,
      spec: index === 0 ? spec : { ...spec, host_profile: `p${index - 1}` },
    }))
    .map((document) => JSON.stringify(document))
    .join("\n---\n");
}

const evaluate = (yaml: string) => evaluateDesign({ documents: designDocuments(yaml), layers });
const treeOf = (evaluation: Evaluation, profile: string): Spec => {
  const { host_profile: _, ...tree } = evaluation.items.get(`HostProfile/${profile}`)?.tree ?? {};
  return JSON.parse(JSON.stringify(tree)) as Spec;
};

/** The laws in their plainest form, on plain trees; the engine is held to it. Knows lists of members by their "name". */
function model(parent: Tree | undefined, child: Tree): Tree | undefined {
  if (child === "!") return undefined;
  if (Array.isArray(child)) {
    const inherited = Array.isArray(parent) ? [...parent] : [];
    const keyOf = (each: Tree): string => (isTreeMap(each) ? String(each.name) : String(each));
    const gone = new Set(
      child
        .map(keyOf)
        .filter((key) => key.startsWith("!"))
        .map((key) => key.slice(1)),
    );
    const own = child.filter((each) => !keyOf(each).startsWith("!"));
    const left = inherited.filter((each) => !gone.has(keyOf(each)));
    const isSet = [...own, ...left].every((each) => typeof each === "string");
    if (isSet) return nonEmpty([...own, ...left.filter((each) => !own.includes(each))]);
    const merged = left.map((each) => {
      const same = own.find((other) => keyOf(other) === keyOf(each));
      return same === undefined ? each : (model(each, same) ?? null);
    });
    const added = own.filter((each) => !left.some((other) => keyOf(other) === keyOf(each)));
    return nonEmpty([...merged, ...added.map((each) => model(undefined, each) ?? null)]);
  }
  if (isTreeMap(child)) {
    const result: Spec = isTreeMap(parent) ? { ...parent } : {};
    for (const key of Object.keys(child)) if (key.startsWith("!")) delete result[key.slice(1)];
    for (const [key, value] of Object.entries(child)) {
      if (key.startsWith("!")) continue;
      const merged = model(result[key], value);
      if (merged === undefined || (openMaps.has(key) && Object.keys(merged as object).length === 0)) delete result[key];
      else result[key] = merged;
    }
    return result;
  }
  return child;
}

const openMaps = new Set(["kernel_params", "owner_data", "labels"]);
const nonEmpty = (list: Tree[]): Tree | undefined => (list.length === 0 ? undefined : list);

describe("the laws of merging", () => {
  it("give what the plain model gives, over any chain", () => {
    fc.assert(
      fc.property(chain, (specs) => {
        const evaluation = evaluate(documentsOf(specs));
        let expected: Tree = {};
        for (const [index, spec] of specs.entries()) {
          expected = model(expected, spec) ?? {};
          expect(treeOf(evaluation, `p${index}`)).toEqual(expected);
        }
      }),
      { numRuns: 300 },
    );
  });

  it("leave an item without a parent and without removals as it is", () => {
    fc.assert(
      fc.property(profileSpec(false), (spec) => {
        expect(treeOf(evaluate(documentsOf([spec])), "p0")).toEqual(model({}, spec));
      }),
    );
  });

  it("let a child that says nothing be its parent", () => {
    fc.assert(
      fc.property(chain, (specs) => {
        const evaluation = evaluate(documentsOf([...specs, {}]));
        expect(treeOf(evaluation, `p${specs.length}`)).toEqual(treeOf(evaluation, `p${specs.length - 1}`));
      }),
    );
  });

  it("make no difference between a parent and its own outcome written out", () => {
    fc.assert(
      fc.property(chain, profileSpec(true), (specs, last) => {
        const chained = evaluate(documentsOf([...specs, last]));
        const flattened = evaluate(documentsOf([treeOf(chained, `p${specs.length - 1}`), last]));
        expect(treeOf(flattened, "p1")).toEqual(treeOf(chained, `p${specs.length}`));
      }),
    );
  });

  it("remove once what is removed twice", () => {
    fc.assert(
      fc.property(chain, removableNames(false), (specs, gone) => {
        const removal = { metadata: { tags: gone.map((each) => `!${each}`) } };
        const evaluation = evaluate(documentsOf([...specs, removal, removal]));
        expect(treeOf(evaluation, `p${specs.length + 1}`)).toEqual(treeOf(evaluation, `p${specs.length}`));
      }),
    );
  });

  it("hold between layers as between parent and child", () => {
    fc.assert(
      fc.property(profileSpec(true), profileSpec(true), profileSpec(true), (root, lower, upper) => {
        const layered = [
          { kind: "HostProfile", name: "root", layer: "hardware", spec: root },
          { kind: "HostProfile", name: "p", layer: "formation", spec: upper },
          { kind: "HostProfile", name: "p", layer: "design", spec: { ...lower, host_profile: "root" } },
        ];
        const evaluation = evaluate(layered.map((each) => JSON.stringify(each)).join("\n---\n"));
        const inherited = evaluate(documentsOf([root, lower, upper]));
        expect(treeOf(evaluation, "p")).toEqual(treeOf(inherited, "p2"));
      }),
    );
  });
});

/** Three layers of one profile over a root, as documents of one line each. */
const layered = fc.record({
  root: profileSpec(true),
  hardware: profileSpec(true),
  design: profileSpec(true),
  formation: profileSpec(true),
});

function layeredDocuments({ root, ...ofLayer }: Record<"root" | "hardware" | "design" | "formation", Spec>): string[] {
  const own = Object.entries(ofLayer).map(([layer, spec]) => ({
    ...{ kind: "HostProfile", name: "p", layer },
    spec: layer === "hardware" ? { ...spec, host_profile: "root" } : spec,
  }));
  return [{ kind: "HostProfile", name: "root", layer: "hardware", spec: root }, ...own].map((each) =>
    JSON.stringify(each),
  );
}

describe("the laws of layers", () => {
  const evaluateAll = (documents: readonly string[]) => {
    const { items, diagnostics } = evaluate(documents.join("\n---\n"));
    const found = diagnostics.map(({ rule, severity, kind, name: of, field, message }) =>
      JSON.stringify([rule, severity, kind, of, field, message]),
    );
    return { items: [...items.values()], found: found.sort() };
  };

  it("make the order of documents mean nothing", () => {
    fc.assert(
      fc.property(
        layered.chain((layers) => {
          const documents = [...layeredDocuments(layers), '{"kind": "Site", "name": "s"}'];
          return fc.tuple(fc.constant(documents), fc.shuffledSubarray(documents, { minLength: documents.length }));
        }),
        ([documents, shuffled]) => {
          expect(evaluateAll(shuffled)).toEqual(evaluateAll(documents));
        },
      ),
    );
  });

  it("make a layer that is taken away and put back as if it had never gone", () => {
    fc.assert(
      fc.property(layered, fc.constantFrom("hardware", "design", "formation"), (layers, gone) => {
        const documents = layeredDocuments(layers);
        const of = (each: string) => (JSON.parse(each) as { readonly layer: string }).layer;
        const without = documents.filter((each) => of(each) !== gone);
        const back = [...without, ...documents.filter((each) => of(each) === gone)];
        evaluateAll(without);
        expect(evaluateAll(back)).toEqual(evaluateAll(documents));
      }),
    );
  });

  it("make two layers that remove nothing one that says both", () => {
    const three = fc.tuple(profileSpec(true), profileSpec(false), profileSpec(false));
    fc.assert(
      fc.property(three, ([root, lower, upper]) => {
        const both = evaluate(documentsOf([root, lower, upper]));
        const together = evaluate(documentsOf([root, (model(model({}, lower), upper) ?? {}) as Spec]));
        expect(treeOf(together, "p1")).toEqual(treeOf(both, "p2"));
      }),
    );
  });

  it("make a layer that says nothing nothing", () => {
    fc.assert(
      fc.property(profileSpec(true), profileSpec(true), (root, own) => {
        const documents = layeredDocuments({ root, hardware: own, design: {}, formation: {} });
        expect(treeOf(evaluate(documents.join("\n---\n")), "p")).toEqual(
          treeOf(evaluate(documentsOf([root, own])), "p1"),
        );
      }),
    );
  });
});

describe("what was removed and is given again", () => {
  it("is as if nothing had been inherited, behind what is left of a list of records, before it in a set", () => {
    fc.assert(
      fc.property(chain, fc.constantFrom("a", "b", "c", "d"), (specs, key) => {
        const removal = { metadata: { tags: [`!${key}`] }, interfaces: [`!${key}`] };
        const addition = { metadata: { tags: [key] }, interfaces: [{ name: key, slaves: ["z"] }] };
        const evaluation = evaluate(documentsOf([...specs, removal, addition]));
        const rest = (of: string, field: "tags" | "interfaces"): readonly Tree[] => {
          const tree = treeOf(evaluation, of);
          const list = field === "tags" ? (tree.metadata as TreeMap | undefined)?.tags : tree.interfaces;
          return Array.isArray(list) ? list : [];
        };
        const last = `p${specs.length + 1}`;
        expect(rest(last, "tags")).toEqual([key, ...rest(`p${specs.length}`, "tags")]);
        expect(rest(last, "interfaces")).toEqual([
          ...rest(`p${specs.length}`, "interfaces"),
          { name: key, slaves: ["z"] },
        ]);
      }),
    );
  });
});

describe("provenance", () => {
  it("explains every value there is by a place that says just that", () => {
    fc.assert(
      fc.property(chain, (specs) => {
        const text = documentsOf(specs);
        const lines = text.split("\n");
        const evaluation = evaluate(text);
        const last = `p${specs.length - 1}`;
        const tree = evaluation.items.get(`HostProfile/${last}`)?.tree ?? {};
        for (const [path, value] of pathsOf(tree)) {
          const explained = evaluation.explain("HostProfile", last, path);
          expect(explained).toMatchObject({ path, value });
          const { from } = explained;
          if (from === undefined) throw new Error(`${path} has no place and no rule`);
          expect(evaluation.locate("HostProfile", last, path)).toEqual(from);
          if (typeof value !== "object") expect(lines[from.line - 1]?.slice(from.column - 1)).toMatch(startOf(value));
        }
      }),
      { numRuns: 60 },
    );
  });

  it("locates anything it is asked for, and never throws", () => {
    const evaluation = evaluate(documentsOf([{ platform: { image: "x" } }, { metadata: { tags: ["a"] } }]));
    const piece = fc.constantFrom("metadata", ".tags", '["a"]', "[0]", ".platform", ".image", "[", "!", '"');
    const path = fc.oneof(
      fc.array(piece, { maxLength: 5 }).map((pieces) => pieces.join("")),
      fc.string(),
    );
    fc.assert(
      fc.property(path, (each) => {
        expect(evaluation.locate("HostProfile", "p1", each)).toMatchObject({ uri: "site.yaml" });
      }),
    );
  });
});

function startOf(value: Tree): RegExp {
  return new RegExp(`^${JSON.stringify(value).replace(/[.*+?^${}()|[\]\\]/g, "\\$&")}`);
}

/** Every path of a host profile's tree and the value there, messages and lists included. */
function pathsOf(tree: TreeMap): readonly (readonly [string, Tree])[] {
  const schema = builtInKinds().get("HostProfile");
  if (schema === undefined) throw new Error("HostProfile is a kind");
  const found: [string, Tree][] = [];
  const visit = (path: string, value: Tree, shape: FieldShape): void => {
    if (path !== "") found.push([path, value]);
    if (shape.type === "message" && isTreeMap(value)) {
      for (const field of shape.message.fields.values()) {
        const own = value[field.name];
        if (own !== undefined) visit(fieldPath(path, field.name), own, field.shape);
      }
    } else if (shape.type === "map" && isTreeMap(value)) {
      for (const [key, own] of Object.entries(value)) found.push([keyPath(path, key), own]);
    } else if (Array.isArray(value)) {
      for (const [index, own] of value.entries()) {
        if (shape.type === "strings") found.push([keyPath(path, String(own)), own]);
        else if (shape.type === "keyed" && isTreeMap(own)) {
          visit(keyPath(path, String(own[shape.key])), own, { type: "message", message: shape.message });
        } else if (shape.type === "list")
          visit(indexPath(path, index), own, { type: "message", message: shape.message });
      }
    }
  };
  visit("", tree, { type: "message", message: schema.message });
  return found;
}
