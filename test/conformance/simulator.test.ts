import { expect, test } from "vitest";
import { serveWorld } from "../../src/drivers/simulator/world/serve-world.ts";
import { createWorld } from "../../src/drivers/simulator/world/world.ts";
import { builtInPlugins } from "../../src/plugins/built-in-plugins.ts";
import type { ConformanceKind } from "../../src/plugins/conformance/conformance-case.ts";
import { runConformance } from "../../src/plugins/conformance/run-conformance.ts";
import { serverSpec, siteSpec } from "./maas-specs.ts";

const simulator = builtInPlugins().find(({ name }) => name === "simulator");
const command = [simulator?.command ?? "", ...(simulator?.args ?? [])];
const spec = { site: siteSpec(), server: serverSpec() };

async function verdicts(kind: ConformanceKind, endpoint = ""): Promise<Map<string, string>> {
  const target = { instance: "sim", endpoint };
  const fallen = await runConformance({ command, kind, target, spec });
  expect(fallen.filter(({ outcome }) => outcome === "fail")).toEqual([]);
  return new Map(fallen.map(({ id, outcome }) => [id, outcome]));
}

test("conforms as a server driver, with a world of its own", async () => {
  const fallen = await verdicts("server");
  expect([...fallen].filter(([, outcome]) => outcome === "skip").map(([id]) => id)).toEqual(["C25"]);
});

test("conforms as a network driver before a world that is served", async () => {
  const world = createWorld();
  const served = await serveWorld(world);
  try {
    const fallen = await verdicts("network", served.endpoint);
    expect([...fallen].filter(([, outcome]) => outcome === "skip").map(([id]) => id)).toEqual(["C25"]);
    expect(world.ledger.entries().map(({ verb, effective }) => [verb, effective])).toEqual([
      ["ports", false],
      ["ports", true],
    ]);
  } finally {
    await served.close();
    world.close();
  }
});
