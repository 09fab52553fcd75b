import { randomUUID } from "node:crypto";
import { Code, type ServiceImpl } from "@connectrpc/connect";
import type { Logger } from "pino";
import { DesignStateService } from "../../gen/bedplate/design/v1/design_state_service_pb.js";
import { IntrospectionService } from "../../gen/bedplate/introspection/v1/introspection_service_pb.js";
import type { OrchestratorService } from "../../gen/bedplate/orchestrator/v1/orchestrator_service_pb.js";
import type { StepKind } from "../../gen/bedplate/orchestrator/v1/plan_pb.js";
import { ErrorReason } from "../../gen/bedplate/type/v1/error_pb.js";
import type { Database } from "../db/database.ts";
import type { SecretStore } from "../db/secret-store.ts";
import { failure } from "../mesh/failure.ts";
import type { ServiceClients } from "../mesh/service-clients.ts";
import type { PluginHost } from "../plugins/plugin-host.ts";
import { createAnnotationLook } from "./annotation-look.ts";
import { createPlanChecks } from "./check-plannable.ts";
import { createControllers } from "./controllers.ts";
import { createDesignSnapshots } from "./design-snapshot.ts";
import { createDispatcher } from "./dispatch/dispatcher.ts";
import { createDriverAccess } from "./drivers/driver-access.ts";
import { createInstanceRegistrar } from "./drivers/instance-registrar.ts";
import { createSecretResolver } from "./drivers/secret-resolver.ts";
import { createEngine } from "./engine/dbos-engine.ts";
import type { BoundaryWatch } from "./job/boundaries.ts";
import { createCallInWatch } from "./job/call-in-watch.ts";
import { finishJob } from "./job/finish-job.ts";
import { createJobInfos } from "./job/job-info.ts";
import { createJobWatch } from "./job/job-watch.ts";
import { createLeases } from "./job/leases.ts";
import { nodesEnded } from "./job/nodes-ended.ts";
import { createServerObserver } from "./job/observer.ts";
import { JOB_WORKFLOW, jobWorkflowId, jobWorkflows, NODE_WORKFLOW, nodeWorkflowId } from "./job/workflows.ts";
import { createNodeChanges } from "./node-changes.ts";
import { createPlanner } from "./planner.ts";
import { DEFAULT_POLICY, type Policy } from "./policy.ts";
import { pruneSweep } from "./prune-sweep.ts";
import { createChangeBus } from "./record/change-bus.ts";
import { createLogRecorder } from "./record/log-recorder.ts";
import { createRecorder, designKey } from "./record/recorder.ts";
import { createStatusRecorder } from "./record/status-recorder.ts";
import { createDriftRpcs } from "./service/drift-rpcs.ts";
import { createDriverRpcs } from "./service/driver-rpcs.ts";
import { createHistoryRpcs } from "./service/history-rpcs.ts";
import { createJobRpcs } from "./service/job-rpcs.ts";
import { createNodeEventRpcs } from "./service/node-event-rpcs.ts";
import { createPlanRpcs } from "./service/plan-rpcs.ts";
import { createValidateRpc } from "./service/validate-rpc.ts";
import { createWatchRpcs } from "./service/watch-rpcs.ts";
import type { Step } from "./steps/step.ts";
import { STEPS } from "./steps/steps.ts";
import { silentNodes } from "./store/admission.ts";
import { forgetDrift, writeDrift } from "./store/node-drift.ts";
import { deleteExpiredPlans } from "./store/plans.ts";
import { readTask, unfinishedJobs } from "./store/read-job.ts";
import { writeChanges } from "./store/write-changes.ts";
import { wait } from "./wait.ts";
import { createEventFeeds } from "./watch/event-feeds.ts";
import { DEFAULT_WATCH_POLICY } from "./watch/watch-policy.ts";
import { createWorld } from "./world.ts";

/** What an orchestrator stands on. */
export interface OrchestratorDeps {
  readonly database: Database;
  /** The way to DesignStateService and IntrospectionService. */
  readonly clients: ServiceClients;
  readonly plugins: Pick<PluginHost, "client" | "info" | "state">;
  readonly secrets: SecretStore;
  /** Directory below which `file:` references read; undefined refuses them. */
  readonly secretsDirectory: string | undefined;
  /** Variables `env:` references read. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Key that node tokens are made with; the same for all processes on one database. */
  readonly nodeTokenKey: Uint8Array;
  /** Base URL at which nodes reach IntrospectionService. Asked when a node is deployed. */
  readonly introspectionUrl: () => string;
  readonly log: Logger;
  /** Where it differs from DEFAULT_POLICY. */
  readonly policy?: Partial<Policy>;
  /** PostgreSQL only: how often a process says that it is alive, and after how long a silence its jobs are taken over, in milliseconds. */
  readonly heartbeatMs?: number;
  readonly deadAfterMs?: number;
  /** The steps there are; STEPS when absent. */
  readonly steps?: ReadonlyMap<StepKind, Step>;
  /** Told of the boundaries jobs pass, and waited for there. Nobody when absent. */
  readonly boundary?: BoundaryWatch;
}

/** Plans and carries out. */
export interface Orchestrator {
  /** The code behind OrchestratorService: every RPC that is not planned for later. */
  readonly service: Partial<ServiceImpl<typeof OrchestratorService>>;
  /** Begins to carry jobs out, those left unfinished first. The services it calls must answer by then. */
  launch(): Promise<void>;
  /** Says that a node's state has just changed, for a step that may be waiting for it. */
  nodeChanged(design: string, node: string): void;
  /** Stops. Running jobs go on at the next launch, here or in another process. Leaves the database open. */
  close(): Promise<void>;
}

// A plan of many nodes has tens of thousands of steps.
const EXPIRED_PLANS_PER_SWEEP = 10;
const SILENT_AT_ONCE = 100;

/** Makes an orchestrator. One per process. */
export function createOrchestrator(deps: OrchestratorDeps): Orchestrator {
  const { database, clients, plugins, secrets, log } = deps;
  const { db } = database;
  const policy: Policy = { ...DEFAULT_POLICY, ...deps.policy };
  const stop = new AbortController();
  // No node begins once the engine is told to stop.
  const admitting = new AbortController();
  const state = () => clients.clientFor(DesignStateService);
  const resolver = createSecretResolver({ directory: deps.secretsDirectory, env: deps.env });
  const drivers = createDriverAccess({ db, plugins, secrets, resolver });
  const registrar = createInstanceRegistrar({ db, plugins, secrets, changed: (name) => drivers.changed(name) });
  const snapshots = createDesignSnapshots(state);
  const world = createWorld(drivers, state, policy.observeMs);
  const controllers = createControllers({
    ...{ drivers, state, secrets: resolver },
    callMs: policy.callMs,
    observeMs: policy.observeMs,
  });
  const changes = createNodeChanges(drivers, policy);
  const annotations = createAnnotationLook(changes, drivers);
  const checks = createPlanChecks(drivers, state);
  const planner = createPlanner({ db, snapshots, world, controllers, annotations, changes, checks, state, policy });
  const bus = createChangeBus();
  const warn = (what: string) => (error: unknown) => log.warn({ err: error }, what);
  const fault = (message: string, cause?: unknown): void => log.error({ err: cause }, message);
  const recorder = createRecorder({ database, bus, signal: stop.signal, log: (message) => log.warn(message) });
  const watchPolicy = { ...DEFAULT_WATCH_POLICY, pollMs: policy.pollMs };
  const feeds = createEventFeeds(db, watchPolicy);
  const logs = createLogRecorder(database, bus, policy);
  const watched = createJobWatch(db, policy.pollMs, stop.signal, warn("looking for what people want of jobs failed"));
  const callIns = createCallInWatch(state, policy.callInPollMs, stop.signal, warn("looking for nodes failed"));
  const observer = createServerObserver({
    drivers,
    everyMs: policy.observeEveryMs,
    observeMs: policy.observeMs,
    stop: stop.signal,
    onError: (instance, err) => log.warn({ err, instance }, "machines that tasks wait for can't be looked at"),
  });
  const backend = database.engineBackend;
  const engine = createEngine({
    backend,
    db,
    log: (level, message) => log[level]({ component: "engine" }, message),
    ...(deps.heartbeatMs !== undefined && { heartbeatMs: deps.heartbeatMs }),
    ...(deps.deadAfterMs !== undefined && { deadAfterMs: deps.deadAfterMs }),
  });
  const leases = createLeases(db, backend.kind === "pglite" ? "local" : randomUUID(), policy.leaseMs);
  const dispatcher = createDispatcher({
    ...{ database, bus, policy, signal: admitting.signal },
    startNode: (jobId, node) => engine.start(NODE_WORKFLOW, nodeWorkflowId(jobId, node), { jobId, node }),
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
    dispatcher,
    introspection: () => clients.clientFor(IntrospectionService),
    nodeTokenKey: deps.nodeTokenKey,
    introspectionUrl: deps.introspectionUrl,
    statuses: createStatusRecorder(state, stop.signal),
    readTask: (jobId, sequence) => readTask(db, jobId, sequence),
    cancelOf: (jobId) => watched.signalOf(jobId),
    mayStart: (jobId, signal) => watched.mayStart(jobId, signal),
    async write(design, changes) {
      await writeChanges(db, design, changes);
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
    steps: deps.steps ?? STEPS,
    boundary: deps.boundary ?? (() => {}),
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
  let sweeping: Promise<unknown> = Promise.resolve();
  const sweepAgain = async (): Promise<void> => {
    for (;;) {
      await wait(policy.sweepMs, stop.signal);
      await sweep().catch(warn("looking for jobs nobody works on failed"));
    }
  };

  return {
    service: {
      ...createValidateRpc({ state, snapshots, drivers, callMs: policy.callMs }),
      ...createPlanRpcs({ database, planner, state, policy }),
      ...createJobRpcs({
        ...{ database, planner, state, policy, bus },
        // The job is written down: if this process can't start it now, the sweep will, here or elsewhere.
        start: (jobId) => startJob(jobId).catch(warn(`job ${jobId} will be started later`)),
        cancel(jobId) {
          watched.cancel(jobId);
          dispatcher.wake(jobId);
        },
        hold(jobId, held) {
          watched.hold(jobId, held);
          dispatcher.wake(jobId);
        },
        wake: (jobId) => dispatcher.wake(jobId),
      }),
      ...createHistoryRpcs(database),
      ...createNodeEventRpcs({ database, state, logs }),
      ...createWatchRpcs({ database, feeds, state, policy: watchPolicy, stop: stop.signal }),
      ...createDriftRpcs({ db, snapshots, state }),
      ...createDriverRpcs({ db, plugins, registrar, drivers, callMs: policy.callMs }),
    },
    async launch() {
      await engine.launch(workflows);
      await sweep();
      dispatcher.start();
      const pruning = pruneSweep(db, policy, stop.signal, warn("deleting what is too old failed"));
      sweeping = Promise.allSettled([sweepAgain(), pruning]);
    },
    nodeChanged: (design, node) => callIns.changed(design, node),
    async close() {
      admitting.abort(new Error("the server is shutting down"));
      await dispatcher.idle();
      await engine.shutdown();
      stop.abort(failure(Code.Unavailable, ErrorReason.SHUTTING_DOWN, "the server is shutting down; call again"));
      await sweeping;
      await Promise.all([recorder.idle(), logs.idle()]);
      await leases.putDown().catch(warn("leases run out by themselves"));
    },
  };
}
