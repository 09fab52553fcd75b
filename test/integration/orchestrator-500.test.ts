import { timestampFromDate } from "@bufbuild/protobuf/wkt";
import { expect, test } from "vitest";
import { TaskState } from "../../gen/bedplate/orchestrator/v1/job_pb.js";
import { Disposition, type Plan } from "../../gen/bedplate/orchestrator/v1/plan_pb.js";
import { serveWorld } from "../../src/drivers/simulator/world/serve-world.ts";
import { createWorld, type World } from "../../src/drivers/simulator/world/world.ts";
import { DEFAULT_POLICY } from "../../src/orchestrator/policy.ts";
import { builtInPlugins } from "../../src/plugins/built-in-plugins.ts";
import { startHost } from "../conformance/fixtures/start-host.ts";
import { withDatabase } from "../support/database.ts";
import { createDriverWorld } from "../support/driver-world.ts";
import { openSite, type Site, stateOf } from "../support/orchestrator.ts";
import { simulatedName, simulatedSite } from "../support/simulated-site.ts";
import { commitTo } from "../support/state-service.ts";

const NODES = 500;
const CHANGED = 7;
// Some twenty seconds of a processor, of which others may want their share.
const TIMEOUT_MS = 300_000;
const VERBS = ["ports", "commission", "network", "storage", "deploy", "ports"];

test(
  "five hundred machines: each step effective once, a second plan finds nothing to do and is carried out as such, one node's change is one node's work",
  async () => {
    await withDatabase(async (database) => {
      const world = createWorld();
      const served = await serveWorld(world);
      const plugins = startHost(builtInPlugins()).host;
      // The server's own policy.
      const site = await openSite(database, { ...createDriverWorld([]), plugins }, { policy: DEFAULT_POLICY });
      try {
        callIn(site, world);
        await commitTo(site.state, "main", simulatedSite(NODES));
        await site.client.putDriverInstance({
          instance: { name: "simulator", plugin: "simulator", endpoint: served.endpoint },
        });
        expect(stateOf(await site.run(await site.plan()))).toBe("SUCCEEDED");
        const byNode = Map.groupBy(
          world.ledger.entries().filter(({ effective }) => effective),
          ({ node }) => node,
        );
        for (let index = 0; index < NODES; index++) {
          const name = simulatedName(index);
          expect([name, ...(byNode.get(name) ?? []).map(({ verb }) => verb)]).toEqual([name, ...VERBS]);
          expect(world.control.machine(name).state).toBe("deployed");
        }

        const again = await site.plan();
        expect([again.changeCount, again.upToDateNodeCount]).toEqual([0, NODES]);
        const before = world.ledger.entries().length;
        const idle = await site.run(again);
        expect(stateOf(idle)).toBe("SUCCEEDED");
        const states = await taskStates(site, idle.id);
        expect(states.size).toBe(1);
        expect(states.get(TaskState.SKIPPED)).toBe(again.stepCount);
        expect(world.ledger.entries()).toHaveLength(before);

        const node = (index: number) =>
          index === CHANGED ? { platform: { image: "noble", kernel_params: { quiet: "true", debug: "true" } } } : {};
        await commitTo(site.state, "main", simulatedSite(NODES, { node }));
        const one = await site.plan();
        expect([...(await subjectsOf(site, one))]).toEqual([simulatedName(CHANGED)]);
        expect(one.upToDateNodeCount).toBe(NODES - 1);
      } finally {
        await site.orchestrator.close();
        await served.close();
        world.close();
      }
    });
  },
  TIMEOUT_MS,
);

/** Has machines call in once they are deployed, many in one call. */
function callIn(site: Site, world: World): void {
  const told = new Set<string>();
  let waiting: string[] = [];
  world.watch((name) => {
    if (told.has(name) || world.control.machine(name).state !== "deployed") return;
    told.add(name);
    if (waiting.push(name) > 1) return;
    setTimeout(() => {
      const calledInAt = timestampFromDate(new Date());
      const updates = waiting.map((node) => ({ node, calledInAt }));
      waiting = [];
      void site.state.recordNodeStatus({ design: "lab", updates });
    }, 20);
  });
}

async function taskStates(site: Site, jobId: string): Promise<ReadonlyMap<TaskState, number>> {
  const states = new Map<TaskState, number>();
  for (let pageToken = ""; ; ) {
    const page = await site.client.listTasks({ jobId, pageSize: 1000, pageToken });
    for (const { state } of page.tasks) states.set(state, (states.get(state) ?? 0) + 1);
    pageToken = page.nextPageToken;
    if (pageToken === "") return states;
  }
}

/** What the steps of a plan that do something are about. */
async function subjectsOf(site: Site, { id: planId }: Plan): Promise<ReadonlySet<string>> {
  const subjects = new Set<string>();
  for (let pageToken = ""; ; ) {
    const page = await site.client.listPlanSteps({ planId, pageSize: 1000, pageToken });
    for (const step of page.steps) if (step.disposition === Disposition.CHANGE) subjects.add(step.subject);
    pageToken = page.nextPageToken;
    if (pageToken === "") return subjects;
  }
}
