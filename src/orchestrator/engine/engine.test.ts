import { DBOS } from "@dbos-inc/dbos-sdk";
import { sql } from "drizzle-orm";
import { expect, test } from "vitest";
import { withDatabase, withLastingDatabase } from "../../../test/support/database.ts";
import type { Database } from "../../db/database.ts";
import { design, replica } from "../../db/schema.ts";
import { createEngine, type EngineOptions } from "./dbos-engine.ts";
import type { Engine, Json, Workflow } from "./engine.ts";
import { createLife, type Life, LifeLost } from "./life.ts";

function engineOn({ db, engineBackend }: Database, options: Partial<EngineOptions> = {}): Engine {
  const life = createLife({ db, shared: engineBackend.kind === "postgres", heartbeatMs: 100, deadAfterMs: 1_000 });
  return createEngine({ life, backend: engineBackend, log: () => {}, ...options });
}

async function withEngine(
  workflows: Readonly<Record<string, Workflow>>,
  work: (engine: Engine, database: Database) => Promise<void>,
): Promise<void> {
  await withDatabase(async (database) => {
    const engine = engineOn(database);
    await engine.launch(workflows);
    try {
      await work(engine, database);
    } finally {
      await engine.shutdown();
    }
  });
}

/** A promise to be kept from outside. */
function signal<Value = void>(): PromiseWithResolvers<Value> {
  return Promise.withResolvers<Value>();
}

test("a workflow runs its steps in order, once however often it is started", async () => {
  const done = signal();
  const ran: Json[] = [];
  const order: Workflow = async ({ step, id }, input) => {
    const first = await step("first", async () => {
      ran.push(["first", input]);
      return 1;
    });
    await step("second", async ({ operationId }) => {
      ran.push(["second", first, operationId]);
      return null;
    });
    expect(id).toBe("order:1");
    done.resolve();
  };
  await withEngine({ order }, async (engine) => {
    await Promise.all([engine.start("order", "order:1", { n: 7 }), engine.start("order", "order:1", { n: 7 })]);
    await done.promise;
    await engine.start("order", "order:1", { n: 8 });
    expect(ran).toEqual([
      ["first", { n: 7 }],
      ["second", 1, "order:1:1"],
    ]);
  });
});

test("runAll waits for every workflow, also for those that fail", async () => {
  const ended = signal<readonly string[]>();
  const done: string[] = [];
  const child: Workflow = async ({ step, id }) => {
    await step("work", async () => {
      if (id === "child:2") throw new Error("broken");
      done.push(id);
      return null;
    });
  };
  const parent: Workflow = async ({ runAll }) => {
    await runAll(
      "child",
      [1, 2, 3].map((n) => ({ id: `child:${n}`, input: null })),
    );
    ended.resolve([...done]);
  };
  await withEngine({ parent, child }, async (engine) => {
    await engine.start("parent", "parent:1", null);
    expect((await ended.promise).toSorted()).toEqual(["child:1", "child:3"]);
  });
});

test("what a shutdown interrupts is run again at the next launch, under the same operation id, and nothing before it", () =>
  withLastingDatabase(async (open) => {
    const ran: string[] = [];
    const reached = signal();
    const done = signal();
    let database = await open();
    let engine = engineOn(database);
    const before: Workflow = async ({ step }) => {
      await step("quick", async ({ operationId }) => {
        ran.push(operationId);
        return null;
      });
      await step("long", async ({ operationId, signal: stopping }) => {
        ran.push(operationId);
        reached.resolve();
        await new Promise((_, reject) => stopping.addEventListener("abort", () => reject(stopping.reason)));
        return null;
      });
    };
    await engine.launch({ job: before });
    await engine.start("job", "job:1", null);
    await reached.promise;
    await engine.shutdown();
    await database.close();

    database = await open();
    engine = engineOn(database);
    const after: Workflow = async ({ step }) => {
      await step("quick", async ({ operationId }) => {
        ran.push(operationId);
        return null;
      });
      await step("long", async ({ operationId }) => {
        ran.push(operationId);
        return null;
      });
      done.resolve();
    };
    await engine.launch({ job: after });
    await done.promise;
    await engine.shutdown();
    await database.close();
    expect(ran).toEqual(["job:1:0", "job:1:1", "job:1:1"]);
  }));

test("a step's failure is thrown into the workflow, which goes on as it likes", async () => {
  const caught = signal<string>();
  const brave: Workflow = async ({ step }) => {
    const message = await step("fail", () => Promise.reject(new Error("no luck"))).catch(
      (error: Error) => error.message,
    );
    caught.resolve(await step("tell", async () => message));
  };
  await withEngine({ brave }, async (engine) => {
    await engine.start("brave", "brave:1", null);
    expect(await caught.promise).toBe("no luck");
  });
});

test("transactions of our own and the engine's take turns on one database", async () => {
  const done = signal();
  const busy: Workflow = async ({ step }) => {
    for (let n = 0; n < 20; n++) await step(`step ${n}`, async () => n);
    done.resolve();
  };
  await withEngine({ busy }, async (engine, { db }) => {
    await engine.start("busy", "busy:1", null);
    const write = (n: number): Promise<void> =>
      db.transaction(async (tx) => {
        await tx.insert(design).values({ name: `d${n}`, revision: 0n, valid: true });
        await tx.execute(sql`select pg_sleep(0.01)`);
      });
    await Promise.all([...Array.from({ length: 20 }, (_, n) => write(n)), done.promise]);
    expect(await db.$count(design)).toBe(20);
  });
});

test("a name that is no workflow, a second engine and a stopped engine are refused", async () => {
  await withEngine({}, async (engine, database) => {
    await expect(engine.start("nothing", "n:1", null)).rejects.toThrow("no workflow is called nothing");
    await expect(engineOn(database).launch({})).rejects.toThrow("an engine runs in this process already");
    await engine.shutdown();
    await expect(engine.start("nothing", "n:1", null)).rejects.toThrow("the engine does not run");
  });
});

/** A life that others can declare over, on either database. */
function losableLife({ db }: Database): Life {
  return createLife({ db, shared: true, heartbeatMs: 60_000, deadAfterMs: 120_000 });
}

test("what is begun once the life is lost is refused, and never waits", () =>
  withDatabase(async (database) => {
    const { db } = database;
    const life = losableLife(database);
    const engine = engineOn(database, { life });
    await engine.launch({ job: async () => {} });
    await db.delete(replica);
    await expect(db.transaction((tx) => life.assertHeld(tx))).rejects.toThrow(LifeLost);
    await expect(engine.start("job", "job:1", null)).rejects.toThrow(LifeLost);
    await expect(engine.hasEnded("job:1")).rejects.toThrow(LifeLost);
    await engine.shutdown();
  }));

test("who starts something while the database doesn't answer is told when the engine stops, and does not wait", () =>
  withDatabase(async (database) => {
    const { db } = database;
    const life = losableLife(database);
    const engine = engineOn(database, { life });
    await engine.launch({ job: async () => {} });
    const held = signal();
    const goes = signal();
    const holding = db.transaction(async (tx) => {
      await tx.execute(sql`lock table dbos.workflow_status in access exclusive mode`);
      held.resolve();
      await goes.promise;
    });
    await held.promise;
    const starting = engine.start("job", "job:1", null);
    const refused = expect(starting).rejects.toThrow("the engine is stopping");
    const ended = engine.shutdown();
    await refused;
    goes.resolve();
    await holding;
    await ended;
  }));

test("who begins anew because a step noticed that its life is lost is no part of that step", () =>
  withDatabase(async (database) => {
    const { db } = database;
    const life = losableLife(database);
    const engine = engineOn(database, { life });
    const done = signal<string>();
    const workflows: Readonly<Record<string, Workflow>> = {
      first: async ({ step }) => {
        await step("notice", async () => {
          await db.delete(replica);
          await db.transaction((tx) => life.assertHeld(tx));
          return null;
        });
      },
      second: async ({ runAll }, input) => runAll("third", [{ id: "third", input }]),
      third: async ({ step }, input) => done.resolve(await step("say", async () => String(input))),
    };
    const next = engineOn(database);
    const reborn = signal();
    life.lost.addEventListener("abort", () => {
      const began = async (): Promise<void> => {
        expect(DBOS.isWithinWorkflow()).toBe(false);
        await engine.shutdown();
        await next.launch(workflows);
        await next.start("second", "second", "anew");
      };
      began().then(reborn.resolve, reborn.reject);
    });
    await engine.launch(workflows);
    // Its step may have noticed before this is answered.
    await engine.start("first", "first", null).catch(() => {});
    await reborn.promise;
    expect(await done.promise).toBe("anew");
    await next.shutdown();
  }));
