import { createHash } from "node:crypto";
import { DBOS, type WorkflowHandle } from "@dbos-inc/dbos-sdk";
import { DBOSExecutor } from "@dbos-inc/dbos-sdk/internal/dbos-executor";
import { type Client, type PoolClient as PgClient, Pool as PgPool } from "pg";
import type { EngineBackend } from "../../db/database.ts";
import { within } from "../within.ts";
import { type Activity, createActivity } from "./activity.ts";
import type { Engine, Json, StepContext, WorkflowContext } from "./engine.ts";
import type { Life, LifeWork } from "./life.ts";
import { outsideWorkflows } from "./outside-workflows.ts";
import { createPglitePool, type Pool } from "./pglite-pool.ts";
import { createPoolGate, type PoolGate } from "./pool-gate.ts";

/** Where the engine keeps its state and what it reports to. */
export interface EngineOptions {
  readonly backend: EngineBackend;
  /** The life of the process that the engine works in, on the same database. An engine whose life is lost does nothing more, and is to be shut down. */
  readonly life: Life;
  /** One line about what the engine noticed. Never holds a secret. */
  readonly log: (level: "debug" | "warn" | "error", message: string) => void;
}

// A new number strands the workflows of the old one: raise it only when running workflows can't be carried on.
const APPLICATION_VERSION = "1";
// A workflow is never given up because it was interrupted often.
const RESTARTS = 1_000_000;
const UNFINISHED: ReadonlySet<string> = new Set(["PENDING", "ENQUEUED", "DELAYED"]);
const STARTED_ALREADY = "already exists in queue";
const CONNECTIONS = 10;
const CONNECT_MS = 10_000;
const IDLE_MS = 10_000;
const DRAIN_MS = 10_000;
const END_MS = 10_000;
const CLOSE_MS = 5_000;
const POLL_MS = 100;
const POLL_SELDOM_MS = 500;

/**
 * The durable engine: DBOS on the embedded database, where one process has all the work, or on PostgreSQL, where any number
 * share it. Launching again after a shutdown is allowed; two engines at a time in one process are not.
 */
export function createEngine(options: EngineOptions): Engine {
  const { life } = options;
  let closing = new AbortController();
  let running: Running | undefined;

  return {
    async launch(workflows) {
      if (running !== undefined || DBOS.isInitialized()) throw new Error("an engine runs in this process already");
      if (!(await within(END_MS, ending))) throw new Error("an engine that ran in this process has not ended yet");
      closing = new AbortController();
      const connections = openPool(options);
      const gate = createPoolGate(connections.pool);
      DBOS.setConfig({
        name: "bedplate",
        // Never connected to, and named only because DBOS wants one: the pool is used in its place.
        systemDatabaseUrl: "postgresql://nobody@localhost/bedplate",
        systemDatabasePool: gate.pool as unknown as PgPool,
        applicationVersion: APPLICATION_VERSION,
        executorID: life.id,
        // Workflows are waited for by status: nothing is ever notified.
        useListenNotify: false,
        logger: logger(options.log),
      });
      const activity = createActivity(AbortSignal.any([closing.signal, life.lost]));
      const registered = new Map<string, RegisteredWorkflow>();
      for (const [name, workflow] of Object.entries(workflows)) {
        const body = (input: Json): Promise<void> => workflow(createContext(registered, activity), input);
        registered.set(name, DBOS.registerWorkflow(body, { name, maxRecoveryAttempts: RESTARTS }));
      }
      try {
        await life.begin();
        await DBOS.launch();
      } catch (error) {
        await takeDown(gate, connections.end, options.log);
        throw error;
      }
      if (options.backend.kind === "postgres") life.keep(lifeWork(options, gate.pool));
      running = { registered, activity, gate, endPool: connections.end };
    },

    async start(workflow, id, input) {
      if (running === undefined) throw new Error("the engine does not run");
      const { registered, activity } = running;
      await outsideWorkflows(() => activity.unlessStopped(() => startRun(registered, workflow, id, input)));
    },

    async hasEnded(id) {
      if (running === undefined) throw new Error("the engine does not run");
      const found = await running.activity.unlessStopped(() => DBOS.getWorkflowStatus(id));
      return found !== null && !UNFINISHED.has(found.status);
    },

    async shutdown() {
      if (running === undefined) return;
      const { activity, gate, endPool } = running;
      running = undefined;
      closing.abort(new Error("the engine is stopping"));
      await within(DRAIN_MS, activity.drained());
      await within(
        END_MS,
        life.end().catch((error) => options.log("warn", lineOf(error))),
      );
      await takeDown(gate, endPool, options.log);
    },
  };
}

/** Whose ending has not come to its end yet: nothing can be launched before. */
let ending: Promise<void> = Promise.resolve();

/** Ends what `launch` began, within 25 s whatever the database does. */
async function takeDown(gate: PoolGate, endPool: () => Promise<void>, log: EngineOptions["log"]): Promise<void> {
  ending = DBOS.shutdown({ deregister: true }).catch((error) => log("warn", lineOf(error)));
  if (await within(END_MS, ending)) {
    // A statement the database doesn't answer has its connection until that is ended.
    if (!(await within(END_MS, gate.close()))) log("warn", "a statement of the engine is not waited for any longer");
  } else {
    log("warn", "the engine takes long to end; its connections are ended");
    // What it still asks for must fail: it would wait at a closed gate, and never end.
    void ending.then(() => gate.close());
  }
  await endPool();
}

type RegisteredWorkflow = (input: Json) => Promise<void>;

interface Running {
  readonly registered: ReadonlyMap<string, RegisteredWorkflow>;
  readonly activity: Activity;
  readonly gate: PoolGate;
  readonly endPool: () => Promise<void>;
}

function createContext(registered: ReadonlyMap<string, RegisteredWorkflow>, activity: Activity): WorkflowContext {
  const id = DBOS.workflowID ?? "";
  return {
    id,
    step: (name, run) => activity.during(() => DBOS.runStep(() => runStep(activity, id, run), { name })),
    async runAll(workflow, runs) {
      const handles = await activity.during(() =>
        Promise.all(runs.map((each) => startRun(registered, workflow, each.id, each.input))),
      );
      await settled(handles, activity);
    },
  };
}

async function runStep<Result extends Json>(
  activity: Activity,
  workflowId: string,
  run: (step: StepContext) => Promise<Result>,
): Promise<Result> {
  const operationId = boundedId(`${workflowId}:${DBOS.stepID}`);
  try {
    return await run({ operationId, signal: activity.signal });
  } catch (error) {
    // What fails because the process stops must not be kept as the step's outcome.
    if (activity.signal.aborted) return activity.park();
    throw error;
  }
}

/** Names of nodes may be longer than an operation id. */
function boundedId(id: string): string {
  return id.length <= 100 ? id : `sha256:${createHash("sha256").update(id).digest("hex")}`;
}

function startRun(
  registered: ReadonlyMap<string, RegisteredWorkflow>,
  workflow: string,
  id: string,
  input: Json,
): Promise<WorkflowHandle<void>> {
  const target = registered.get(workflow);
  if (target === undefined) throw new Error(`no workflow is called ${workflow}`);
  return DBOS.startWorkflow(target, { workflowID: id })(input);
}

/** Waits for runs of this process by their own promises, which costs nothing, then makes sure of them all in the database. */
async function settled(handles: readonly WorkflowHandle<void>[], activity: Activity): Promise<void> {
  const here = handles.flatMap((handle) => {
    const { workflowPromise } = handle as { workflowPromise?: Promise<void> };
    return workflowPromise === undefined ? [] : [workflowPromise];
  });
  await Promise.allSettled(here);
  const pollingIntervalMs = here.length === handles.length ? POLL_MS : POLL_SELDOM_MS;
  if (activity.signal.aborted) return new Promise(() => {});
  await DBOS.waitAll([...handles], { pollingIntervalMs });
}

function openPool({ backend, log }: EngineOptions): { readonly pool: Pool; readonly end: () => Promise<void> } {
  if (backend.kind === "pglite") return { pool: createPglitePool(backend.pglite), end: async () => {} };
  const pool = new PgPool({
    connectionString: backend.url,
    max: CONNECTIONS,
    connectionTimeoutMillis: CONNECT_MS,
    application_name: "bedplate engine",
    // A process that is stopped in the midst of a transaction must not keep workflows from the others.
    idle_in_transaction_session_timeout: IDLE_MS,
  });
  // A client that is out of the pool when its connection breaks tells nobody else, and a break nobody hears of ends the process.
  pool.on("connect", (client) => client.on("error", (error) => log("debug", `a connection broke: ${lineOf(error)}`)));
  pool.on("error", (error) => log("warn", `a connection of the engine broke: ${lineOf(error)}`));
  const open = new Set<PgClient>();
  pool.on("connect", (client) => open.add(client));
  pool.on("remove", (client) => open.delete(client));
  return {
    pool: pool as unknown as Pool,
    async end() {
      // The pool waits for whatever is out of it.
      const ended = pool.end();
      if (await within(CLOSE_MS, ended)) return;
      for (const client of open) void (client as unknown as Client).end().catch(() => {});
    },
  };
}

function lifeWork(options: EngineOptions, pool: Pool): LifeWork {
  return {
    async holders() {
      const { rows } = await pool.query(
        "select distinct executor_id from dbos.workflow_status where status = 'PENDING' and application_version = $1",
        [APPLICATION_VERSION],
      );
      return rows.map((row) => String(row.executor_id));
    },
    async takeOver(ids) {
      options.log("warn", `taking over the work of ${ids.join(", ")}`);
      // DBOS recovers only what its own executor left; this is what its Conductor calls for others.
      await DBOSExecutor.globalInstance?.recoverPendingWorkflows([...ids]);
    },
    onError: (error) => options.log("warn", `looking after other processes failed: ${lineOf(error)}`),
  };
}

function logger(log: EngineOptions["log"]): {
  readonly info: (entry: unknown) => void;
  readonly debug: (entry: unknown) => void;
  readonly warn: (entry: unknown) => void;
  readonly error: (entry: unknown) => void;
} {
  const at = (level: "debug" | "warn" | "error") => (entry: unknown) => log(level, lineOf(entry));
  // Starting what is started already is how jobs nobody works on are looked for, and no news.
  const warn = (entry: unknown): void => log(lineOf(entry).includes(STARTED_ALREADY) ? "debug" : "warn", lineOf(entry));
  return { info: at("debug"), debug: at("debug"), warn, error: at("error") };
}

function lineOf(entry: unknown): string {
  const text = entry instanceof Error ? entry.message : String(entry);
  return text.split("\n", 1)[0] ?? "";
}
