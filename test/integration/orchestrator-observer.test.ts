import { Code } from "@connectrpc/connect";
import { expect, test } from "vitest";
import { PowerState } from "../../gen/bedplate/driver/v1/server_driver_service_pb.js";
import { ErrorReason } from "../../gen/bedplate/type/v1/error_pb.js";
import { createDriverWorld, type DriverWorld, driverFailure } from "../support/driver-world.ts";
import { nodeNames, type Site, startRequest, stateOf, withSite } from "../support/orchestrator.ts";

const NODES = 24;
const NAMES = nodeNames(NODES);
const HOUR = 3_600_000;

/** Counts calls by method; machines looked at together are "listing", one by itself is "look". */
function counted(world: DriverWorld, meanwhile: (method: string, count: number) => Promise<void> | void) {
  const calls = new Map<string, number>();
  world.before = (method, subject) => {
    const looks = subject.includes(",") ? "listing" : "look";
    const what = method === "observeServers" ? looks : method;
    const count = (calls.get(what) ?? 0) + 1;
    calls.set(what, count);
    return meanwhile(what, count);
  };
  return { of: (what: string) => calls.get(what) ?? 0 };
}

function moveOn(world: DriverWorld): void {
  world.busy.clear();
  for (const machine of world.machines.values()) machine.power = PowerState.ON;
}

async function start(site: Site): Promise<string> {
  const { job } = await site.client.startJob(startRequest(await site.plan()));
  return job?.id ?? "";
}

test("machines that keep their tasks waiting are looked at together, whatever befalls a look; a change wakes each task, and nothing else calls the driver", () =>
  withSite(
    NODES,
    async (site) => {
      const { world } = site;
      const jobId = await (async () => {
        for (const name of NAMES) world.busy.add(name);
        const started = Promise.withResolvers<string>();
        const looks = { whole: 0 };
        const enough = Promise.withResolvers<void>();
        let ensured = 0;
        world.before = (method, subject) => {
          if (method === "ensure COMMISSIONED") ensured++;
          const names = subject.split(",");
          if (method !== "observeServers" || ensured < NODES || names.length < 2) return;
          if (names.length < NODES) return;
          looks.whole++;
          if (looks.whole <= 2) throw driverFailure(Code.Unavailable, ErrorReason.PLUGIN_UNAVAILABLE, "it restarts");
          if (looks.whole === 5) enough.resolve();
        };
        start(site).then(started.resolve, started.reject);
        await enough.promise;
        expect(ensured).toBe(NODES);
        return started.promise;
      })();
      const calls = counted(world, () => {});
      moveOn(world);
      expect(stateOf((await site.follow(jobId)).job)).toBe("SUCCEEDED");
      // One call that begins the work and one that finds it done.
      expect(calls.of("ensure COMMISSIONED")).toBe(2 * NODES);
    },
    { policy: { observeEveryMs: 50, askAgainMs: HOUR } },
  ));

test("a driver that tells changes by itself wakes tasks without being looked at, for as long as any waits", async () => {
  const world = createDriverWorld(NAMES, { watchServers: true });
  await withSite(
    NODES,
    async (site) => {
      for (const name of NAMES) world.busy.add(name);
      const ready = Promise.withResolvers<void>();
      const begun = Promise.withResolvers<void>();
      const calls = counted(world, (method, count) => {
        if (method === "ensure COMMISSIONED" && count === NODES) ready.resolve();
        // What is seen by looking no longer counts: only what is told can wake a task.
        if (method === "listing" && world.watchers > 0) {
          begun.resolve();
          return world.busy.size === 0 ? new Promise(() => {}) : undefined;
        }
        return undefined;
      });
      const jobId = await start(site);
      await Promise.all([ready.promise, begun.promise]);
      expect(world.watchers).toBe(1);
      const left = new Promise<void>((resolve) => {
        world.watched = (watchers) => watchers === 0 && resolve();
      });
      moveOn(world);
      world.tell(NAMES);
      expect(stateOf((await site.follow(jobId)).job)).toBe("SUCCEEDED");
      expect(calls.of("watchServers")).toBe(1);
      await left;
    },
    { world, policy: { observeEveryMs: 50, askAgainMs: HOUR } },
  );
});

test("a machine nobody can look at is asked about when its driver said; one that has nothing new soon enough is asked less and less often", () =>
  withSite(
    1,
    async (site) => {
      const { world } = site;
      world.busy.add("n000");
      world.busyMs = 20;
      const calls = counted(world, (method, count) => {
        if (method === "look" && calls.of("ensure COMMISSIONED") > 0 && world.busy.size > 0)
          throw driverFailure(Code.Unavailable, ErrorReason.PLUGIN_UNAVAILABLE, "not now");
        // Said to be asked again after 20 ms it is asked after 40, 80 and then every 100.
        if (method === "ensure COMMISSIONED" && count === 6) moveOn(world);
      });
      expect(stateOf((await site.follow(await start(site))).job)).toBe("SUCCEEDED");
      expect(calls.of("ensure COMMISSIONED")).toBeGreaterThanOrEqual(7);
    },
    { policy: { observeEveryMs: 100, askAgainMs: HOUR } },
  ));
