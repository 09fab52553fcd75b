import { expect, test } from "vitest";
import { fc } from "../../test/support/property.ts";
import { readDesignFiles } from "../consumers/read-design-files.ts";
import { declarationText, declarationUri, inOrderOfNames } from "./declaration-text.ts";
import type { TreeMap } from "./tree.ts";

const texts = fc.oneof(
  fc.string({ unit: "grapheme", maxLength: 12 }),
  fc.constantFrom(
    "true",
    "1.10",
    "0644",
    "a: b",
    "- x",
    "two\nlines\n",
    "  led\nby blanks",
    "end ",
    "\t",
    "#no",
    "é: ü",
  ),
);
const names = texts.filter((text) => text !== "__proto__" && !/[\n\t]/.test(text));
const { tree } = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: "small" },
    texts,
    fc.boolean(),
    fc.integer({ min: -9, max: 99 }),
    tie("list"),
    tie("tree"),
  ),
  list: fc.array(tie("value"), { maxLength: 4 }),
  tree: fc.dictionary(names, tie("value"), { maxKeys: 4 }),
}));

test("the text of a declaration reads back as it, with every place where it is said to be", () => {
  fc.assert(
    fc.property(tree, fc.constantFrom("Node", "Firewall.acme.example"), (spec, kind) => {
      const uri = declarationUri("main", { kind, name: "n1" });
      const { text, location, source } = declarationText({ kind, name: "n1", spec: spec as TreeMap }, uri);
      const { documents } = readDesignFiles([{ uri, text }]);
      expect(documents).toHaveLength(1);
      const [document] = documents;
      expect(JSON.stringify(inOrderOfNames(document?.spec ?? {}))).toBe(
        JSON.stringify(inOrderOfNames(spec as TreeMap)),
      );
      expect({ location: document?.location, source: plain(document?.source) }).toEqual({
        location,
        source: plain(source),
      });
    }),
  );
});

test("declarations that differ in the order of their names alone have one text", () => {
  const one = declarationText({ kind: "Node", name: "n1", spec: { b: [{ z: 1, x: "2" }], a: {} } }, "u");
  const other = declarationText({ kind: "Node", name: "n1", spec: { a: {}, b: [{ x: "2", z: 1 }] } }, "u");
  expect(one).toEqual(other);
  expect(one.text).toBe(
    'apiVersion: bedplate/v1\nkind: Node\nmetadata:\n  name: n1\nspec:\n  a: {}\n  b:\n    - x: "2"\n      z: 1\n',
  );
});

function plain(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value));
}
