import { expect, test } from "vitest";
import { builtInPlugins } from "../../src/plugins/built-in-plugins.ts";
import { runConformance } from "../../src/plugins/conformance/run-conformance.ts";

const noop = builtInPlugins().find(({ name }) => name === "noop-network");

test("noop-network conforms", async () => {
  const command = [noop?.command ?? "", ...(noop?.args ?? [])];
  const verdicts = await runConformance({ command, kind: "network" });
  expect(verdicts.filter(({ outcome }) => outcome === "fail")).toEqual([]);
  expect(verdicts.map(({ id, outcome }) => `${id} ${outcome}`)).toEqual([
    "C01 pass",
    "C02 pass",
    "C03 pass",
    "C04 pass",
    "C05 pass",
    "C08 pass",
    "C12 pass",
    "C13 pass",
    "C15 pass",
    "C19 pass",
    "C20 pass",
    "C23 pass",
    "C24 pass",
    "C25 skip",
  ]);
});
