import { describe, expect, it } from "vitest";
import { designDocuments } from "../../test/support/design-documents.ts";
import { evaluateDesign } from "../design/evaluate-design.ts";
import { suggestedLayer } from "../design/layer.ts";
import { validateDesign } from "./validate-design.ts";

const site = `{kind: Site, name: s}
---
kind: NetworkLink
name: fast
spec: {mtu: 9000, labels: {rack: a}}
---
kind: NetworkLink
name: slow
spec: {mtu: 1500}
---
kind: Network
name: mgmt
spec:
  cidr: 10.1.0.0/24
  vlan: 7
---
kind: HostProfile
name: p
spec:
  oob: {type: ipmi, credential: {literal: hunter2}}
---
`;

/** The findings of declared rules, as "rule line: message". */
function findings(rules: string, base = site) {
  const evaluation = evaluateDesign({
    documents: designDocuments(rules === "" ? base : base + rules),
    layers: [{ ...suggestedLayer("design"), role: "any" }],
  });
  expect(evaluation.diagnostics).toEqual([]);
  return validateDesign(evaluation, { itemRules: [], groupRules: [] }).diagnostics;
}

const shown = (rules: string, base?: string) =>
  findings(rules, base).map(
    ({ rule, severity, name, location, message }) =>
      `${rule} (${severity}) ${name} ${location?.line}:${location?.column} ${message}`,
  );

const rule = (check: string, more = "") => `
kind: Rule
name: our-mtu
spec:
  kinds: [NetworkLink]
  check: ${JSON.stringify(check)}
  message: the MTU is not ours
  field: mtu${more}
`;

describe("rules of a design's own", () => {
  it("find the items they are not true for, at the place they name, under their name", () => {
    expect(findings(rule("spec.mtu >= 9000", "\n  hint: use jumbo frames\n  severity: warning"))).toEqual([
      {
        ...{ rule: "our-mtu", severity: "warning", message: "the MTU is not ours", hint: "use jumbo frames" },
        ...{ kind: "NetworkLink", name: "slow", field: "mtu", related: [] },
        location: { uri: "site.yaml", line: 9, column: 13 },
      },
    ]);
  });

  it.each([
    ["numbers", "spec.mtu == 9000 || spec.mtu == 1500"],
    ["maps, and fields that may be absent", "!has(spec.labels) || spec.labels.rack == 'a'"],
    ["the item itself", "kind == 'NetworkLink' && name in ['fast', 'slow']"],
    ["other items", "lookup('Network', 'mgmt').vlan == 7 && lookup('Network', 'nobody') == null"],
    ["lists", "lookup('Network', 'mgmt').cidr.startsWith('10.') && [1, 2].all(x, x < 3)"],
    ["inherited defaults", "spec.linkspeed == 'auto'"],
    ["nothing of a secret", "lookup('HostProfile', 'p').oob.credential.literal == '<secret>'"],
  ])("see %s", (_, check) => {
    expect(shown(rule(check))).toEqual([]);
    expect(shown(rule(`!(${check})`))).toHaveLength(2);
  });

  it.each([
    ["spec.mtu >", "line 1, column 10: found > but expecting end of input"],
    ["spec.mtu >= 9000 &&\n  mut > 1", "line 2, column 3: there is no variable mut"],
    ["spec.mtuu >= 9000", "line 1, column 5: spec has no field mtuu; did you mean mtu?"],
    ["lokup('Network', 'mgmt') != null", "line 1, column 1: there is no function lokup; did you mean lookup?"],
    ["[1].exists(x)", "line 1, column 4: exists has the wrong number of arguments, or no variable first"],
    ["bedplate_step()", "line 1, column 1: there is no function bedplate_step"],
  ])("are refused where they can't be read: %s", (check, message) => {
    expect(shown(rule(check))).toEqual([`invalid-rule (error) our-mtu 27:10 the expression can't be read: ${message}`]);
  });

  it("are refused when something is missing, and when they name what isn't there", () => {
    expect(shown("{kind: Rule, name: r}")).toEqual([
      "invalid-rule (error) r 22:1 found a rule without kinds",
      "invalid-rule (error) r 22:1 found a rule without check",
      "invalid-rule (error) r 22:1 found a rule without message",
    ]);
    const wrong = "{kind: Rule, name: network-mtu, spec: {kinds: [Nod], check: 'true', message: m, field: 'a['}}";
    expect(findings(wrong).map(({ message, hint }) => [message, hint])).toEqual([
      ["network-mtu is the name of a built-in rule", "findings name the rule: give it a name of its own"],
      ['there is no kind "Nod"', "did you mean Node?"],
      ['"a[" is no field path: expected a key in double quotes or an index at character 3', expect.any(String)],
    ]);
    expect(shown(rule("true").replace("field: mtu", "field: mtuu"))).toEqual([
      'invalid-rule (error) our-mtu 29:10 NetworkLink has no field "mtuu"',
    ]);
  });

  it.each(["network-mtu", "unknown-field", "internal-error", "rule-failed", "validator-failed"])(
    "may not have the name of a rule of ours: %s",
    (name) => {
      expect(shown(rule("true").replace("our-mtu", name))).toEqual([
        `invalid-rule (error) ${name} 23:1 ${name} is the name of a built-in rule`,
      ]);
    },
  );

  it("have a name that findings can bear", () => {
    expect(shown(rule("false").replace("our-mtu", "Our_MTU"))).toEqual([
      'invalid-rule (error) Our_MTU 23:1 found the name "Our_MTU", expected small letters, digits and single "-", at most 64',
    ]);
  });

  it("tell of an item they have no answer for, and hide nothing else", () => {
    const found = findings(`${rule("spec.labels.rack == 'b'")}---\n${rule("false").replace("our-mtu", "other")}`);
    expect(found.map(({ rule: id, name, message }) => [id, name, message])).toEqual([
      ["other", "fast", "the MTU is not ours"],
      ["our-mtu", "fast", "the MTU is not ours"],
      ["other", "slow", "the MTU is not ours"],
      ["rule-failed", "slow", "rule our-mtu has no answer: field not found: labels"],
    ]);
    expect(found[3]).toMatchObject({ severity: "error", related: [{ message: "the rule", location: { line: 27 } }] });
    const lenient = findings(rule("spec.labels.rack == 'a'", "\n  severity: info"));
    expect(lenient).toMatchObject([{ rule: "rule-failed", severity: "warning" }]);
  });

  it.each([
    ["spec.labels.rack == 'b'", "ask for a field that may be absent with has(spec.field) first"],
    ["1 / 0 == 1", "write the expression so that it has an answer for every item"],
    [`["x"]${".map(t, t + t)".repeat(30)}.size() == 1`, "have it look at less, or check it by a validator plugin"],
  ])("say what to do where they have no answer: %s", (check, hint) => {
    const failed = findings(rule(check)).filter(({ rule: id }) => id === "rule-failed");
    expect(new Set(failed.map((each) => each.hint))).toEqual(new Set([hint]));
  });

  it("find so many things together as anybody may read, and say where they stopped", () => {
    const racks = Array.from({ length: 1000 }, (_, n) => `{kind: Rack, name: k${n}}`);
    const spec = "{kinds: [Rack], check: 'false', message: m}";
    const rules = Array.from({ length: 110 }, (_, n) => `{kind: Rule, name: r${n}, spec: ${spec}}`);
    const found = findings(
      "",
      [site.trim(), ...racks, "---", ...rules].join("\n---\n").replaceAll(/(---\n)+/g, "---\n"),
    );
    expect(found.filter(({ message }) => message === "m")).toHaveLength(100_000);
    expect(found.filter(({ rule: id }) => id === "rule-failed")).toMatchObject([
      { message: "the rules of the design have found 100000 things; from here on they are not run", kind: "Rule" },
    ]);
  });

  it("must answer with true or false", () => {
    expect(shown(rule("spec.mtu"))).toEqual([
      "invalid-rule (error) our-mtu 27:10 the expression gives a value of type int, expected true or false",
    ]);
  });

  it("say nothing of an item a part of which may be lost", () => {
    const evaluation = evaluateDesign({
      documents: designDocuments(
        `${rule("has(spec.description)")}---\n{kind: NetworkLink, name: l, spec: {description: [x]}}`,
      ),
      layers: [{ ...suggestedLayer("design"), role: "any" }],
    });
    expect(evaluation.diagnostics.map(({ rule: id }) => id)).toContain("wrong-type");
    expect(validateDesign(evaluation, { itemRules: [], groupRules: [] }).diagnostics).toEqual([]);
  });
});

describe("what an expression may cost", () => {
  const loops = (depth: number) => {
    const list = JSON.stringify(Array.from({ length: 100 }, (_, index) => index));
    let inner = "true";
    for (let each = 0; each < depth; each++) inner = `l.all(x${each}, ${inner})`;
    return `[${list}].all(l, ${inner})`;
  };

  it("is bounded: loops in loops end, and the item is told", () => {
    expect(shown(rule(loops(2)))).toEqual([]);
    const found = shown(rule(loops(6)));
    expect(found).toHaveLength(2);
    expect(found[0]).toContain("our-mtu has no answer: it takes more than 100000 steps");
  });

  it("is bounded over all items", () => {
    const links = Array.from({ length: 60 }, (_, index) => `{kind: NetworkLink, name: l${index}}\n---\n`).join("");
    const found = findings(rule(loops(6)), links + site);
    expect(found.filter(({ name }) => name === "our-mtu").map(({ rule: id, message }) => [id, message])).toEqual([
      ["rule-failed", "the loops of rule our-mtu took 5000000 turns; items behind NetworkLink/l52 were not checked"],
    ]);
    expect(found.filter(({ name }) => name !== "our-mtu")).toHaveLength(50);
  });

  it.each([
    ["texts that double", `["x"${".map(t, t + t)".repeat(30)}.size() == 1`.replace('["x"', '["x"]')],
    ["lists that double", `[[1]]${".map(t, t + t)".repeat(30)}.size() == 1`],
  ])("is bounded for %s", (_, check) => {
    expect(shown(rule(check))[0]).toMatch(/our-mtu has no answer: a (text|list) of more than/);
  });

  it("is bounded for nesting", () => {
    const found = shown(rule(`${"(".repeat(2000)}true${")".repeat(2000)}`));
    expect(found.length).toBeLessThanOrEqual(1);
  });

  it("is bounded in number", () => {
    const many = Array.from(
      { length: 258 },
      (_, index) =>
        `{kind: Rule, name: r${String(index).padStart(3, "0")}, spec: {kinds: [Site], check: "false", message: m${index}}}`,
    );
    const found = findings(many.join("\n---\n"));
    expect(found.filter(({ kind }) => kind === "Site")).toHaveLength(256);
    expect(found.filter(({ kind }) => kind === "Rule")).toMatchObject([
      {
        ...{ rule: "too-many-rules", name: "r256" },
        message: "found 258 rules, expected at most 256; those behind r255 by name are not run",
      },
    ]);
  });
});
