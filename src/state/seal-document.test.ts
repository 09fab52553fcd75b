import { expect, test } from "vitest";
import { builtInKinds } from "../design/built-in-kinds.ts";
import type { Document } from "../design/document.ts";
import type { TreeMap } from "../design/tree.ts";
import { createBlanker, LiteralTooLong, sealDocument } from "./seal-document.ts";

function sealed(spec: TreeMap, kind = "Node") {
  const document: Document = {
    ...{ kind, name: "n1", spec, part: "", complete: true, form: "test", conversions: [] },
    location: { uri: "a.yaml", line: 1, column: 1 },
    source: { line: 1, column: 1 },
  };
  return sealDocument(document, builtInKinds().get(kind), (literal) => `sealed:${literal.length}`);
}

test("a literal becomes its reference, and the reference stands where the literal was written", () => {
  const source = {
    line: 1,
    column: 1,
    fields: {
      oob: {
        ...{ line: 2, column: 3, keyLine: 2, keyColumn: 1 },
        fields: { credential: { line: 3, column: 5, fields: { literal: { line: 4, column: 7 } } } },
      },
    },
  };
  const document: Document = {
    ...{ kind: "Node", name: "n1", part: "", complete: true, form: "test", conversions: [] },
    ...{ location: { uri: "a.yaml", line: 1, column: 1 }, source },
    spec: { host_profile: "base", oob: { type: "ipmi", credential: { literal: "hunter2" } } },
  };
  const result = sealDocument(document, builtInKinds().get("Node"), () => "sealed:id");
  expect(result.document.spec).toEqual({
    host_profile: "base",
    oob: { type: "ipmi", credential: { ref: "sealed:id" } },
  });
  expect(result.document.source.fields?.oob).toMatchObject({
    ...{ line: 2, keyLine: 2 },
    fields: { credential: { line: 3, fields: { ref: { line: 4, column: 7 } } } },
  });
  expect(result.literals).toEqual([{ ref: "sealed:id", literal: "hunter2" }]);
  expect(document.spec).toMatchObject({ oob: { credential: { literal: "hunter2" } } });
});

test("numbers and truth values are literals as they are written", () => {
  expect(sealed({ oob: { credential: { literal: 1234 } } }).literals).toEqual([{ ref: "sealed:4", literal: "1234" }]);
});

test("a document without secrets stays the same object", () => {
  const spec = { oob: { credential: { ref: "file:bmc" } }, interfaces: [{ name: "pxe" }], nonsense: [{ a: 1 }] };
  const result = sealed(spec);
  expect(result.document.spec).toBe(spec);
  expect(result).toMatchObject({ literals: [], secretTexts: [], foreignRefs: [] });
});

test("removals stay removals, and sealed references are told", () => {
  expect(sealed({ oob: { credential: "!" } }).document.spec).toEqual({ oob: { credential: "!" } });
  expect(sealed({ oob: { credential: { ref: "sealed:abc" } } }).foreignRefs).toEqual(["sealed:abc"]);
});

test("the values of a map are what the item needs, whatever their names", () => {
  const spec = { platform: { kernel_params: { "auth.token": "x", password: "y" } } };
  expect(sealed(spec).document.spec).toEqual(spec);
});

test.each([
  ["a bare text", { oob: { credential: "hunter2" } }],
  ["a list", { oob: { credential: ["hunter2"] } }],
  ["a literal that is a record", { oob: { credential: { literal: { a: "hunter2" } } } }],
  ["both of reference and literal", { oob: { credential: { ref: "file:x", literal: "hunter2" } } }],
  ["another field of a secret", { oob: { credential: { value: "hunter2" } } }],
  ["a misspelt field", { oob: { credentail: "hunter2" } }],
  ["an unknown field that says so", { oob: { bmc_password: { deep: ["hunter2"] } } }],
  ["the wrong sort around it", { oob: [{ credential: { literal: "hunter2" } }] }],
  ["an unknown field around it", { out_of_band: { api_key: "hunter2" } }],
])("what is no proper secret is hidden and stays as wrong as it was: %s", (_, spec) => {
  const result = sealed(spec);
  expect(JSON.stringify(result.document)).not.toContain("hunter2");
  expect(JSON.stringify(result.document)).toContain("<secret>");
  expect(result.literals).toEqual([]);
  expect(result.secretTexts).toContain("hunter2");
});

test("a kind nobody knows is searched by names alone", () => {
  const result = sealed({ rules: [{ admin_password: "hunter2", port: 22 }] }, "Firewall.acme.example");
  expect(result.document.spec).toEqual({ rules: [{ admin_password: "<secret>", port: 22 }] });
});

test("a kind nobody knows has its secrets sealed where they have the form of one", () => {
  const spec = { password: { literal: "hunter2" }, keys: [{ tls: { ref: "sealed:9" } }], token: { deep: "hunter3" } };
  const result = sealed(spec, "Firewall.acme.example");
  expect(result.document.spec).toEqual({
    password: { ref: "sealed:7" },
    keys: [{ tls: { ref: "sealed:9" } }],
    token: "<secret>",
  });
  expect(result.literals).toEqual([{ ref: "sealed:7", literal: "hunter2" }]);
  expect(result.foreignRefs).toEqual(["sealed:9"]);
});

test("what declares a kind holds no secret, though it names some", () => {
  const spec = { json_schema: { properties: { password: { type: "string" } } }, secrets: ["password"] };
  expect(sealed(spec, "CustomKind").document.spec).toEqual(spec);
});

test("a literal longer than a secret may be is refused by its path", () => {
  expect(() => sealed({ oob: { credential: { literal: "x".repeat(4097) } } })).toThrow(LiteralTooLong);
  expect(() => sealed({ oob: { credential: { literal: "x".repeat(4097) } } })).toThrow("oob.credential.literal holds");
});

test("texts are blanked of secrets, the longer first, and short ones stay", () => {
  const blank = createBlanker(["hunter2", "hunter2-longer", "abc", "a.c+(de"]);
  expect(blank("found hunter2-longer and hunter2, a.c+(de, abc")).toBe("found <secret> and <secret>, <secret>, abc");
});
