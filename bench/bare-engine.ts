import type { Database } from "../src/db/database.ts";
import { createEngine } from "../src/orchestrator/engine/dbos-engine.ts";
import type { Workflow } from "../src/orchestrator/engine/engine.ts";
import { createLife } from "../src/orchestrator/engine/life.ts";
import type { Took, WorkClock } from "./work-clock.ts";

// What a step of a task keeps: an outcome of this size.
const OUTCOME = { ok: true, carried: { precondition: "1", deployedSince: "" } };

/** Runs as many workflows of as many empty steps as a job has, below one parent, as fast as the engine can. No other engine may run in this process. */
export async function timeBareEngine(
  database: Database,
  clock: WorkClock,
  workflows: number,
  steps: number,
): Promise<Took> {
  const engine = createEngine({
    backend: database.engineBackend,
    life: createLife({ db: database.db, shared: database.engineBackend.kind === "postgres" }),
    log: (level, message) => level === "error" && console.error(message),
  });
  const ended = Promise.withResolvers<void>();
  const names = Array.from({ length: steps }, (_, index) => `step ${index}`);
  const child: Workflow = async (context) => {
    for (const name of names) await context.step(name, async () => OUTCOME);
  };
  const parent: Workflow = async (context) => {
    const runs = Array.from({ length: workflows }, (_, index) => ({ id: `${context.id}:${index}`, input: null }));
    await context.runAll("bare-child", runs);
    ended.resolve();
  };
  await engine.launch({ "bare-parent": parent, "bare-child": child });
  try {
    return await clock.time(async () => {
      await engine.start("bare-parent", "bare", null);
      await ended.promise;
    });
  } finally {
    await engine.shutdown();
  }
}
