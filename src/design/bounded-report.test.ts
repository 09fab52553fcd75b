import { expect, it } from "vitest";
import { boundedReport } from "./bounded-report.ts";
import type { Diagnostic } from "./diagnostic.ts";

it("takes so many findings of each rule, and says where it stopped", () => {
  const kept: Diagnostic[] = [];
  const report = boundedReport((each) => void kept.push(each), 2);
  for (const rule of ["a", "a", "b", "a", "a", "b"]) {
    const location = { uri: "f", line: kept.length + 1, column: 1 };
    report({ rule, severity: "error", message: "found", hint: "", location, related: [] });
  }
  expect(kept.map(({ rule, message, location }) => `${rule} ${location?.line} ${message}`)).toEqual([
    "a 1 found",
    "a 2 found",
    "b 3 found",
    "a 4 this rule has found more than 2 things; from here on they are not listed",
    "b 5 found",
  ]);
});
