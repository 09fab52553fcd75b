import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Ajv } from "ajv";
import { load } from "js-yaml";
import { describe, expect, it } from "vitest";
import { fieldComments } from "../../gen/bedplate/design/v1/field_comments.js";
import { fc } from "../../test/support/property.ts";
import { readDesignFiles } from "../consumers/read-design-files.ts";
import { builtInKinds } from "../design/built-in-kinds.ts";
import type { Diagnostic } from "../design/diagnostic.ts";
import { evaluateDesign } from "../design/evaluate-design.ts";
import type { KindSchema, MessageSchema } from "../design/kind-schema.ts";
import { isTreeMap, type Tree, type TreeMap } from "../design/tree.ts";
import { designSchema } from "./design-schema.ts";

const examples = join(import.meta.dirname, "..", "..", "examples");
const files = readdirSync(examples, { recursive: true, encoding: "utf8" })
  .filter((name) => name.endsWith(".yaml"))
  .map((name) => ({ uri: name, text: readFileSync(join(examples, name), "utf8") }));

/** The documents of a file, each with its text. */
function documentsOf(text: string): readonly { readonly text: string; readonly tree: Tree }[] {
  return text
    .split(/^---.*$/m)
    .filter((part) => /^apiVersion: bedplate\/v1$/m.test(part))
    .map((part) => ({ text: part, tree: load(part) as Tree }));
}

const all = files.flatMap((file) => documentsOf(file.text));
const customKinds = all.filter(({ tree }) => isTreeMap(tree) && tree.kind === "CustomKind");

/** What the engine says of documents: all it finds but what needs more than one document to tell. */
function engineFindings(text: string): readonly Diagnostic[] {
  const declared = text.includes('"kind":"CustomKind"') ? [] : [{ uri: "kinds.yaml", text: kindTexts }];
  const { documents, diagnostics } = readDesignFiles([...declared, { uri: "a.yaml", text }]);
  const layered = documents.map((document) => ({ layer: document.part, document }));
  const evaluation = evaluateDesign({ documents: layered, layers: [], diagnostics });
  return evaluation.diagnostics.filter(({ location }) => location?.uri === "a.yaml");
}

const kindTexts = customKinds.map(({ text }) => text).join("\n---\n");
const kinds = (() => {
  const { documents } = readDesignFiles([{ uri: "kinds.yaml", text: kindTexts }]);
  return evaluateDesign({ documents: documents.map((document) => ({ layer: "", document })), layers: [] }).kinds;
})();
const ajv = new Ajv({ allErrors: true, strictTypes: false, strictTuples: false, strictRequired: false });
const validate = ajv.compile(designSchema({ kinds: [...kinds.values()], otherKinds: false }));

/** The places at which the schema refuses a document, the innermost of each fault. */
function refused(tree: Tree): readonly string[] {
  if (validate(tree)) return [];
  return (validate.errors ?? []).flatMap(({ keyword, instancePath, params }) => {
    if (keyword === "if" || keyword === "anyOf") return [];
    const name = params.additionalProperty ?? params.missingProperty;
    return [name === undefined ? instancePath : `${instancePath}/${name}`];
  });
}

const head = (kind: string) => ({ apiVersion: "bedplate/v1", kind, metadata: { name: "a" } });

describe("the schema of documents", () => {
  it("takes every example in Bedplate's own form", () => {
    expect(all.length).toBeGreaterThan(10);
    expect(customKinds.length).toBeGreaterThan(0);
    for (const { text, tree } of all) expect(refused(tree), text).toEqual([]);
  });

  it("takes what the page on custom kinds shows, and so does the engine", () => {
    const page = readFileSync(join(examples, "..", "docs", "custom-kinds.md"), "utf8");
    const text = /^```yaml\n(.*?)^```$/ms.exec(page)?.[1] ?? "";
    const { documents, diagnostics } = readDesignFiles([{ uri: "page.yaml", text }]);
    const layered = documents.map((document) => ({ layer: "", document }));
    const evaluation = evaluateDesign({ documents: layered, layers: [], diagnostics });
    const found = evaluation.diagnostics.map(({ rule }) => rule);
    expect(found.filter((rule) => rule !== "unknown-reference" && rule !== "missing-site")).toEqual([]);
    const shown = ajv.compile(designSchema({ kinds: [...evaluation.kinds.values()], otherKinds: false }));
    expect(documents.length).toBe(2);
    for (const { tree } of documentsOf(text)) expect([shown(tree), shown.errors]).toEqual([true, null]);
  });

  it("says of every field what it is for", () => {
    const undescribed: string[] = [];
    const definitions = designSchema({ kinds: [...builtInKinds().values()], otherKinds: true }).definitions as TreeMap;
    for (const [name, definition] of Object.entries(definitions)) {
      if (!isTreeMap(definition) || !isTreeMap(definition.properties)) throw new Error(`${name} has no properties`);
      if (!definition.description) undescribed.push(name);
      for (const [field, own] of Object.entries(definition.properties)) {
        if (!isTreeMap(own) || !own.description) undescribed.push(`${name}.${field}`);
      }
    }
    expect(undescribed).toEqual([]);
    // Messages are known by their short names.
    const names = Object.keys(fieldComments).map((name) => name.slice(name.lastIndexOf(".") + 1));
    expect(new Set(names).size).toBe(names.length);
  });

  it("has for one kind alone no document of another", () => {
    const node = kinds.get("Node") as KindSchema;
    const alone = ajv.compile(designSchema({ kinds: [node], otherKinds: false }));
    expect(alone({ ...head("Node"), spec: { boot_mac: "00:00:00:00:00:01" } })).toBe(true);
    expect(alone({ ...head("Network"), spec: {} })).toBe(false);
    expect(alone({ ...head("Node"), spec: { boot_mca: "x" } })).toBe(false);
  });

  it("lets custom kinds through that it doesn't know, where it is told to", () => {
    const open = ajv.compile(designSchema({ kinds: [...builtInKinds().values()], otherKinds: true }));
    expect(open({ ...head("Any.acme.example"), spec: { x: 1 } })).toBe(true);
    expect(open({ ...head("Nod"), spec: {} })).toBe(false);
    expect(validate({ ...head("Any.acme.example"), spec: {} })).toBe(false);
  });

  it.each<[string, Tree, string]>([
    ["another version", { ...head("Node"), apiVersion: "bedplate/v2" }, "/apiVersion"],
    ["an unknown kind", { ...head("Nodes") }, "/kind"],
    ["no name", { ...head("Node"), metadata: {} }, "/metadata/name"],
    ["a name that is none", { ...head("Node"), metadata: { name: "a b" } }, "/metadata/name"],
    ["labels in the metadata", { ...head("Node"), metadata: { name: "a", labels: {} } }, "/metadata/labels"],
    ["fields beside the spec", { ...head("Network"), vlan: 5 }, "/vlan"],
    ["a slip in a field", { ...head("Network"), spec: { vlam: 5 } }, "/spec/vlam"],
    ["a slip in a removal", { ...head("Network"), spec: { "!vlam": null } }, "/spec/!vlam"],
    ["a number outside its bounds", { ...head("Network"), spec: { vlan: 5000 } }, "/spec/vlan"],
    ["a text for a number", { ...head("Network"), spec: { vlan: "five" } }, "/spec/vlan"],
    ["a word of no enumeration", { ...head("Network"), spec: { allocation: "statik" } }, "/spec/allocation"],
    ["a list for a record", { ...head("Network"), spec: { dns: ["10.0.0.1"] } }, "/spec/dns"],
    ["a record for a list", { ...head("Network"), spec: { routes: {} } }, "/spec/routes"],
    ["a slip far inside", { ...head("Network"), spec: { dns: { domian: "x" } } }, "/spec/dns/domian"],
    [
      "a member without its key",
      { ...head("HostProfile"), spec: { interfaces: [{ mtu: 5 }] } },
      "/spec/interfaces/0/name",
    ],
    [
      "a slip in a member",
      { ...head("HostProfile"), spec: { interfaces: [{ name: "a", mut: 5 }] } },
      "/spec/interfaces/0/mut",
    ],
    ["a member that is a text", { ...head("HostProfile"), spec: { interfaces: ["bond0"] } }, "/spec/interfaces/0"],
    [
      "a word for a truth value",
      { ...head("HostProfile"), spec: { interfaces: [{ name: "a", sriov: "maybe" }] } },
      "/spec/interfaces/0/sriov",
    ],
    ["nothing in a list of texts", { ...head("Rack"), spec: { local_networks: [null] } }, "/spec/local_networks/0"],
    ["a list in a map", { ...head("Rack"), spec: { labels: { a: [1] } } }, "/spec/labels/a"],
  ])("refuses %s where it stands", (_, tree, path) => {
    expect(refused(tree)).toContain(path);
    expect(engineFindings(JSON.stringify(tree)).length).toBeGreaterThan(0);
  });

  it.each<[string, Tree]>([
    ["nothing in a field", { ...head("Network"), spec: { vlan: null, dns: null, routes: null, labels: null } }],
    ["no spec", { ...head("Network"), spec: null }],
    ["removals of values", { ...head("Network"), spec: { vlan: -1, mtu: "!", allocation: "!", dns: "!", routes: -1 } }],
    ["removals by name", { ...head("Network"), spec: { "!vlan": null, "!dns": { x: 1 }, labels: { "!a": [1] } } }],
    [
      "removals of members",
      { ...head("HostProfile"), spec: { interfaces: ["!a", { name: "!b" }], metadata: { tags: ["!x", "y"] } } },
    ],
    [
      "numbers as texts, and texts as numbers",
      { ...head("Network"), spec: { vlan: "5", description: 7, labels: { a: 1, b: true } } },
    ],
    ["truth values as texts", { ...head("BootAction"), spec: { signaling: "true" } }],
  ])("takes %s, as the engine does", (_, tree) => {
    const known = new Set(["unknown-reference", "removal-without-match", "missing-site", "formation-in-design"]);
    expect(engineFindings(JSON.stringify(tree)).filter(({ rule }) => !known.has(rule))).toEqual([]);
    expect(refused(tree)).toEqual([]);
  });
});

/** Everything in a tree that a mutation may take, as the way to it. */
function placesIn(tree: Tree, way: readonly (string | number)[] = []): (readonly (string | number)[])[] {
  const inside: [string | number, Tree][] = Array.isArray(tree)
    ? tree.map((each: Tree, index) => [index, each])
    : isTreeMap(tree)
      ? Object.entries(tree)
      : [];
  return [way, ...inside.flatMap(([step, each]) => placesIn(each, [...way, step]))];
}

type Change = { readonly type: "value"; readonly value: Tree } | { readonly type: "name"; readonly suffix: string };

function mutated(tree: Tree, way: readonly (string | number)[], change: Change): Tree {
  const [step, ...rest] = way;
  if (step === undefined) return change.type === "value" ? change.value : tree;
  if (Array.isArray(tree)) {
    return tree.map((each: Tree, index) => (index === step ? mutated(each, rest, change) : each));
  }
  if (!isTreeMap(tree)) return tree;
  return Object.fromEntries(
    Object.entries(tree).map(([name, value]) => {
      if (name !== step) return [name, value];
      return rest.length === 0 && change.type === "name"
        ? [`${name}${change.suffix}`, value]
        : [name, mutated(value, rest, change)];
    }),
  );
}

describe("the schema and the engine", () => {
  /** What a schema can tell, and tells. */
  const told = new Set(["unknown-field", "wrong-type", "missing-key", "unknown-kind", "missing-kind", "missing-name"]);
  /** Fields of which the engine knows more than a schema can say. */
  const open = new Set<string | number>(["json_schema", "owns", "annotations"]);
  const value = fc.constantFrom<Tree>(
    ...["", "x", "!", "!x", "-1", "5", "true", "yes", "1.5", 0, -1, 5, 1.5, 99999, 4294967296, true, false, null],
    ...[[], ["x"], [null], [{}], [["x"]], {}, { x: "y" }, { "!": 1 }],
  );
  const change = fc.oneof<fc.Arbitrary<Change>[]>(
    value.map((each) => ({ type: "value", value: each })),
    fc.constantFrom("x", "_").map((suffix) => ({ type: "name", suffix })),
  );
  const place = fc
    .constantFrom(...all.map(({ tree }) => tree))
    .chain((tree) => fc.constantFrom(...placesIn(tree).slice(1)).map((way) => ({ tree, way })));

  const textOf = ({ rule, field, message }: Diagnostic) => JSON.stringify([rule, field, message]);

  it("agree on documents that were changed at random", () => {
    const outcomes = { both: 0, neither: 0 };
    fc.assert(
      fc.property(place, change, ({ tree, way }, each) => {
        const wrong = mutated(tree, way, each);
        const before = new Set(engineFindings(JSON.stringify(tree)).map(textOf));
        const found = engineFindings(JSON.stringify(wrong)).filter((one) => !before.has(textOf(one)));
        const schema = refused(wrong);
        const words = JSON.stringify({ way, each, schema, found: found.map(({ rule, field }) => `${rule} ${field}`) });
        // What the schema refuses the engine reports, too.
        if (schema.length > 0) expect(found.length, words).toBeGreaterThan(0);
        // And the schema refuses what the engine can't use, unless it stands in what the schema leaves to it.
        const isOpen = way.length === 1 || way.some((step) => open.has(step));
        if (!isOpen && found.some(({ rule }) => told.has(rule))) expect(schema.length, words).toBeGreaterThan(0);
        outcomes[schema.length > 0 ? "both" : "neither"]++;
      }),
      { numRuns: 1500 },
    );
    expect(Math.min(outcomes.both, outcomes.neither)).toBeGreaterThan(100);
  });
});

describe("the shapes of messages", () => {
  it("are all of the contract's that items hold", () => {
    const visited = new Set<MessageSchema>();
    const visit = (message: MessageSchema): void => {
      if (visited.has(message)) return;
      visited.add(message);
      for (const { shape } of message.fields.values()) if ("message" in shape) visit(shape.message);
    };
    for (const { message } of builtInKinds().values()) visit(message);
    const definitions = designSchema({ kinds: [...builtInKinds().values()], otherKinds: false }).definitions as TreeMap;
    for (const { name } of visited) expect(Object.keys(definitions)).toContain(name);
  });
});
