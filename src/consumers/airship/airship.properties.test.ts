import { describe, expect, it } from "vitest";
import {
  policyDocument,
  type ShortDocument,
  shortSchema,
  textOfDocuments,
  wholeDocument,
} from "../../../test/support/airship-documents.ts";
import { fc } from "../../../test/support/property.ts";
import type { SourceNode } from "../../design/source-node.ts";
import { isTreeMap, type Tree } from "../../design/tree.ts";
import { readDesignFiles } from "../read-design-files.ts";

const layers = ["global", "type", "site"] as const;
const keys = fc.constantFrom("a", "b", "c", "d-e");
const { tree } = fc.letrec<{ tree: unknown }>((tie) => ({
  tree: fc.oneof(
    { maxDepth: 4, depthSize: "medium" },
    fc.constantFrom("A", "B", "A B", 1, 0, true, null, "x"),
    fc.array(tie("tree"), { maxLength: 3 }),
    fc.dictionary(keys, tie("tree"), { maxKeys: 4 }),
  ),
}));
const data = fc.dictionary(keys, tree, { maxKeys: 4 });
const path = fc.constantFrom(".", ".a", ".b", ".a.b", ".a[0]", ".c[1].a", ".'d-e'", ".a.b.c");
const action = fc.tuple(fc.constantFrom("merge", "merge", "replace", "delete"), path).map((each) => each.join(" "));
const names = ["n0", "n1", "n2", "n3", "n4", "n5"];
const substitution = fc.record({
  name: fc.constantFrom(...names),
  path,
  dest: fc.oneof(
    fc.record({ path }),
    fc.record({ path, pattern: fc.constantFrom("A", "B") }),
    fc.record({ path, pattern: fc.constant("A"), recurse: fc.record({ depth: fc.constantFrom(-1, 1, 2) }) }),
  ),
});

/** Six documents of one kind, whatever they say of each other. No schema, name and layer stands twice. */
const site: fc.Arbitrary<readonly ShortDocument[]> = fc
  .tuple(
    ...names.map((name) =>
      fc.record({
        name: fc.constantFrom(name, name, name, "n0"),
        layer: fc.constantFrom(...layers),
        abstract: fc.boolean(),
        replacement: fc.constantFrom(undefined, undefined, true),
        labels: fc.constantFrom({ k: "v" }, { k: "w" }, {}, {}),
        sel: fc.constantFrom(undefined, { k: "v" }, { k: "w" }),
        actions: fc.array(action, { minLength: 1, maxLength: 3 }),
        subs: fc.array(substitution, { maxLength: 2 }),
        data,
      }),
    ),
  )
  .map((documents) => {
    const seen = new Set<string>();
    return documents.flatMap(({ sel, actions, replacement, subs, ...rest }): ShortDocument[] => {
      const key = `${rest.layer}/${rest.name}`;
      if (seen.has(key)) return [];
      seen.add(key);
      const full = { ...rest, ...(replacement && { replacement }), ...(subs.length > 0 && { subs }) };
      return [sel === undefined ? full : { ...full, sel, actions }];
    });
  });

/** Each document in a file of its own. */
function filesOf(documents: readonly ShortDocument[]) {
  const policy = { uri: "policy.yaml", text: textOfDocuments([policyDocument]) };
  return [
    policy,
    ...documents.map((document) => ({
      uri: `${document.layer}-${document.name}.yaml`,
      text: textOfDocuments([wholeDocument(document)]),
    })),
  ];
}

type Files = ReturnType<typeof filesOf>;

function outcome(files: Files) {
  const { documents, diagnostics } = readDesignFiles(files);
  return {
    documents: documents.map((document) => JSON.stringify(document)).toSorted(),
    diagnostics: diagnostics.map((each) => JSON.stringify(each)).toSorted(),
  };
}

describe("any site of documents with layers", () => {
  it("gives the same whatever the order of its files", () => {
    fc.assert(
      fc.property(site, fc.infiniteStream(fc.nat()), (documents, order) => {
        const files = filesOf(documents);
        const shuffled = files
          .map((file) => ({ file, at: order.next().value }))
          .sort((a, b) => a.at - b.at)
          .map(({ file }) => file);
        expect(outcome(shuffled)).toEqual(outcome(files));
      }),
      { numRuns: 300 },
    );
  });

  it("comes out with every value at a place that holds it, and every finding at one that exists", () => {
    let leaves = 0;
    fc.assert(
      fc.property(site, (documents) => {
        const files = filesOf(documents);
        const lines = new Map(files.map(({ uri, text }) => [uri, text.split("\n")]));
        const textAt = (uri: string, { line, column }: { line: number; column: number }) =>
          lines.get(uri)?.[line - 1]?.slice(column - 1);
        const read = readDesignFiles(files);
        for (const { spec, source, location, conversions } of read.documents) {
          const replaced = conversions.filter(({ message }) => message.startsWith("substituted")).length > 0;
          walk(spec, source, (value, place) => {
            leaves++;
            const text = textAt(place.uri ?? location.uri, place) ?? "";
            // A text that a pattern was replaced in stays at its own place.
            if (replaced && typeof value === "string") expect(text).toMatch(/^"/);
            else
              expect(text.startsWith(JSON.stringify(value)), `${JSON.stringify(value)} at ${text.slice(0, 20)}`).toBe(
                true,
              );
          });
          for (const each of conversions)
            expect(textAt(each.location?.uri ?? "", each.location ?? { line: 0, column: 0 })).toBeDefined();
        }
        for (const { location, related } of read.diagnostics) {
          for (const place of [location, ...related.map((each) => each.location)]) {
            expect(place && textAt(place.uri, place)).toBeTruthy();
          }
        }
      }),
      { numRuns: 300 },
    );
    expect(leaves).toBeGreaterThan(500);
  });

  it("is read without a fault of ours whatever it says", () => {
    const words = [
      ...["schema", "metadata", "data", "name", "storagePolicy", "labels", "layeringDefinition", "layer", "abstract"],
      ...["parentSelector", "actions", "method", "path", "replacement", "substitutions", "src", "dest", "pattern"],
      ...["match_group", "recurse", "depth", "layerOrder", "site_type", "constructor", "__proto__", "type", "required"],
    ];
    const scalars = [
      ...[
        shortSchema,
        "deckhand/LayeringPolicy/v1",
        "deckhand/DataSchema/v1",
        "pegleg/SiteDefinition/v1",
        "drydock/x/v1",
      ],
      ...[
        "metadata/Document/v1",
        "site",
        "global",
        "merge",
        "delete",
        ".",
        ".a[0]",
        "$",
        "(a+)+",
        "[",
        "a",
        "",
        null,
        1,
        -1,
        true,
      ],
    ];
    const { any } = fc.letrec<{ any: unknown }>((tie) => ({
      any: fc.oneof(
        { maxDepth: 6, depthSize: "large" },
        fc.constantFrom(...scalars),
        fc.array(tie("any"), { maxLength: 3 }),
        fc.dictionary(fc.constantFrom(...words), tie("any"), { maxKeys: 7 }),
      ),
    }));
    const document = fc.record(
      {
        schema: fc.oneof(
          { weight: 5, arbitrary: fc.constantFrom(...scalars.slice(0, 5)) },
          { weight: 1, arbitrary: any },
        ),
        metadata: any,
        data: any,
      },
      { requiredKeys: ["schema"] },
    );
    fc.assert(
      fc.property(fc.array(document, { maxLength: 6 }), (documents) => {
        const text = textOfDocuments([policyDocument, ...documents]);
        const lines = text.split("\n");
        const { diagnostics } = readDesignFiles([{ uri: "f", text }]);
        for (const { location, message, hint } of diagnostics) {
          expect(lines[(location?.line ?? 0) - 1]?.length).toBeGreaterThanOrEqual((location?.column ?? 0) - 1);
          expect(message).toMatch(/^[^\n]+$/);
          expect(hint).toMatch(/^[^\n]+$/);
        }
      }),
      { numRuns: 1000 },
    );
  });
});

function walk(tree: Tree, source: SourceNode, visit: (value: Tree, place: SourceNode) => void): void {
  if (Array.isArray(tree)) {
    for (const [index, item] of tree.entries()) walk(item, source.items?.[index] ?? source, visit);
  } else if (isTreeMap(tree)) {
    for (const [key, value] of Object.entries(tree)) walk(value, source.fields?.[key] ?? source, visit);
  } else visit(tree, source);
}
