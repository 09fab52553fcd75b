import { expect, it } from "vitest";
import { visibleText } from "./visible-text.ts";

it("shows what a terminal would obey, and leaves everything else as it is", () => {
  expect(visibleText("a\u001b[31mb\u0085c\u2028d\u202ee\n")).toBe("a\\u001b[31mb\\u0085c\\u2028d\\u202ee\\u000a");
  expect(visibleText("größe 😀 e\u0301 \\n")).toBe("größe 😀 e\u0301 \\n");
  expect(JSON.parse(visibleText('"\u0085"'))).toBe("\u0085");
});
