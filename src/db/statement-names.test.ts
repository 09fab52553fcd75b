import { expect, test } from "vitest";
import { createStatementNames } from "./statement-names.ts";

test("a statement is prepared from its third use on, under one name", () => {
  const nameOf = createStatementNames();
  const names = Array.from({ length: 4 }, () => nameOf("select $1", ["x"]));
  expect(names).toEqual([undefined, undefined, "bedplate_0", "bedplate_0"]);
});

test("a statement without values is not prepared", () => {
  const nameOf = createStatementNames();
  expect(Array.from({ length: 5 }, () => nameOf("begin", []))).toEqual(Array(5).fill(undefined));
});

test("no more statements are prepared than a server should keep, and those used first stay", () => {
  const nameOf = createStatementNames();
  const names = new Set<string | undefined>();
  for (let text = 0; text < 1000; text++)
    for (let use = 0; use < 3; use++) names.add(nameOf(`select $1 + ${text}`, ["x"]));
  expect(names.size).toBe(401);
  expect(nameOf("select $1 + 0", ["x"])).toBe("bedplate_0");
});
