import type { Client } from "@connectrpc/connect";
import { Code, ConnectError } from "@connectrpc/connect";
import type { Logger } from "pino";
import type { DesignStateService } from "../../gen/bedplate/design/v1/design_state_service_pb.js";
import type { IntrospectionService } from "../../gen/bedplate/introspection/v1/introspection_service_pb.js";
import type { StepKind } from "../../gen/bedplate/orchestrator/v1/plan_pb.js";
import { ErrorReason } from "../../gen/bedplate/type/v1/error_pb.js";
import type { Database } from "../db/database.ts";
import { withTransaction } from "../db/with-transaction.ts";
import { failure } from "../mesh/failure.ts";
import type { Controllers } from "./controllers.ts";
import type { DesignSnapshots } from "./design-snapshot.ts";
import { createDispatcher } from "./dispatch/dispatcher.ts";
import type { DriverAccess } from "./drivers/driver-access.ts";
import { createEngine } from "./engine/dbos-engine.ts";
import type { Life } from "./engine/life.ts";
import type { BoundaryWatch } from "./job/boundaries.ts";
import { createCallInWatch } from "./job/call-in-watch.ts";
import { finishJob } from "./job/finish-job.ts";
import { createJobInfos } from "./job/job-info.ts";
import { createJobWatch } from "./job/job-watch.ts";
import { createLeases } from "./job/leases.ts";
import { nodesEnded } from "./job/nodes-ended.ts";
import { createServerObserver } from "./job/observer.ts";
import { JOB_WORKFLOW, jobWorkflowId, jobWorkflows, NODE_WORKFLOW, nodeWorkflowId } from "./job/workflows.ts";
import type { Policy } from "./policy.ts";
import { pruneSweep } from "./prune-sweep.ts";
import type { ChangeBus } from "./record/change-bus.ts";
import { createRecorder, designKey } from "./record/recorder.ts";
import { createStatusRecorder } from "./record/status-recorder.ts";
import type { Step } from "./steps/step.ts";
import { silentNodes } from "./store/admission.ts";
import { forgetDrift, writeDrift } from "./store/node-drift.ts";
import { deleteExpiredPlans } from "./store/plans.ts";
import { readTask, unfinishedJobs } from "./store/read-job.ts";
import { knownResults, writeScriptResults } from "./store/script-results.ts";
import { writeChangesIn } from "./store/write-changes.ts";
import { wait } from "./wait.ts";
import { within } from "./within.ts";
import type { World } from "./world.ts";

/** What carries jobs out, for one life of the process. */
export interface Carrier {
  /** Begins, with what was left unfinished first. */
  launch(): Promise<void>;
  /** Begins a job that is written down. Rejects when that can't be now: it is caught up later, here or elsewhere. */
  start(jobId: string): Promise<void>;
  /** Says at once what the database says already of a job. */
  cancel(jobId: string): void;
  hold(jobId: string, held: boolean): void;
  /** Says that nodes of a job may begin now that could not before. */
  wake(jobId: string): void;
  nodeChanged(design: string, node: string): void;
  /** Stops. What was under way goes on elsewhere, or here at the next launch of another carrier; nothing of it is recorded here. */
  close(): Promise<void>;
}

/** What a carrier stands on. */
export interface CarrierDeps {
  readonly database: Database;
  readonly life: Life;
  readonly bus: ChangeBus;
  readonly drivers: DriverAccess;
  readonly world: World;
  readonly controllers: Controllers;
  readonly snapshots: DesignSnapshots;
  readonly state: () => Client<typeof DesignStateService>;
  readonly introspection: () => Client<typeof IntrospectionService>;
  readonly nodeTokenKey: Uint8Array;
  readonly introspectionUrl: () => string;
  readonly policy: Policy;
  readonly steps: ReadonlyMap<StepKind, Step>;
  readonly boundary: BoundaryWatch;
  readonly log: Logger;
}

/** How long is waited, at each step of closing, for what waits for the database. */
const CLOSE_MS = 10_000;
const SILENT_AT_ONCE = 100;
const EXPIRED_PLANS_PER_SWEEP = 10;

/** Makes a carrier. Two at a time in one process are not allowed. */
export function createCarrier(deps: CarrierDeps): Carrier {
  const { database, life, bus, drivers, world, controllers, snapshots, state, policy, log } = deps;
  const { introspection, nodeTokenKey, introspectionUrl, steps, boundary } = deps;
  const { db } = database;
  const stop = new AbortController();
  // No node begins once the engine is told to stop.
  const admitting = new AbortController();
  const warn = (what: string) => (error: unknown) => log.warn({ err: error }, what);
  const fault = (message: string, cause?: unknown): void => log.error({ err: cause }, message);
  const recorder = createRecorder({ database, bus, life, signal: stop.signal, log: (message) => log.warn(message) });
  const watched = createJobWatch(db, policy.pollMs, stop.signal, warn("looking for what people want of jobs failed"));
  const callIns = createCallInWatch(state, policy.callInPollMs, stop.signal, warn("looking for nodes failed"));
  const observer = createServerObserver({
    drivers,
    everyMs: policy.observeEveryMs,
    observeMs: policy.observeMs,
    stop: stop.signal,
    onError: (instance, err) => log.warn({ err, instance }, "machines that tasks wait for can't be looked at"),
  });
  const engine = createEngine({
    backend: database.engineBackend,
    life,
    log: (level, message) => log[level]({ component: "engine" }, message),
  });
  const leases = createLeases(db, life, warn("other jobs wait for nodes until this one has ended"));
  const statuses = createStatusRecorder(state, stop.signal, database.engineBackend.kind === "postgres" ? life.id : "");
  const dispatcher = createDispatcher({
    ...{ database, bus, policy, signal: admitting.signal },
    async startNode(jobId, node) {
      await boundary("node-admitted", undefined, node);
      await engine.start(NODE_WORKFLOW, nodeWorkflowId(jobId, node), { jobId, node });
    },
    onError: warn("letting nodes begin failed, trying again"),
  });
  const workflows = jobWorkflows({
    ...{ db, drivers, world, callIns, observer, recorder, state, policy },
    leases,
    controllers,
    drift: {
      record: (finding) => writeDrift(db, finding),
      forget: (design, node) => forgetDrift(db, design, node),
    },
    scripts: {
      known: (design, node, jobId) => knownResults(db, design, node, jobId),
      record: (results) => writeScriptResults(db, results),
    },
    dispatcher,
    ...{ introspection, nodeTokenKey, introspectionUrl },
    statuses: {
      async record(design, update) {
        try {
          await statuses.record(design, update);
        } catch (error) {
          // What a process thinks whose work was taken up by another is no longer true of the node, and it notices that here.
          if (ConnectError.from(error).code === Code.FailedPrecondition)
            await db.transaction((tx) => life.assertHeld(tx));
          throw error;
        }
      },
    },
    readTask: (jobId, sequence) => readTask(db, jobId, sequence),
    cancelOf: (jobId) => watched.signalOf(jobId),
    mayStart: (jobId, signal) => watched.mayStart(jobId, signal),
    async write(design, changes) {
      await withTransaction(db, async (tx) => {
        await life.assertHeld(tx);
        await writeChangesIn(tx, design, changes);
      });
      database.noteWrites(changes.length * 2);
      bus.emit([designKey(design)]);
    },
    nodesEnded: (jobId, signal) =>
      nodesEnded(
        { db, bus, pollMs: policy.pollMs, restMs: policy.turnMs },
        jobId,
        signal,
        warn(`looking whether the nodes of job ${jobId} have ended failed, trying again`),
      ),
    jobs: createJobInfos({
      db,
      snapshots,
      stop: stop.signal,
      cancelOf: (jobId) => watched.signalOf(jobId),
      log: fault,
    }),
    ended: (jobId) => watched.forget(jobId),
    log: fault,
    ...{ steps, boundary },
  });

  const startJob = (jobId: string): Promise<void> => engine.start(JOB_WORKFLOW, jobWorkflowId(jobId), { jobId });
  const takeUp = async (jobId: string): Promise<void> => {
    await startJob(jobId);
    // A workflow the engine gave up is not begun again, and its job would be unfinished for ever.
    if (!(await engine.hasEnded(jobWorkflowId(jobId)))) return;
    await finishJob(db, recorder, jobId);
  };
  /** Starts the work on nodes that were let begin by a process that died before it could, and ends those whose work the engine gave up. */
  const takeUpNode = async (jobId: string, design: string, node: string): Promise<void> => {
    const id = nodeWorkflowId(jobId, node);
    await engine.start(NODE_WORKFLOW, id, { jobId, node });
    if (!(await engine.hasEnded(id))) return;
    const message = "internal fault of Bedplate: the work on this ended early";
    await recorder.node(design, { jobId, node, state: "FAILED", message, ends: true });
  };
  const sweep = async (): Promise<void> => {
    for (const { id, design, canceled, paused } of await unfinishedJobs(db)) {
      if (canceled) watched.cancel(id);
      await takeUp(id).catch(warn(`job ${id} will be taken up later`));
      // Between two tasks of a held job there is nothing to hear.
      if (paused) continue;
      for (const node of await silentNodes(db, id, policy.sweepMs, SILENT_AT_ONCE)) {
        await takeUpNode(id, design, node).catch(warn(`node ${node} of job ${id} will be taken up later`));
      }
    }
    await deleteExpiredPlans(db, policy.expiredPlanKeptMs, EXPIRED_PLANS_PER_SWEEP);
  };
  /** The database may be away: what is left then finds that it does no longer hold this process's life. */
  const ended = async (what: string, work: Promise<unknown>): Promise<void> => {
    if (!(await within(CLOSE_MS, work))) log.warn(`${what}: not waited for any longer, the database doesn't answer`);
  };
  let sweeping: Promise<unknown> = Promise.resolve();
  const sweepAgain = async (): Promise<void> => {
    for (;;) {
      await wait(policy.sweepMs, stop.signal);
      await sweep().catch(warn("looking for jobs nobody works on failed"));
    }
  };

  return {
    async launch() {
      await engine.launch(workflows);
      await sweep();
      dispatcher.start();
      const pruning = pruneSweep(db, policy, stop.signal, warn("deleting what is too old failed"));
      sweeping = Promise.allSettled([sweepAgain(), pruning]);
    },
    start: startJob,
    cancel(jobId) {
      watched.cancel(jobId);
      dispatcher.wake(jobId);
    },
    hold(jobId, held) {
      watched.hold(jobId, held);
      dispatcher.wake(jobId);
    },
    wake: (jobId) => dispatcher.wake(jobId),
    nodeChanged: (design, node) => callIns.changed(design, node),
    async close() {
      admitting.abort(new Error("the server is shutting down"));
      await ended("the turns of nodes", dispatcher.idle());
      await engine.shutdown();
      stop.abort(failure(Code.Unavailable, ErrorReason.SHUTTING_DOWN, "the server is shutting down; call again"));
      await ended("looking for jobs", sweeping);
      await ended("writing down how jobs get on", recorder.idle());
      await ended("leases", leases.putDown().catch(warn("leases are free once this process counts as gone")));
    },
  };
}
