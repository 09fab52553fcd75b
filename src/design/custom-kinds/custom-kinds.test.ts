import { describe, expect, it } from "vitest";
import { designDocuments } from "../../../test/support/design-documents.ts";
import type { Diagnostic } from "../diagnostic.ts";
import { diffTrees } from "../diff.ts";
import { type Evaluation, evaluateDesign } from "../evaluate-design.ts";
import { hideSecrets, withoutSecrets } from "../hide-secrets.ts";
import { suggestedLayer } from "../layer.ts";

const layers = ["design", "formation"].map(suggestedLayer);
const evaluate = (text: string): Evaluation => evaluateDesign({ documents: designDocuments(text), layers });

/** A kind with every sort of field. */
const firewall = `
kind: CustomKind
name: Firewall.acme.example
spec:
  description: What may pass between two zones
  merge_keys: {rules: name, rules.members: host}
  references: {zone: Network, rules.members.host: Node, backups: Firewall.acme.example}
  parent: base
  formation: [address]
  secrets: [credential]
  json_schema:
    type: object
    required: [zone, level]
    properties:
      base: {type: string}
      zone: {type: string, description: The network it stands in.}
      address: {type: string, pattern: "^[0-9.]+$"}
      level: {type: integer, minimum: 1, maximum: 9, default: 3}
      offset: {type: integer, minimum: -10}
      weight: {type: number, minimum: 0.5}
      mode: {enum: [open, closed]}
      logging: {type: boolean}
      backups: {type: array, items: {type: string}}
      tags: {type: array, items: {type: string, minLength: 1}, maxItems: 3}
      labels: {type: object, additionalProperties: {type: string}}
      credential: {type: string}
      ports: {type: array, items: {type: integer}}
      extra: {}
      limits:
        type: object
        properties:
          rate: {$ref: "#/$defs/size"}
          burst: {$ref: "#/$defs/size"}
      rules:
        type: array
        items:
          type: object
          required: [name, action]
          properties:
            name: {type: string}
            action: {type: string, enum: [allow, deny]}
            members:
              type: array
              items: {type: object, properties: {host: {type: string}, port: {type: integer}}}
      routes:
        type: array
        items: {type: object, properties: {to: {type: string}}}
    $defs:
      size: {type: string, pattern: "^[0-9]+[kmg]$"}
`;

const item = (name: string, spec: string, layer = "design") =>
  `---\nkind: Firewall.acme.example\nname: ${name}\nlayer: ${layer}\nspec:\n${spec.replace(/^/gm, "  ")}\n`;
const site = `---\nkind: Site\nname: s\n---\nkind: Network\nname: dmz\n---\nkind: Node\nname: n1\n`;
const base = item(
  "base",
  `zone: dmz
tags: [a, b]
labels: {x: "1", y: "2"}
limits: {rate: 1k, burst: 2k}
ports: [1, 2]
extra: {deep: [1, {two: 3}]}
rules:
- {name: ssh, action: allow, members: [{host: n1, port: 22}]}
- {name: web, action: deny}
routes: [{to: x}]`,
);

function textsOf(diagnostics: readonly Diagnostic[], rule?: string): readonly string[] {
  return diagnostics
    .filter((each) => (rule === undefined ? each.rule !== "missing-site" : each.rule === rule))
    .map((each) => `${each.location?.line}: ${each.field ?? ""}: ${each.message}; ${each.hint}`);
}

/** The lines of a text that hold a word. */
const lineOf = (text: string, word: string): number => text.split("\n").findIndex((line) => line.includes(word)) + 1;

describe("items of a custom kind", () => {
  it("inherit, merge and remove as those of a built-in kind", () => {
    const child = item(
      "child",
      `base: base
tags: [c, "!a"]
labels: {"!x": "", z: 3}
limits: {rate: "!", burst: 3k}
ports: [9]
extra: {other: true}
rules:
- {name: "!web"}
- {name: ssh, action: deny, members: ["!n1"]}
- {name: dns, action: allow}
routes: [{to: z}]`,
    );
    const { items, diagnostics } = evaluate(firewall + site + base + child);
    expect(textsOf(diagnostics)).toEqual([]);
    expect(items.get("Firewall.acme.example/child")).toEqual({
      kind: "Firewall.acme.example",
      name: "child",
      tree: {
        base: "base",
        zone: "dmz",
        level: 3,
        tags: ["c", "b"],
        labels: { y: "2", z: "3" },
        ports: [9],
        extra: { other: true },
        limits: { burst: "3k" },
        rules: [
          { name: "ssh", action: "deny" },
          { name: "dns", action: "allow" },
        ],
        routes: [{ to: "z" }],
      },
      inputs: ["Firewall.acme.example/child", "Firewall.acme.example/base", "CustomKind/Firewall.acme.example"],
    });
  });

  it("take a number in quotes, and -1 as a number only where the schema speaks of numbers below zero", () => {
    const text = firewall + site + item("a", 'zone: dmz\nlevel: "4"\noffset: -1\nweight: "0.50"\nlogging: "true"');
    const child = item("b", "base: a\nlevel: -1\nweight: -1");
    const { items, diagnostics } = evaluate(text + child);
    expect(textsOf(diagnostics)).toEqual([]);
    expect(items.get("Firewall.acme.example/a")?.tree).toMatchObject({
      level: 4,
      offset: -1,
      weight: 0.5,
      logging: true,
    });
    expect(items.get("Firewall.acme.example/b")?.tree).toEqual({
      ...{ base: "a", zone: "dmz", level: 3, offset: -1, logging: true },
    });
  });

  it("stand in several layers", () => {
    const text =
      firewall + site + base + item("base", "address: 10.0.0.1\nrules: [{name: web, action: allow}]", "formation");
    const { items, diagnostics } = evaluate(text);
    expect(textsOf(diagnostics)).toEqual([]);
    expect(items.get("Firewall.acme.example/base")?.tree).toMatchObject({
      address: "10.0.0.1",
      rules: [{ name: "ssh" }, { name: "web", action: "allow" }],
    });
  });

  it("say where each value comes from, inside what is replaced whole too", () => {
    const text = firewall + site + base + item("child", "base: base\nextra:\n  deep: [5]");
    const evaluation = evaluate(text);
    const explain = (name: string, path: string) => evaluation.explain("Firewall.acme.example", name, path);
    expect(explain("base", "extra.deep[1].two")).toMatchObject({ value: 3, from: { line: lineOf(text, "two: 3") } });
    expect(explain("child", "extra.deep[0]")).toMatchObject({ value: 5, from: { line: lineOf(text, "deep: [5]") } });
    expect(explain("child", 'rules["ssh"].members["n1"].port')).toMatchObject({
      value: 22,
      item: "Firewall.acme.example/base",
    });
    expect(explain("child", "level")).toMatchObject({ value: 3, rule: "default" });
    expect(
      evaluation.explain("CustomKind", "Firewall.acme.example", "json_schema.properties.level.maximum"),
    ).toMatchObject({ value: 9, from: { line: lineOf(text, "maximum: 9") } });
  });

  it("hold numbers and truth values inside what is replaced whole, however they are spelled", () => {
    const kind = `
kind: CustomKind
name: Thing.acme.example
spec:
  json_schema:
    type: object
    properties:
      weights: {type: array, items: {type: number, minimum: "0.50"}}
      pair: {type: array, prefixItems: [{type: integer}, {type: string}]}
      free: {type: object, additionalProperties: {type: object, properties: {on: {type: boolean}, size: {enum: ["1.0"], type: number}}}}
`;
    const thing = (spec: string) => `---\nkind: Thing.acme.example\nname: a\nspec: ${spec}\n`;
    const right = thing('{weights: ["0.50", "1.0", 2], pair: ["7", "7"], free: {x: {on: "True", size: "1.0"}}}');
    const { items, diagnostics } = evaluate(kind + right);
    expect(textsOf(diagnostics)).toEqual([]);
    expect(items.get("Thing.acme.example/a")?.tree).toEqual({
      weights: [0.5, 1, 2],
      pair: [7, "7"],
      free: { x: { on: true, size: 1 } },
    });
    const wrong = thing('{weights: ["0.40", x]}');
    expect(evaluate(kind + wrong).diagnostics).toMatchObject([
      { rule: "custom-kind-violation", field: "weights[0]", message: "found 0.4, expected a number >= 0.5" },
      { rule: "custom-kind-violation", field: "weights[1]", message: 'found "x", expected a number' },
      { rule: "missing-site" },
    ]);
  });

  it("are told of where layers of equal rank disagree, and where a layer sets what it doesn't own, as a whole", () => {
    const text = firewall + site + item("a", "zone: dmz\nextra: {x: 1}", "one") + item("a", "extra: {x: 2}", "two");
    const equal = { role: "any", owns: [], rank: 5, mayReferenceSecrets: false, allowSecretLiterals: false } as const;
    const owning = [{ kind: "Firewall.acme.example", fields: ["extra.x"] }];
    const evaluation = evaluateDesign({
      documents: designDocuments(text),
      layers: [
        { ...equal, name: "one" },
        { ...equal, name: "two", owns: owning },
      ],
    });
    expect(evaluation.diagnostics.filter(({ kind }) => kind === "Firewall.acme.example")).toMatchObject([
      { rule: "not-owner", field: "extra", location: { line: lineOf(text, "{x: 2}") } },
      { rule: "layer-conflict", field: "extra", location: { line: lineOf(text, "{x: 2}") } },
    ]);
    const same =
      firewall + site + item("a", "zone: dmz\nextra: {x: 1, y: 2}", "one") + item("a", "extra: {y: 2, x: 1}", "two");
    const agreed = evaluateDesign({
      documents: designDocuments(same),
      layers: [
        { ...equal, name: "one" },
        { ...equal, name: "two" },
      ],
    });
    expect(textsOf(agreed.diagnostics)).toEqual([]);
  });

  it("hide their secrets, differ and have digests as others", () => {
    const text = firewall + site + item("a", "zone: dmz\ncredential: {literal: hunter22}\nextra: {x: [1]}");
    const { items, kinds, explain } = evaluate(text);
    const schema = kinds.get("Firewall.acme.example");
    const tree = items.get("Firewall.acme.example/a")?.tree;
    if (schema === undefined || tree === undefined) throw new Error("the kind and its item are there");
    expect(hideSecrets(schema, tree)).toMatchObject({ credential: { literal: "<secret>" }, extra: { x: [1] } });
    expect(withoutSecrets(schema, tree)).toMatchObject({ credential: {} });
    expect(explain("Firewall.acme.example", "a", "credential").value).toEqual({ literal: "<secret>" });
    const other = { ...tree, extra: { x: [2] }, credential: { literal: "hunter33" } };
    expect(diffTrees(schema, tree, other)).toEqual([
      { path: "credential.literal", type: "changed", before: "<secret>", after: "<secret>" },
      { path: "extra", type: "changed", before: { x: [1] }, after: { x: [2] } },
    ]);
  });

  it("are no second finding when their kind may be lost with a part of a file", () => {
    const diagnostics = [
      {
        rule: "yaml-syntax",
        severity: "error",
        message: "",
        related: [],
        location: { uri: "b.yaml", line: 1, column: 1 },
      },
    ] as const;
    const documents = designDocuments(item("a", "zone: dmz"));
    const found = evaluateDesign({ documents, layers, diagnostics }).diagnostics;
    expect(found.map(({ rule }) => rule)).toEqual(["yaml-syntax"]);
  });

  it("are no second finding when the name of their kind lacks its domain, nor what refers to one whose kind has a slip", () => {
    const misnamed = firewall.replace("name: Firewall.acme.example", "name: Firewall");
    const short = evaluate(misnamed + site + base).diagnostics;
    expect(short.map(({ rule }) => rule)).toEqual(["custom-kind-schema"]);
    const child = item("child", "base: base");
    const slip = evaluate(firewall + site + base.replace("Firewall", "Firewal") + child).diagnostics;
    expect(slip.map(({ rule }) => rule)).toEqual(["unknown-kind"]);
  });

  it("are checked by the engine for what it knows", () => {
    const text =
      firewall +
      site +
      item(
        "a",
        `zone: dmx
level: 10
mode: opne
logging: maybe
tagz: [a]
address: 10.0.0.1
limits: {rate: 5x}
credential: hunter22
rules:
- {name: r, action: allow, members: [{host: n2}]}
- {action: deny}`,
      );
    const { diagnostics } = evaluate(text);
    const line = (word: string) => lineOf(text, word);
    expect(textsOf(diagnostics).map((each) => each.replace(/; .*$/, ""))).toEqual([
      `${line("zone: dmx")}: zone: network "dmx" doesn't exist`,
      `${line("level: 10")}: level: found 10, expected a whole number from 1 to 9`,
      `${line("mode: opne")}: mode: found "opne", expected one of "open", "closed"`,
      `${line("logging: maybe")}: logging: found "maybe", expected true or false`,
      `${line("tagz:")}: tagz: found "tagz", expected a field of Firewall.acme.example`,
      `${line("address: 10")}: address: found address in layer "design", which holds the design: it is formation data`,
      `${line("rate: 5x")}: limits.rate: found "5x", expected text of the form ^[0-9]+[kmg]$`,
      `${line("hunter22")}: credential: found something else, expected a record of fields`,
      `${line("host: n2")}: rules["r"].members["n2"].host: node "n2" doesn't exist`,
      `${line("{action: deny}")}: rules[1]: found a member of rules without "name", expected the name it is known by`,
    ]);
    expect(JSON.stringify(diagnostics)).not.toContain("hunter22");
  });
});

describe("items against the whole schema of their kind", () => {
  const kind = (schema: string, more = "") =>
    `kind: CustomKind\nname: Thing.acme.example\nspec:\n  parent: base\n${more}  json_schema:\n${schema.replace(/^/gm, "    ")}\n`;
  const thing = (name: string, spec: string) => `---\nkind: Thing.acme.example\nname: ${name}\nspec: ${spec}\n`;
  const found = (text: string) => {
    const { diagnostics } = evaluate(text);
    return textsOf(diagnostics, "custom-kind-violation");
  };
  const schema = `
type: object
required: [size, tags, list]
properties:
  base: {type: string}
  size: {type: integer, multipleOf: 4, description: x}
  tags: {type: array, items: {type: string}}
  list: {type: array, minItems: 1, items: {type: string}}
  pair: {type: array, prefixItems: [{type: integer}, {type: string}]}
  tls: {type: boolean}
  cert: {type: string}
  secret: {type: string, pattern: "^never$"}
  choice: {oneOf: [{type: integer}, {type: object, properties: {a: {type: string}}, required: [a]}]}
  rules: {type: array, items: {type: object, required: [to], properties: {name: {type: string}, to: {type: string}}}}
  labels: {type: object, additionalProperties: {type: string}, propertyNames: {pattern: "^[a-z]+$"}}
if: {properties: {tls: {const: true}}, required: [tls]}
then: {required: [cert]}`;
  const whole = kind(schema, "  merge_keys: {rules: name}\n  secrets: [secret]\n");

  it("are reported where the value at fault stands", () => {
    const text =
      whole +
      thing("a", "{size: 6, list: [x], tls: true}") +
      thing("b", "{size: 8, list: [x], choice: {a: 5}, pair: [1,\n  2]}") +
      thing("c", "{size: 8, list: [x], secret: {literal: other}, rules: [{name: r}], labels: {A: x}}");
    const line = (word: string) => lineOf(text, word);
    expect(found(text)).toEqual([
      `${line("name: a") - 1}: cert: found no "cert", expected it; add it`,
      `${line("size: 6")}: size: found 6, expected a multiple of 4; correct the value, or the kind's schema`,
      `${line("choice: {a: 5}")}: choice: found a record, expected what just one of the alternatives in the kind's schema allows; see "oneOf" in the kind's schema`,
      `${line("  2]")}: pair[1]: found 2, expected text; correct the value, or the kind's schema`,
      `${line("name: r}")}: rules["r"].to: found no "to", expected it; add it`,
      `${line("A: x")}: labels["A"]: found "A", expected another name; the kind's schema says which names may stand here`,
    ]);
  });

  it("may be incomplete while others complete them, or after a fault that is told already", () => {
    const text =
      whole +
      thing("root", "{tls: true, tags: [x]}") +
      thing("leaf", "{base: root, size: 4, cert: c, list: [x]}") +
      thing("typo", "{sise: 4, list: [x]}") +
      thing("bare", "{list: [x]}");
    expect(found(text)).toEqual([`${lineOf(text, "name: bare") - 1}: size: found no "size", expected it; add it`]);
  });

  it("are told once of what they inherit from one place", () => {
    const text =
      whole + thing("root", "{size: 6, list: [x]}") + thing("x", "{base: root}") + thing("y", "{base: root}");
    expect(found(text)).toEqual([
      `${lineOf(text, "size: 6")}: size: found 6, expected a multiple of 4 (and in 2 more that inherit it); correct the value, or the kind's schema`,
    ]);
  });
});
