import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { computations } from "../../src/design/compute/computations.ts";
import { groupRules, itemRules } from "../../src/validate/rules.ts";
import { checkText } from "../support/rule-examples/check-text.ts";
import { ownFaults, rulesPage, textGroups, withoutExample } from "./rules-page.ts";

const root = join(import.meta.dirname, "..", "..");
const page = readFileSync(join(root, "docs", "rules.md"), "utf8");
const known = new Set([
  ...textGroups.flatMap(({ rules }) => Object.keys(rules)),
  ...[...itemRules, ...groupRules].map(({ id }) => id),
  ...withoutExample.keys(),
]);

describe("the page of rules", () => {
  it("is that of the rules there are; npm run docs:rules makes it anew", () => {
    expect(page === rulesPage(), "docs/rules.md is stale").toBe(true);
  });

  it("has a section for every rule, with what it demands, why, and examples of both sorts", () => {
    const sections = new Map(page.split(/^### /m).map((text) => [text.split("\n")[0], text]));
    for (const id of known) {
      const text = sections.get(id) ?? "";
      expect(text, id).toMatch(/^\S+\n\n\*\*(error|warning|info)\*\* · \S.{10,}\.\n\n\S.{60,}\n/);
      if (!withoutExample.has(id)) expect(text, id).toMatch(/^Passes(?: \(.+\))?:$[\s\S]*^Fails(?: \(.+\))?:$/m);
      if (!ownFaults.some((rule) => rule.id === id)) expect(page, id).toContain(`[${id}](#${id})`);
    }
  });

  it("knows every id the source gives a finding", () => {
    const rooms = ["consumers", "design", "validate", "yaml"];
    const files = globSync(`src/{${rooms.join(",")}}/**/*.ts`, { cwd: root });
    const sources = files
      .filter((file) => !file.endsWith(".test.ts"))
      .map((file) => readFileSync(join(root, file), "utf8"));
    const ids = sources.flatMap((text) => [...text.matchAll(/\brule: "([a-z0-9-]+)"/g)].map(([, id]) => id ?? ""));
    const computed = new Set(computations.map(({ rule }) => rule));
    expect(ids.length).toBeGreaterThan(50);
    expect([...new Set(ids)].filter((id) => !known.has(id) && !computed.has(id))).toEqual([]);
  });

  describe.each(textGroups)("about $title", ({ rules, examples }) => {
    const elsewhere = new Set(
      textGroups.filter((group) => group.rules !== rules).flatMap(({ examples: others }) => Object.keys(others)),
    );

    it("has an example of every rule, here or where another room has the same", () => {
      expect(
        Object.keys(rules).filter((id) => examples[id] === undefined && !elsewhere.has(id) && !withoutExample.has(id)),
      ).toEqual([]);
      expect(Object.keys(examples).filter((id) => !(id in rules))).toEqual([]);
    });

    it.each(Object.entries(examples))("has a true example of %s", (id, { pass, fail }) => {
      expect(checkText(pass).found).toEqual([]);
      const { found, marked } = checkText(fail);
      expect(found).toEqual(marked);
      expect(found.length).toBeGreaterThan(0);
      expect(found.every((each) => each.endsWith(` ${id}`))).toBe(true);
    });
  });
});
