import { describe, expect, it } from "vitest";
import { designDocuments } from "../../test/support/design-documents.ts";
import { fc } from "../../test/support/property.ts";
import { evaluateDesign } from "./evaluate-design.ts";

/** Declarations of kinds, the finding of each marked by a comment at its line. */
const wrong: Readonly<Record<string, string>> = {
  "a schema that is no object": "\nspec:\n  json_schema: {type: string} # <- found a schema without properties",
  "fields of any name":
    "\nspec:\n  json_schema:\n    type: object\n    additionalProperties: true # <- found fields of any name\n    properties: {a: {}}",
  "a type nobody knows": "\nspec:\n  json_schema:\n    type: object\n    properties:\n      a: {type: int} # <- found",
  "another draft":
    "\nspec:\n  json_schema:\n    $schema: http://json-schema.org/draft-04/schema# # <- expected draft 2020-12\n    type: object",
  "a remote reference":
    "\nspec:\n  json_schema:\n    properties:\n      a: {$ref: 'https://acme.example/x.json'} # <- found a reference to",
  "a reference to nothing":
    "\nspec:\n  json_schema:\n    properties:\n      a: {$ref: '#/$defs/b'} # <- found a reference to",
  "a circle without an end":
    "\nspec:\n  json_schema:\n    properties:\n      a: {$ref: '#/$defs/a'}\n    $defs:\n      a: {$ref: '#/$defs/a'} # <- found a reference to what it stands in",
  "a circle through alternatives":
    "\nspec:\n  json_schema:\n    properties: {a: {$ref: '#/$defs/a'}}\n    $defs:\n      a:\n        anyOf:\n        - properties: {x: {$ref: '#/$defs/a'}} # <- found a reference to what it stands in\n        - properties: {x: {type: integer}}",
  "a pattern that looks around":
    "\nspec:\n  json_schema:\n    properties:\n      a: {type: string, pattern: '(?=a)'} # <- which is no pattern",
  "a pattern that is none":
    "\nspec:\n  json_schema:\n    properties:\n      a: {type: string, pattern: '('} # <- which is no pattern",
  "bounds nothing can meet":
    "\nspec:\n  json_schema:\n    properties:\n      a: {type: integer, minimum: 5, maximum: 4} # <- found minimum 5 above maximum 4",
  "a default outside the bounds":
    "\nspec:\n  json_schema:\n    properties:\n      a: {type: integer, maximum: 4, default: 9} # <- found 9 as the default",
  "a default of what is merged":
    "\nspec:\n  json_schema:\n    properties:\n      a: {type: array, items: {type: string}, default: [x]} # <- found a default for what is merged",
  "a required field there isn't":
    '\nspec:\n  json_schema:\n    required: [siez] # <- found "siez", expected one of the properties\n    properties: {size: {type: string}}',
  "members compared each with each":
    "\nspec:\n  json_schema:\n    properties:\n      a: {type: array, uniqueItems: true} # <- found uniqueItems without maxItems",
  "a name every object has": "\nspec:\n  json_schema:\n    properties:\n      constructor: {} # <- found the field",
  "a name that is a removal": "\nspec:\n  json_schema:\n    properties:\n      '!a': {} # <- found the field",
  "a merge key of no list":
    '\nspec:\n  merge_keys:\n    rule: name # <- found "rule", expected the path of a field\n  json_schema: {properties: {rules: {type: array, items: {type: object, properties: {name: {type: string}}}}}}',
  "a merge key that is no field":
    '\nspec:\n  merge_keys:\n    rules: nam # <- found "nam", expected a field of the members\n  json_schema: {properties: {rules: {type: array, items: {type: object, properties: {name: {type: string}}}}}}',
  "a reference to no kind":
    '\nspec:\n  references:\n    zone: Netwrok # <- found kind "Netwrok"\n  json_schema: {properties: {zone: {type: string}}}',
  "a reference that is a number":
    '\nspec:\n  references:\n    zone: Network # <- found "zone", which holds no names\n  json_schema: {properties: {zone: {type: integer}}}',
  "a path into what is replaced whole":
    "\nspec:\n  references:\n    any.zone: Network # <- any is replaced whole\n  json_schema: {properties: {any: {}}}",
  "a parent that is no field":
    '\nspec:\n  parent: bas # <- found "bas", expected the name of a field\n  json_schema: {properties: {base: {type: string}}}',
  "a secret that is a list":
    '\nspec:\n  secrets: [keys] # <- found "keys", which is no text\n  json_schema: {properties: {keys: {type: array}}}',
  "a secret with a default":
    "\nspec:\n  secrets: [key]\n  json_schema:\n    properties:\n      key: {default: x} # <- found a default for a secret",
};

/** Declarations that work, but not as their author may think. */
const doubtful: Readonly<Record<string, string>> = {
  "a keyword with a slip":
    '\nspec:\n  json_schema:\n    properties:\n      a: {type: string, patern: x} # <- found "patern"',
  "a format":
    '\nspec:\n  json_schema:\n    properties:\n      a: {type: string, format: ipv4} # <- found the format "ipv4"',
  "named and free fields together":
    "\nspec:\n  json_schema:\n    properties:\n      a: {properties: {b: {}}, additionalProperties: {}} # <- found fields of any name beside named ones",
};

const head = "kind: CustomKind\nname: Thing.acme.example";
const item = "\n---\nkind: Thing.acme.example\nname: x\nspec: {anything: [goes]}\n";

function evaluate(text: string) {
  const evaluation = evaluateDesign({ documents: designDocuments(text), layers: [] });
  return { ...evaluation, diagnostics: evaluation.diagnostics.filter(({ rule }) => rule !== "missing-site") };
}

describe("the declaration of a custom kind", () => {
  it.each(Object.entries(wrong))("is refused at the line of the fault: %s", (_, spec) => {
    const text = head + spec + item;
    const { diagnostics, kinds } = evaluate(text);
    const line = text.split("\n").findIndex((each) => each.includes("# <-")) + 1;
    const message = /# <- (.*)/.exec(text)?.[1] ?? "";
    // Nothing follows for its items.
    expect(diagnostics).toMatchObject([{ rule: "custom-kind-schema", severity: "error", location: { line } }]);
    expect(diagnostics[0]?.message).toContain(message);
    expect(kinds.has("Thing.acme.example")).toBe(false);
  });

  it.each(Object.entries(doubtful))("is warned of: %s", (_, spec) => {
    const text = head + spec;
    const { diagnostics, kinds } = evaluate(text);
    const line = text.split("\n").findIndex((each) => each.includes("# <-")) + 1;
    const message = /# <- (.*)/.exec(text)?.[1] ?? "";
    expect(diagnostics).toMatchObject([{ rule: "custom-kind-schema", severity: "warning", location: { line } }]);
    expect(diagnostics[0]?.message).toContain(message);
    expect(kinds.has("Thing.acme.example")).toBe(true);
  });

  it("needs a schema", () => {
    expect(evaluate(`${head}\nspec: {description: x}`).diagnostics).toMatchObject([
      { rule: "custom-kind-schema", field: "json_schema", location: { line: 1 } },
    ]);
  });

  it("needs a name with a dot", () => {
    expect(
      evaluate("kind: CustomKind\nname: Thing\nspec: {json_schema: {properties: {a: {}}}}").diagnostics,
    ).toMatchObject([{ rule: "custom-kind-schema", location: { line: 1 } }]);
  });

  it("is suggested for a kind that nobody declares", () => {
    const declared = `${head}\nspec: {json_schema: {properties: {a: {}}}}\n---\n`;
    expect(evaluate(`${declared}kind: Thin.acme.example\nname: x`).diagnostics).toMatchObject([
      { rule: "unknown-kind", hint: 'did you mean "Thing.acme.example"?' },
    ]);
    expect(evaluate("kind: Gate.acme.example\nname: x").diagnostics).toMatchObject([
      { rule: "unknown-kind", hint: 'declare it by a document of kind CustomKind named "Gate.acme.example"' },
    ]);
  });

  it("may describe a tree: below the first level it is replaced whole, and still checked", () => {
    const spec = `
spec:
  json_schema:
    properties: {root: {$ref: "#/$defs/node"}}
    $defs:
      node: {type: object, properties: {name: {type: string}, children: {type: array, items: {$ref: "#/$defs/node"}}}}
---
kind: Thing.acme.example
name: x
spec: {root: {name: a, children: [{name: b, children: [{name: 5}]}]}}`;
    expect(evaluate(head + spec).diagnostics).toMatchObject([
      { rule: "custom-kind-violation", field: "root.children[0].children[0].name", location: { line: 11 } },
    ]);
  });

  it("is refused when its references multiply", () => {
    const levels = Array.from(
      { length: 40 },
      (_, level) => `      d${level}: {anyOf: [{$ref: "#/$defs/d${level + 1}"}, {$ref: "#/$defs/d${level + 1}"}]}\n`,
    ).join("");
    const spec = `\nspec:\n  json_schema:\n    properties: {a: {$ref: "#/$defs/d0"}}\n    $defs:\n${levels}      d40: {type: string}\n`;
    expect(evaluate(head + spec + item).diagnostics).toMatchObject([
      { rule: "custom-kind-schema", message: expect.stringContaining("more than 5000 parts") },
    ]);
  });

  it("never ends in a fault, whatever it says", () => {
    const keyword = fc.constantFrom(
      ...["type", "properties", "items", "$ref", "$defs", "allOf", "anyOf", "required", "enum", "default", "pattern"],
      ...["additionalProperties", "minimum", "maximum", "patternProperties", "if", "then", "const", "uniqueItems"],
    );
    const leaf = fc.constantFrom("string", "object", "array", "integer", "#", "#/$defs/a", "a", "(", 1, -1, true, null);
    const { tree } = fc.letrec((tie) => ({
      tree: fc.oneof(
        { maxDepth: 5 },
        leaf,
        fc.array(tie("tree"), { maxLength: 3 }),
        fc.dictionary(fc.oneof(keyword, fc.constantFrom("a", "b")), tie("tree"), { maxKeys: 4 }),
      ),
    }));
    const schema = fc.dictionary(keyword, tree, { maxKeys: 5 });
    const paths = fc.dictionary(fc.constantFrom("a", "a.b", "b"), fc.constantFrom("a", "b", "Node"), { maxKeys: 2 });
    fc.assert(
      fc.property(schema, paths, tree, (json_schema, marks, spec) => {
        const documents = [
          { kind: "CustomKind", name: "T.x", spec: { json_schema, merge_keys: marks, references: marks } },
          { kind: "T.x", name: "x", spec: { a: spec, b: spec } },
        ];
        const text = documents.map((each) => JSON.stringify(each)).join("\n---\n");
        for (const each of evaluate(text).diagnostics) expect(each.location).toBeDefined();
      }),
      { numRuns: 1000 },
    );
  });
});
