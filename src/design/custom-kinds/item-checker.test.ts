import { expect, it } from "vitest";
import { designDocuments } from "../../../test/support/design-documents.ts";
import { evaluateDesign } from "../evaluate-design.ts";

const kind = (properties: string) =>
  `{kind: CustomKind, name: K.acme.example, spec: {json_schema: {type: object, properties: ${properties}}}}\n---\n`;
const item = (name: string, spec: string) => `{kind: K.acme.example, name: ${name}, spec: ${spec}}\n---\n`;
const found = (text: string) =>
  evaluateDesign({ documents: designDocuments(`{kind: Site, name: s}\n---\n${text}`), layers: [] }).diagnostics.map(
    ({ field, message }) => `${field} ${message}`,
  );

it("tells of long lists none of whose members is one of the alternatives, however many those are", () => {
  const list = `{l: [${"c,".repeat(40_000)} {a: 1}]}`;
  const said = found(kind("{l: {type: array, items: {anyOf: [{const: a}, {type: object}]}}}") + item("i", list));
  expect(said).toHaveLength(20);
  expect(said[0]).toContain("l[0] found");
}, 30_000);

it("gives up where texts and patterns are too many and too long, and says so once", () => {
  const patterns = Array(900).fill('{pattern: "(a|b)*c{1,900}"}').join();
  const long = `{a: ${"a".repeat(30_000)}}`;
  const text = kind(`{a: {allOf: [{type: string}, {anyOf: [{minLength: 1}, ${patterns}]}]}}`);
  const said = found(text + item("i", long) + item("j", long) + item("k", long));
  expect(said).toEqual([expect.stringContaining("from this item on no schema is checked")]);
}, 60_000);
