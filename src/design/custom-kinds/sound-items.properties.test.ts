import { describe, expect, it } from "vitest";
import { designDocuments } from "../../../test/support/design-documents.ts";
import { fc } from "../../../test/support/property.ts";
import { evaluateDesign } from "../evaluate-design.ts";
import type { Tree } from "../tree.ts";

/** A schema, a value that meets it, and what of the value is in the effective item: empty lists and maps are none. */
interface Sample {
  readonly schema: Tree;
  readonly value: Tree;
  readonly effective: Tree | undefined;
}

const same = (schema: Tree, value: Tree): Sample => ({ schema, value, effective: value });
const text = fc.constantFrom("x", "5", "true", "a!", "-1", "", "ä€😀", "no");
const name = fc.constantFrom("a", "b", "c", "d", "Name-1", "x.y", "a b", "ä");

const single: fc.Arbitrary<Sample> = fc.oneof(
  text.map((value) => same({ type: "string" }, value)),
  text.map((value) => same({ type: ["string", "null"], maxLength: 20 }, value)),
  fc.constantFrom("x", "y").map((value) => same({ enum: ["x", "y"] }, value)),
  fc.integer({ min: 0, max: 9 }).map((value) => same({ type: "integer", minimum: 0, maximum: 9 }, value)),
  fc.integer({ min: -9, max: 9 }).map((value) => same({ type: "integer", minimum: -9 }, value)),
  fc.constantFrom(-1.5, 0, 0.25, 3, 1e9).map((value) => same({ type: "number" }, value)),
  fc.boolean().map((value) => same({ type: "boolean" }, value)),
);

const { sample } = fc.letrec<{ sample: Sample; record: Sample; list: Sample; map: Sample; free: Sample }>((tie) => ({
  sample: fc.oneof({ maxDepth: 2 }, single, tie("record"), tie("list"), tie("map"), tie("free")),
  record: fc
    .dictionary(name, fc.tuple(tie("sample") as fc.Arbitrary<Sample>, fc.boolean()), { maxKeys: 4 })
    .map((parts) => {
      const entries = Object.entries(parts);
      const given = entries.filter(([, [, isGiven]]) => isGiven);
      return {
        schema: { type: "object", properties: Object.fromEntries(entries.map(([key, [{ schema }]]) => [key, schema])) },
        value: Object.fromEntries(given.map(([key, [{ value }]]) => [key, value])),
        effective: Object.fromEntries(
          given.flatMap(([key, [{ effective }]]) => (effective === undefined ? [] : [[key, effective]])),
        ),
      };
    }),
  list: fc.oneof(
    fc
      .uniqueArray(
        text.filter((each) => each !== ""),
        { maxLength: 4 },
      )
      .map((value) => ({
        schema: { type: "array", items: { type: "string" } },
        value,
        effective: value.length === 0 ? undefined : value,
      })),
    (tie("record") as fc.Arbitrary<Sample>).map(({ schema, value, effective }) => ({
      schema: { type: "array", items: schema },
      value: [value, value],
      effective: effective === undefined ? undefined : [effective, effective],
    })),
    fc.array(fc.integer(), { maxLength: 3 }).map((value) => same({ type: "array", items: { type: "integer" } }, value)),
  ),
  map: fc.dictionary(name, text, { maxKeys: 3 }).map((value) => ({
    schema: { type: "object", additionalProperties: { type: "string" } },
    value,
    effective: Object.keys(value).length === 0 ? undefined : value,
  })),
  free: fc.oneof(
    // Where the schema says nothing of it, -1 takes away.
    (tie("sample") as fc.Arbitrary<Sample>).filter(({ value }) => value !== -1).map(({ value }) => same({}, value)),
    (tie("record") as fc.Arbitrary<Sample>).map(({ schema, value }) =>
      same({ oneOf: [schema, { type: "null" }] }, value),
    ),
  ),
}));

describe("an item that meets the schema of its kind", () => {
  it("is taken as it is written, without a finding", () => {
    fc.assert(
      fc.property(sample, ({ schema, value, effective }) => {
        const documents = [
          { kind: "CustomKind", name: "T.x", spec: { json_schema: { type: "object", properties: { field: schema } } } },
          { kind: "T.x", name: "a", spec: { field: value } },
        ];
        const source = documents.map((each) => JSON.stringify(each)).join("\n---\n");
        const { items, diagnostics } = evaluateDesign({ documents: designDocuments(source), layers: [] });
        expect(diagnostics.filter(({ rule }) => rule !== "missing-site")).toEqual([]);
        const tree = JSON.parse(JSON.stringify(items.get("T.x/a")?.tree));
        // At the top "!" and -1 would take away; no sample is either.
        expect(tree).toEqual(effective === undefined ? {} : { field: effective });
      }),
      { numRuns: 200 },
    );
  });
});
