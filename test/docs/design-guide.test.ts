import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { runGuide } from "./run-guide.ts";

const guide = join(import.meta.dirname, "..", "..", "docs", "design-guide.md");

it("the guide to the design tells what its commands print (npm run docs:guide brings it up to date)", async () => {
  const text = readFileSync(guide, "utf8");
  expect(await runGuide(text)).toBe(text);
}, 180_000);
