import { expect, test } from "vitest";
import { oneLine } from "./one-line.ts";

test("text from elsewhere becomes one line that any database stores", () => {
  expect(oneLine(" first\r\n\tsecond\u0000\u007f ")).toBe("first second");
  expect(oneLine("half a pair \ud83d")).toBe("half a pair \ufffd");
  expect(oneLine("x".repeat(20), 8)).toBe(`${"x".repeat(7)}…`);
  expect(oneLine(`${"x".repeat(6)}\u{1f600}`, 7)).toBe(`${"x".repeat(6)}…`);
});
