import { expect, it } from "vitest";
import { characterName, quoteText } from "./quote-text.ts";

it("quoteText puts a piece of a source on one line, cut, without invisible characters", () => {
  expect(quoteText("name")).toBe("'name'");
  expect(quoteText("a\nb\u200bc\u202ed")).toBe("'aU+000A (line feed)bU+200B (zero-width space)cU+202Ed'");
  expect(quoteText("😀".repeat(60))).toBe(`'${"😀".repeat(48)}…'`);
});

it("characterName numbers a character and names the known ones", () => {
  expect([characterName(0xa0), characterName(0x1f600)]).toEqual(["U+00A0 (no-break space)", "U+1F600"]);
});
