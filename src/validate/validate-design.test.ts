import { describe, expect, it } from "vitest";
import { checkDesign } from "../../test/support/marked-design.ts";
import { edited, soundDesign } from "../../test/support/sound-design.ts";
import type { GroupRule, ItemRule } from "./rule.ts";

const itemRule = (id: string, check: ItemRule["check"]): ItemRule => ({
  id,
  severity: "error",
  summary: id,
  why: id,
  kinds: ["Node"],
  check,
});
const groupRule = (id: string, change: Partial<GroupRule>): GroupRule => ({
  id,
  severity: "warning",
  summary: id,
  why: id,
  kinds: ["Node"],
  facts: ({ kind, name }) => [{ key: "all", kind, name, field: "boot_mac" }],
  check: ([, ...others]) => others.map((about) => ({ about, field: about.field, message: "one more", hint: "" })),
  ...change,
});
const failing = () => {
  throw new Error("broken rule\nwith a second line");
};
const said = (message: string) => () => [{ message, hint: "none" }];

const run = (itemRules: readonly ItemRule[], groupRules: readonly GroupRule[] = []) =>
  checkDesign({ "site.yaml": soundDesign }, { itemRules, groupRules });

describe("validateDesign", () => {
  it("reports a rule that throws, and hides nothing else", () => {
    const { diagnostics } = run(
      [itemRule("bad-check", failing), itemRule("good", said("found")), itemRule("worse-check", failing)],
      [groupRule("bad-facts", { facts: failing }), groupRule("bad-group", { check: failing }), groupRule("fine", {})],
    );
    const of = (rule: string) => diagnostics.filter((each) => each.rule === rule);
    expect(of("good").map(({ name }) => name)).toEqual(["n1", "n2"]);
    expect(of("fine").map(({ name }) => name)).toEqual(["n2"]);
    expect(of("internal-error").map(({ message, name, severity }) => [message, name, severity])).toEqual([
      ["rule bad-check failed: broken rule", "n1", "error"],
      ["rule worse-check failed: broken rule", "n1", "error"],
      ["rule bad-facts failed: broken rule", "n1", "error"],
      ["rule bad-group failed: broken rule", "n1", "error"],
      ["rule bad-check failed: broken rule", "n2", "error"],
      ["rule worse-check failed: broken rule", "n2", "error"],
      ["rule bad-facts failed: broken rule", "n2", "error"],
    ]);
    expect(of("internal-error").every(({ location }) => location?.uri === "site.yaml")).toBe(true);
  });

  it("runs a rule for the items of its kinds only, and a group rule for groups", () => {
    const seen: string[] = [];
    run([
      {
        ...itemRule("seen", ({ kind, name }) => {
          seen.push(`${kind}/${name}`);
          return [];
        }),
        kinds: ["Rack", "Site"],
      },
    ]);
    expect(seen).toEqual(["Rack/r1", "Site/plant7"]);
    const alone = groupRule("alone", { kinds: ["Rack"], check: (facts) => facts.map(() => failing()) });
    expect(run([], [alone]).found).toEqual([]);
    expect(run([], [{ ...alone, least: 1 }]).diagnostics.map(({ rule }) => rule)).toEqual(["internal-error"]);
  });

  it("gives what many items inherit from one place once, about the first, with how many more", () => {
    const text = edited(soundDesign, [["credential: {ref: 'file:bmc'}", "credential: calvin"]]);
    const { diagnostics } = checkDesign({ "site.yaml": text });
    expect(diagnostics).toHaveLength(1);
    const [secret] = diagnostics;
    expect([secret?.kind, secret?.name, secret?.field]).toEqual(["HostProfile", "worker", "oob.credential"]);
    expect(secret?.message).toBe("oob.credential is a secret in clear (and in 2 more that inherit it)");
  });

  it("gives different findings at one place each", () => {
    const { diagnostics } = run([itemRule("two", () => [...said("first")(), ...said("second")()])]);
    expect(diagnostics.map(({ message, name }) => `${name} ${message}`)).toEqual([
      "n1 first",
      "n1 second",
      "n2 first",
      "n2 second",
    ]);
  });

  it("puts findings about a group on the later of its places", () => {
    const moved = edited(soundDesign, [["{name: n1,", "{name: z1,"]]);
    const { diagnostics } = checkDesign({
      "site.yaml": edited(moved, [["address: 10.72.0.12", "address: 10.72.0.11"]]),
    });
    expect(diagnostics.map(({ name, message }) => [name, message])).toEqual([
      ["n2", "10.72.0.11 is given to z1 already"],
    ]);
    expect(diagnostics[0]?.related.map(({ message }) => message)).toEqual(["z1 has it"]);
  });

  it("says things on one line, however they were written", () => {
    const text = edited(soundDesign, [
      ["cidr: 10.73.0.0/24", 'cidr: "10.73\\n.0.0/24\\e[31m"'],
      ["servers: 10.72.0.2,10.72.0.3", 'servers: ["a\\nb"]'],
      ["    - nic2\n", '    - "nic\\n2"\n'],
    ]);
    const { diagnostics } = checkDesign({ "site.yaml": text });
    expect(diagnostics.map(({ rule }) => rule)).toEqual(["dns-server", "network-cidr", "hardware-alias"]);
    for (const { message, hint = "" } of diagnostics) expect(`${message}${hint}`).not.toMatch(/\p{Cc}/u);
  });

  it("keeps one answer to what is asked, and none where nobody asks", () => {
    const seen: string[][] = [];
    const asking = groupRule("asking", {
      kinds: ["Node", "Rack"],
      askedBy: ["Rack"],
      least: 1,
      facts: ({ kind, name }) => ["a", "b"].map((key) => ({ key: kind === "Rack" ? "a" : key, kind, name, field: "" })),
      check(facts) {
        seen.push(facts.map(({ key, kind, name }) => `${key} ${kind}/${name}`));
        return [];
      },
    });
    run([], [asking, { ...asking, askedBy: ["Network"] }]);
    expect(seen).toEqual([["a Rack/r1", "a Rack/r1", "a Node/n1"]]);
  });

  it("counts what it ran", () => {
    const { evaluation } = run([]);
    expect(evaluation.items.size).toBeGreaterThan(10);
  });
});
