import { randomUUID } from "node:crypto";
import type { Message } from "@bufbuild/protobuf";
import { timestampFromDate } from "@bufbuild/protobuf/wkt";
import { type Client, createClient } from "@connectrpc/connect";
import { pino } from "pino";
import { DesignStateService } from "../../gen/bedplate/design/v1/design_state_service_pb.js";
import { IntrospectionService } from "../../gen/bedplate/introspection/v1/introspection_service_pb.js";
import { type Event, type Job, JobState, type Task, TaskState } from "../../gen/bedplate/orchestrator/v1/job_pb.js";
import { OrchestratorService } from "../../gen/bedplate/orchestrator/v1/orchestrator_service_pb.js";
import { Action, type Plan } from "../../gen/bedplate/orchestrator/v1/plan_pb.js";
import { Role } from "../../gen/bedplate/type/v1/options_pb.js";
import type { Database } from "../../src/db/database.ts";
import { createSecretStore } from "../../src/db/secret-store.ts";
import { createIntrospectionService } from "../../src/introspection/introspection-service.ts";
import type { LogPolicy } from "../../src/introspection/log-allowance.ts";
import { createNodeTokenStore } from "../../src/introspection/node-token-store.ts";
import { createInProcessTransport } from "../../src/mesh/in-process-transport.ts";
import { createServiceClients } from "../../src/mesh/service-clients.ts";
import { createServiceHost, mount } from "../../src/mesh/service-host.ts";
import { createOrchestrator, type Orchestrator } from "../../src/orchestrator/create-orchestrator.ts";
import type { Policy } from "../../src/orchestrator/policy.ts";
import { createDesignStateService } from "../../src/state/design-state-service.ts";
import { withDatabase } from "./database.ts";
import { createDriverWorld, type DriverWorld } from "./driver-world.ts";
import { commitTo, smallSite, testKey } from "./state-service.ts";

/** A running orchestrator with the services it needs, over a database, before a simulated provisioner. */
export interface Site {
  readonly database: Database;
  readonly world: DriverWorld;
  readonly orchestrator: Orchestrator;
  readonly client: Client<typeof OrchestratorService>;
  readonly state: Client<typeof DesignStateService>;
  /** The Introspection API as a node of design "lab" sees it, with the token of a job. */
  asNode(node: string, jobId?: string): Client<typeof IntrospectionService>;
  /** Plans an action for all nodes of design "lab", or for those of a request. */
  plan(action?: Action, names?: readonly string[]): Promise<Plan>;
  /** Starts a job and follows it to its end. */
  run(plan: Plan, consent?: { readonly allowDestroy?: boolean }): Promise<Job>;
  /** Follows a job to its end. */
  follow(jobId: string): Promise<{ readonly job: Job; readonly events: readonly Event[] }>;
  /** The tasks of a job as "step-id STATE". */
  tasks(jobId: string): Promise<readonly string[]>;
  /** Waits for a task to be in a state, by the events of its job. */
  reaches(jobId: string, stepId: string, state: TaskState): Promise<Task>;
}

/** What differs from the usual in a test. */
export interface SiteOptions {
  readonly policy?: Partial<Policy>;
  readonly world?: DriverWorld;
  /** After how long a silence a process counts as dead, in milliseconds. */
  readonly deadAfterMs?: number;
  /** Whether machines call in by themselves when they boot; true by default. */
  readonly callIn?: boolean;
  /** Asked before each call that reads or records a node's state; what it throws the call fails with, and what it waits for the call waits for. */
  readonly beforeState?: (method: string, request: Message) => Promise<void> | void;
  readonly logPolicy?: Partial<LogPolicy>;
  readonly env?: Readonly<Record<string, string>>;
  readonly secretsDirectory?: string;
}

const FAST: Partial<Policy> = {
  backoffMs: 1,
  backoffMaxMs: 20,
  callInPollMs: 50,
  pollMs: 200,
  sweepMs: 200,
  schedulePollMs: 200,
};

/** The names of the nodes of `smallSite(count)`. */
export function nodeNames(count: number): string[] {
  return Array.from({ length: count }, (_, index) => `n${String(index).padStart(3, "0")}`);
}

/** Runs `work` with a design "lab" of so many nodes, its driver instances registered. */
export function withSite(nodes: number, work: (site: Site) => Promise<void>, options: SiteOptions = {}): Promise<void> {
  return withDatabase(async (database) => {
    const world = options.world ?? createDriverWorld(nodeNames(nodes));
    const site = await openSite(database, world, options);
    try {
      await commitTo(site.state, "main", smallSite(nodes));
      await registerDrivers(site);
      await work(site);
    } finally {
      await site.orchestrator.close();
    }
  });
}

/** Registers the driver instances a small site names by default. */
export async function registerDrivers({ client }: Site): Promise<void> {
  for (const name of ["maas", "noop-network"]) {
    const secrets = { api_key: { source: { case: "literal" as const, value: "hunter2" } } };
    await client.putDriverInstance({ instance: { name, plugin: "fake", endpoint: "http://fake", secrets } });
  }
}

/** Starts an orchestrator over a database. The caller closes it. */
export async function openSite(database: Database, world: DriverWorld, options: SiteOptions = {}): Promise<Site> {
  const log = pino({ level: process.env.BEDPLATE_TEST_LOG ?? "fatal" });
  const secrets = createSecretStore(testKey);
  const clients = createServiceClients(() => ({ local: { services: host.services, transport } }));
  const orchestrator = createOrchestrator({
    database,
    clients,
    plugins: world.plugins,
    secrets,
    secretsDirectory: options.secretsDirectory,
    env: options.env ?? {},
    nodeTokenKey: testKey,
    introspectionUrl: () => "http://127.0.0.1:7070",
    log,
    policy: { ...FAST, ...options.policy },
    heartbeatMs: 100,
    deadAfterMs: options.deadAfterMs ?? 5_000,
  });
  const tokens = createNodeTokenStore(database.db);
  const designState = () => clients.clientFor(DesignStateService);
  const designStateImpl = createDesignStateService({ database, secrets });
  const { getNodeStatus, recordNodeStatus } = designStateImpl;
  if (getNodeStatus === undefined || recordNodeStatus === undefined) throw new Error("the design state keeps no nodes");
  const before = async (method: string, request: Message): Promise<void> => options.beforeState?.(method, request);
  const watched: Partial<typeof designStateImpl> = {
    async getNodeStatus(request, context) {
      await before("getNodeStatus", request);
      return getNodeStatus(request, context);
    },
    async recordNodeStatus(request, context) {
      await before("recordNodeStatus", request);
      return recordNodeStatus(request, context);
    },
  };
  const host = createServiceHost({
    log,
    authenticator: { authenticate: () => Promise.resolve(undefined) },
    services: [
      mount(DesignStateService, { ...designStateImpl, ...watched }),
      mount(
        IntrospectionService,
        createIntrospectionService({
          ...{ db: database.db, tokens, designState, logPolicy: options.logPolicy ?? {} },
          orchestrator: () => clients.clientFor(OrchestratorService),
        }),
      ),
      mount(OrchestratorService, orchestrator.service),
    ],
  });
  const transport = createInProcessTransport(host, { name: "bedplate", role: Role.SERVICE });
  const client = createClient(OrchestratorService, createInProcessTransport(host, { name: "olga", role: Role.ADMIN }));
  const state = clients.clientFor(DesignStateService);
  world.booted = ({ name }) => {
    if (options.callIn === false) return;
    const calledInAt = timestampFromDate(new Date());
    // As the server does it when a node calls in.
    void state.recordNodeStatus({ design: "lab", updates: [{ node: name, calledInAt }] }).then(
      () => orchestrator.nodeChanged("lab", name),
      () => {},
    );
  };
  await orchestrator.launch();
  const site: Site = {
    database,
    world,
    orchestrator,
    client,
    state,
    asNode(node, jobId = "") {
      const caller = { name: `node:lab/${node}`, role: Role.NODE, node: { design: "lab", node, jobId } };
      return createClient(IntrospectionService, createInProcessTransport(host, caller));
    },
    async plan(action = Action.DEPLOY, names = []) {
      const { plan } = await client.createPlan({ design: "lab", action, selector: { names: [...names] } });
      if (plan === undefined) throw new Error("no plan");
      return plan;
    },
    async run(plan, consent = {}) {
      const { job } = await client.startJob({ ...startRequest(plan), ...consent });
      return (await site.follow(job?.id ?? "")).job;
    },
    async follow(jobId) {
      const events: Event[] = [];
      for await (const batch of client.watchJob({ jobId })) events.push(...batch.events);
      const { job } = await client.getJob({ jobId });
      if (job === undefined) throw new Error("no job");
      return { job, events };
    },
    async tasks(jobId) {
      const { tasks } = await client.listTasks({ jobId, pageSize: 1000 });
      return tasks.map(({ stepId, state: reached }) => `${stepId} ${TaskState[reached]}`);
    },
    async reaches(jobId, stepId, wanted) {
      for await (const { events } of client.watchJob({ jobId })) {
        for (const { change } of events) {
          if (change.case === "task" && change.value.stepId === stepId && change.value.state === wanted)
            return change.value;
        }
      }
      throw new Error(`${stepId} never was ${TaskState[wanted]}`);
    },
  };
  return site;
}

/** The request that starts exactly this plan. */
export function startRequest({ id, digest }: Plan): { planId: string; planDigest: string; requestId: string } {
  return { planId: id, planDigest: digest, requestId: randomUUID() };
}

/** A job's state in a word. */
export function stateOf(job: Job | undefined): string {
  return job === undefined ? "none" : JobState[job.state];
}
