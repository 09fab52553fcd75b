import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { loadDesign } from "../../src/cli/load-design.ts";
import { createDesignView } from "../../src/plan/design-view.ts";
import { createServerSpecs } from "../../src/plan/driver-spec/server-spec.ts";
import { siteSpec } from "../../src/plan/driver-spec/site-spec.ts";
import { type Lab, type ServerInit, type SiteInit, startLab } from "./maas-lab.ts";
import { PHASES } from "./maas-specs.ts";

const site = join(import.meta.dirname, "../../examples/site");

test("the driver brings every node of the example site to deployed, and finds nothing to do then", async () => {
  const { evaluation } = await loadDesign([site]);
  const view = createDesignView(evaluation.items.values());
  const world = JSON.parse(readFileSync(join(site, "maas-world.json"), "utf8")) as Record<string, unknown>;
  const lab: Lab = await startLab([], { ...world, speed: "instant" });
  const wanted = siteSpec(view, "maas", () => "maas") as SiteInit;
  await lab.site(wanted);
  expect((await lab.driver.server.planSite({ target: lab.target, spec: wanted })).changes).toEqual([]);
  const specOf = createServerSpecs(view);
  expect(view.nodes.size).toBeGreaterThan(0);
  const specs = [...view.nodes.keys()].map((name) => specOf(name).spec as ServerInit);
  const many = async (): Promise<unknown> => {
    const plans: unknown[] = [];
    for await (const answer of lab.driver.server.planServers({ target: lab.target, specs, phases: PHASES })) {
      plans.push(...answer.plans.map(({ name, phase, changes, refusal }) => ({ name, phase, changes, refusal })));
    }
    return plans;
  };
  const oneByOne = async (): Promise<unknown> => {
    const plans: unknown[] = [];
    for (const spec of specs) {
      for (const phase of PHASES) {
        const { changes } = await lab.driver.server.planServer({ target: lab.target, spec, phase });
        plans.push({ name: spec.identity?.name, phase, changes, refusal: "" });
      }
    }
    return plans;
  };
  expect(await many()).toEqual(await oneByOne());
  for (const name of view.nodes.keys()) {
    const { spec, oobCredential } = specOf(name);
    const oob = { ...spec.oob, credential: String(oobCredential?.literal ?? "") };
    const full = { ...spec, oob, userData: "#cloud-config\n{}\n" } as ServerInit;
    let token = "";
    for (const phase of PHASES) ({ token } = await lab.phase(full, phase, { precondition: token }));
    for (const phase of PHASES) {
      const { changes } = await lab.driver.server.planServer({ target: lab.target, spec: full, phase });
      expect(changes).toEqual([]);
    }
  }
  expect(await many()).toEqual(await oneByOne());
  expect((await lab.ledger()).filter(({ op }) => op === "deploy")).toHaveLength(view.nodes.size);
});
