import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { ALL_RESOURCES } from "./all.ts";

const real = new Set(
  readFileSync(join(import.meta.dirname, "../../../test/conformance/fixtures/maas-operations.txt"), "utf8")
    .split("\n")
    .filter((line) => line !== "" && !line.startsWith("#"))
    .map(withoutNames),
);

/** Names of a path's arguments are the describer's choice. */
function withoutNames(line: string): string {
  return line.replace(/\{\w+\}/g, "{}");
}

test("the simulator answers nothing a real MAAS doesn't: each of its operations is one of MAAS 3.7.3", () => {
  const own = ALL_RESOURCES.flatMap(({ path, actions }) =>
    actions.map(({ method, op }) => withoutNames(`${method} ${path}${op === null ? "" : ` ${op}`}`)),
  );
  expect(own.length).toBeGreaterThan(100);
  expect(own.filter((line) => !real.has(line))).toEqual([]);
});
