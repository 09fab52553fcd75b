import { timestampFromDate } from "@bufbuild/protobuf/wkt";
import { expect, test } from "vitest";
import { serveWorld } from "../../src/drivers/simulator/world/serve-world.ts";
import { createWorld } from "../../src/drivers/simulator/world/world.ts";
import { builtInPlugins } from "../../src/plugins/built-in-plugins.ts";
import { startHost } from "../conformance/fixtures/start-host.ts";
import { withDatabase } from "../support/database.ts";
import { createDriverWorld } from "../support/driver-world.ts";
import { openSite, stateOf } from "../support/orchestrator.ts";
import { simulatedName, simulatedSite } from "../support/simulated-site.ts";
import { commitTo, documentOf } from "../support/state-service.ts";

test("a job deploys a simulated site, every step effective exactly once", async () => {
  await withDatabase(async (database) => {
    const world = createWorld();
    const served = await serveWorld(world);
    const plugins = startHost(builtInPlugins()).host;
    const site = await openSite(database, { ...createDriverWorld([]), plugins });
    try {
      await commitTo(site.state, "main", simulatedSite(4));
      await site.client.putDriverInstance({
        instance: { name: "simulator", plugin: "simulator", endpoint: served.endpoint },
      });
      const told = new Set<string>();
      world.watch((name) => {
        if (world.control.machine(name).state !== "deployed") told.delete(name);
        if (world.control.machine(name).state !== "deployed" || told.has(name)) return;
        told.add(name);
        const calledInAt = timestampFromDate(new Date());
        void site.state.recordNodeStatus({ design: "lab", updates: [{ node: name, calledInAt }] });
      });
      const plan = await site.plan();
      const job = await site.run(plan);
      expect(stateOf(job)).toBe("SUCCEEDED");
      const effects = world.ledger.entries().filter(({ effective }) => effective);
      for (let index = 0; index < 4; index++) {
        const verbs = effects.filter(({ node }) => node === simulatedName(index)).map(({ verb }) => verb);
        expect(verbs).toEqual(["ports", "commission", "network", "storage", "deploy", "ports"]);
      }
      const again = await site.plan();
      expect([again.changeCount, again.upToDateNodeCount]).toEqual([0, 4]);

      // Only what the last step is about changed: the machine is given back once, and by the step that has consent.
      const platform = { image: "noble", kernel_params: { quiet: "1" } };
      await commitTo(site.state, "more", [documentOf("Node", simulatedName(2), { platform })]);
      const anew = await site.plan();
      expect([anew.destructiveCount > 0, anew.upToDateNodeCount]).toEqual([true, 3]);
      const before = world.ledger.entries().length;
      expect(stateOf(await site.run(anew, { allowDestroy: true }))).toBe("SUCCEEDED");
      const since = world.ledger.entries().slice(before);
      expect(since.filter(({ effective }) => effective).map(({ node, verb }) => [node, verb])).toEqual(
        ["release", "deploy"].map((verb) => [simulatedName(2), verb]),
      );
    } finally {
      await site.orchestrator.close();
      await served.close();
      world.close();
    }
  });
});
