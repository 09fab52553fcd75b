import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { readConfig } from "../../src/config/read-config.ts";
import { CEL_LONGEST_EXPRESSION, CEL_MOST_STEPS } from "../../src/validate/cel-bounds.ts";
import { checkDesign } from "../support/marked-design.ts";

const page = readFileSync(join(import.meta.dirname, "..", "..", "docs", "rules-of-your-own.md"), "utf8");

const blocks = (language: string) =>
  [...page.matchAll(/^```(\w+)\n([\s\S]*?)^```$/gm)]
    .filter((each) => each[1] === language)
    .map((each) => each[2] ?? "");

test("the page on rules of one's own shows what its rule finds", () => {
  const [design = "", config = ""] = blocks("yaml");
  const { diagnostics } = checkDesign({ "site.yaml": design });
  const lines = diagnostics.map(
    ({ location, severity, rule, message }) =>
      `${location?.uri}:${location?.line}:${location?.column}: ${severity} ${rule} ${message}\n`,
  );
  expect(lines).toEqual(blocks("text"));
  expect(readConfig("bedplate.yaml", config).validators).toHaveLength(1);
});

test("the page on rules of one's own states the bounds there are", () => {
  expect(page).toContain(`at most ${CEL_LONGEST_EXPRESSION} characters`);
  expect(page).toContain(`at most ${CEL_MOST_STEPS.toLocaleString("en")} steps`);
});
