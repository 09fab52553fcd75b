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
import { type Carrier, createCarrier } from "./carrier.ts";
import { createControllers } from "./controllers.ts";
import { createDesignSnapshots } from "./design-snapshot.ts";
import { createDriverAccess } from "./drivers/driver-access.ts";
import { createInstanceRegistrar } from "./drivers/instance-registrar.ts";
import { createSecretResolver } from "./drivers/secret-resolver.ts";
import { createLife, type Life } from "./engine/life.ts";
import type { BoundaryWatch } from "./job/boundaries.ts";
import { untilStop } from "./job/until-stop.ts";
import { createAnnotationLook } from "./planning/annotation-look.ts";
import { createPlanChecks } from "./planning/check-plannable.ts";
import { createNodeChanges } from "./planning/node-changes.ts";
import { createPlanner } from "./planning/planner.ts";
import { DEFAULT_POLICY, type Policy } from "./policy.ts";
import { createChangeBus } from "./record/change-bus.ts";
import { createLogRecorder } from "./record/log-recorder.ts";
import { runSchedules } from "./schedule/schedule-loop.ts";
import { createDriftRpcs } from "./service/drift-rpcs.ts";
import { createDriverRpcs } from "./service/driver-rpcs.ts";
import { createHistoryRpcs } from "./service/history-rpcs.ts";
import { createJobRpcs } from "./service/job-rpcs.ts";
import { createNodeEventRpcs } from "./service/node-event-rpcs.ts";
import { createPlanRpcs } from "./service/plan-rpcs.ts";
import { createScheduleRpcs } from "./service/schedule-rpcs.ts";
import { createScriptRpcs } from "./service/script-rpcs.ts";
import { createValidateRpc } from "./service/validate-rpc.ts";
import { createWatchRpcs } from "./service/watch-rpcs.ts";
import type { Step } from "./steps/step.ts";
import { STEPS } from "./steps/steps.ts";
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

/** Makes an orchestrator. One per process. */
export function createOrchestrator(deps: OrchestratorDeps): Orchestrator {
  const { database, clients, plugins, secrets, log } = deps;
  const { db } = database;
  const policy: Policy = { ...DEFAULT_POLICY, ...deps.policy };
  const stop = new AbortController();
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
  const watchPolicy = { ...DEFAULT_WATCH_POLICY, pollMs: policy.pollMs };
  const feeds = createEventFeeds(db, watchPolicy);
  const logs = createLogRecorder(database, bus, policy);
  const { engineBackend } = database;
  const { heartbeatMs, deadAfterMs } = deps;
  const beginLife = (): { readonly life: Life; readonly carrier: Carrier } => {
    const life = createLife({ db, shared: engineBackend.kind === "postgres", heartbeatMs, deadAfterMs });
    const carrier = createCarrier({
      ...{ database, life, bus, drivers, world, controllers, snapshots, state, policy, log },
      introspection: () => clients.clientFor(IntrospectionService),
      nodeTokenKey: deps.nodeTokenKey,
      introspectionUrl: deps.introspectionUrl,
      steps: deps.steps ?? STEPS,
      boundary: deps.boundary ?? (() => {}),
    });
    return { life, carrier };
  };
  let now = beginLife();
  let reborn = Promise.resolve();
  /** Another process has taken up the work of this one: it gives up all it was about, and begins anew under another name. */
  const beginAnew = async (): Promise<void> => {
    log.warn(`${LOST}: it gives up all it was about and begins anew`);
    const again = async (): Promise<void> => {
      // One that came half way is closed as well: it would be in the way of the next.
      await now.carrier.close();
      now = beginLife();
      await launch();
    };
    await untilStop(stop.signal, again, warn("beginning anew failed, trying again"));
  };
  const launch = async (): Promise<void> => {
    const { life, carrier } = now;
    await carrier.launch();
    const lost = (): void => {
      if (!stop.signal.aborted) reborn = beginAnew().catch(warn("carrying jobs out has ended in this process"));
    };
    if (life.lost.aborted) lost();
    else life.lost.addEventListener("abort", lost, { once: true });
  };
  const start = (jobId: string) => now.carrier.start(jobId).catch(warn(`job ${jobId} will be started later`));
  let scheduling: Promise<void> = Promise.resolve();

  return {
    service: {
      ...createValidateRpc({ state, snapshots, drivers, callMs: policy.callMs }),
      ...createPlanRpcs({ database, planner, snapshots, state, policy }),
      ...createJobRpcs({
        ...{ database, planner, state, policy, bus },
        // The job is written down: if this process can't start it now, the sweep will, here or elsewhere.
        start,
        cancel: (jobId) => now.carrier.cancel(jobId),
        hold: (jobId, held) => now.carrier.hold(jobId, held),
        wake: (jobId) => now.carrier.wake(jobId),
      }),
      ...createHistoryRpcs(database),
      ...createNodeEventRpcs({ database, state, logs }),
      ...createWatchRpcs({ database, feeds, state, policy: watchPolicy, stop: stop.signal }),
      ...createDriftRpcs({ db, snapshots, state }),
      ...createScriptRpcs({ db, state }),
      ...createScheduleRpcs({ db, state }),
      ...createDriverRpcs({ db, plugins, registrar, drivers, callMs: policy.callMs }),
    },
    async launch() {
      await launch();
      const scheduled = { database, planner, state, policy, start };
      scheduling = runSchedules({ ...scheduled, warn: (what, error) => warn(what)(error) }, stop.signal);
    },
    nodeChanged: (design, node) => now.carrier.nodeChanged(design, node),
    async close() {
      stop.abort(failure(Code.Unavailable, ErrorReason.SHUTTING_DOWN, "the server is shutting down; call again"));
      await scheduling;
      await reborn;
      await now.carrier.close();
      await logs.idle();
    },
  };
}

const LOST = "this process was silent for so long that another one has taken up its work";
