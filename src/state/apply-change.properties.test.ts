import { expect, test } from "vitest";
import { designDocuments } from "../../test/support/design-documents.ts";
import { fc } from "../../test/support/property.ts";
import { suggestedLayer } from "../design/layer.ts";
import { applyChange } from "./apply-change.ts";
import { digestOf } from "./digest.ts";
import { evaluateContent } from "./evaluate-content.ts";
import type { Content, LayerDocument } from "./store/content.ts";

const layers = ["design", "formation", "hardware"] as const;
const tags = fc.uniqueArray(fc.constantFrom("a", "b", "!a", "!c", "d"), { maxLength: 4 });
const declaration = fc.record({
  layer: fc.constantFrom(...layers),
  name: fc.constantFrom("p", "q", "r"),
  parent: fc.constantFrom(undefined, "p", "q"),
  tags,
  image: fc.constantFrom(undefined, "jammy", "noble", "!"),
});

const content = fc
  .uniqueArray(declaration, { minLength: 1, maxLength: 8, selector: ({ layer, name }) => `${layer}/${name}` })
  .map((declarations): Content => {
    const documents = declarations.flatMap(({ layer, name, parent, tags, image }): LayerDocument[] => {
      const spec = { host_profile: parent, metadata: { tags }, platform: { image } };
      const text = JSON.stringify({ kind: "HostProfile", name, layer, spec });
      return designDocuments(text, `${layer}/${name}.yaml`).map((each) => ({ ...each, digest: digestOf(text) }));
    });
    return { layers: layers.map(suggestedLayer), documents, consumerDiagnostics: [] };
  });

const outcome = (of: Content) => {
  const { items, diagnostics } = evaluateContent(of);
  return { items, diagnostics: diagnostics.map(({ identity }) => identity).sort() };
};

const nothing = { documents: [], deletions: [], diagnostics: [] };

test("a layer taken away by a change and put back by the next leaves the design as it was", () => {
  fc.assert(
    fc.property(content, fc.constantFrom(...layers), (before, layer) => {
      const own = before.documents.filter((each) => each.layer === layer);
      const without = applyChange(before, nothing, [layer], { mode: "replace-layer" });
      expect(without.documents).toEqual(before.documents.filter((each) => each.layer !== layer));
      const back = applyChange(without, { ...nothing, documents: own }, [layer], { mode: "patch" });
      expect(outcome(back)).toEqual(outcome(before));
    }),
  );
});

test("documents deleted one by one are as a layer replaced by nothing", () => {
  fc.assert(
    fc.property(content, fc.constantFrom(...layers), (before, layer) => {
      const deletions = before.documents
        .filter((each) => each.layer === layer)
        .map(({ document: { kind, name } }) => ({ layer, kind, name }));
      const deleted = applyChange(before, { ...nothing, deletions }, [layer], { mode: "patch" });
      expect(outcome(deleted)).toEqual(outcome(applyChange(before, nothing, [layer], { mode: "replace-layer" })));
    }),
  );
});
