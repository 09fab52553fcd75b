import { describe, expect, it } from "vitest";
import { checkDesign, markedFindings } from "../../test/support/marked-design.ts";
import { validationExamples } from "../../test/support/rule-examples/all-examples.ts";
import type { RuleExamples } from "../../test/support/rule-examples/rule-examples.ts";
import { type Edit, edited, soundDesign } from "../../test/support/sound-design.ts";
import { groupRules, itemRules } from "./rules.ts";

const examples = Object.assign({}, ...validationExamples.map((group) => group.examples)) as Record<
  string,
  RuleExamples
>;

const file = "site.yaml";
const check = (edits: readonly Edit[]) => {
  const files = { [file]: edited(soundDesign, edits) };
  return { found: checkDesign(files).found, marked: markedFindings(files) };
};

describe("rules", () => {
  it("have nothing to say of a sound design", () => {
    expect(checkDesign({ [file]: soundDesign }).found).toEqual([]);
  });

  it("each have examples that pass and examples that fail", () => {
    const ids = [...itemRules, ...groupRules].map((rule) => rule.id);
    expect(Object.keys(examples).sort()).toEqual(ids.sort());
    for (const { passes, fails } of Object.values(examples)) {
      expect(Object.keys(passes).length).toBeGreaterThan(0);
      expect(Object.keys(fails).length).toBeGreaterThan(0);
    }
  });

  it("have ids, severities and summaries of their own", () => {
    const all = [...itemRules, ...groupRules];
    expect(new Set(all.map(({ id }) => id)).size).toBe(all.length);
    expect(new Set(all.map(({ summary }) => summary)).size).toBe(all.length);
    for (const { id, summary } of all) {
      expect(id).toMatch(/^[a-z]+(-[a-z]+)*$/);
      expect(summary).not.toMatch(/\n/);
    }
  });

  for (const [rule, { passes, fails }] of Object.entries(examples)) {
    describe(rule, () => {
      it.each(Object.entries(passes))("passes %s", (_, edits) => {
        expect(check(edits)).toEqual({ found: [], marked: [] });
      });

      it.each(Object.entries(fails))("finds %s", (_, edits) => {
        const { found, marked } = check(edits);
        expect(found).toEqual(marked);
        expect(found.every((finding) => finding.endsWith(` ${rule}`))).toBe(true);
        expect(found.length).toBeGreaterThan(0);
      });
    });
  }
});
