import { expect, test } from "vitest";
import { builtInPlugins } from "../../src/plugins/built-in-plugins.ts";
import { runConformance } from "../../src/plugins/conformance/run-conformance.ts";
import { startLab } from "./maas-lab.ts";
import { serverSpec, siteSpec } from "./maas-specs.ts";

test("the MAAS driver keeps the rules of the driver protocol", async () => {
  const lab = await startLab();
  const plugin = builtInPlugins().find(({ name }) => name === "maas");
  const verdicts = await runConformance({
    command: [plugin?.command ?? "", ...(plugin?.args ?? [])],
    kind: "server",
    target: lab.target,
    spec: { site: siteSpec(), server: serverSpec() },
  });
  expect(verdicts.filter(({ outcome }) => outcome === "fail")).toEqual([]);
  expect(verdicts.filter(({ outcome }) => outcome === "pass").length).toBeGreaterThanOrEqual(14);
});
