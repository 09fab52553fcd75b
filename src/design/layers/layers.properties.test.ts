import { describe, expect, it } from "vitest";
import { designDocuments } from "../../../test/support/design-documents.ts";
import { profileSpec } from "../../../test/support/profile-specs.ts";
import { fc } from "../../../test/support/property.ts";
import { type Evaluation, evaluateDesign, type LayeredDocument } from "../evaluate-design.ts";

const names = ["alpha", "beta", "gamma"] as const;
const ranks = fc.uniqueArray(fc.integer({ min: 1, max: 900 }), { minLength: names.length, maxLength: names.length });

/** Declarations of one profile in several layers, each with other fields, and of the layers themselves. */
const design = fc
  .record({ ranks, specs: fc.array(profileSpec(false), { minLength: names.length, maxLength: names.length }) })
  .map(({ ranks: given, specs }): readonly LayeredDocument[] =>
    designDocuments(
      [
        { kind: "Site", name: "s", layer: "main", spec: {} },
        ...names.map((name, index) => ({ kind: "Layer", name, layer: "main", spec: { rank: given[index] } })),
        ...specs.map((spec, index) => ({ kind: "HostProfile", name: "p", layer: names[index], spec })),
      ]
        .map((each) => JSON.stringify(each))
        .join("\n---\n"),
    ),
  );

const evaluate = (documents: readonly LayeredDocument[]) => evaluateDesign({ documents, layers: [] });
const itemsOf = ({ items }: Evaluation) => JSON.stringify([...items.values()]);
const rulesOf = ({ diagnostics }: Evaluation) =>
  diagnostics.map(({ rule, field, location }) => `${rule} ${field} ${location?.line}`);

describe("layers of a design", () => {
  it("give the same whatever the order their documents come in", () => {
    fc.assert(
      fc.property(
        design.chain((all) => fc.tuple(fc.constant(all), fc.shuffledSubarray([...all], { minLength: all.length }))),
        ([all, other]) => {
          expect(itemsOf(evaluate(other))).toBe(itemsOf(evaluate(all)));
          expect(rulesOf(evaluate(other)).sort()).toEqual([...rulesOf(evaluate(all))].sort());
        },
      ),
      { numRuns: 60 },
    );
  });

  it("removed and added again are the identity", () => {
    fc.assert(
      fc.property(design, fc.constantFrom(...names), (all, name) => {
        const without = all.filter(({ layer }) => layer !== name);
        const again = [...without, ...all.filter(({ layer }) => layer === name)];
        expect(itemsOf(evaluate(again))).toBe(itemsOf(evaluate(all)));
        // Without the layer the item is what the others make of it, in the order of their ranks.
        const left = evaluate(without);
        expect(left.raw("HostProfile", "p").map(({ layer }) => layer.name)).toEqual(
          evaluate(all)
            .raw("HostProfile", "p")
            .map(({ layer }) => layer.name)
            .filter((each) => each !== name),
        );
      }),
      { numRuns: 60 },
    );
  });
});
