import { join } from "node:path";
import type { DescService } from "@bufbuild/protobuf";
import { Code, ConnectError } from "@connectrpc/connect";
import type { Logger } from "pino";
import { ControlService } from "../gen/bedplate/control/v1/control_service_pb.js";
import { DesignConsumerService } from "../gen/bedplate/design/v1/design_consumer_service_pb.js";
import { DesignStateService } from "../gen/bedplate/design/v1/design_state_service_pb.js";
import { DesignValidatorService } from "../gen/bedplate/design/v1/design_validator_service_pb.js";
import { IntrospectionService } from "../gen/bedplate/introspection/v1/introspection_service_pb.js";
import { OrchestratorService } from "../gen/bedplate/orchestrator/v1/orchestrator_service_pb.js";
import { ErrorReason } from "../gen/bedplate/type/v1/error_pb.js";
import { Role } from "../gen/bedplate/type/v1/options_pb.js";
import type { ConfiguredDriver, ConfiguredSource, ConfiguredValidator } from "./config/server-config.ts";
import { createConsumerService } from "./consumers/consumer-service.ts";
import { createAuditStore } from "./control/audit-store.ts";
import { createControlService } from "./control/control-service.ts";
import { lockDataDirectory } from "./db/lock-data-directory.ts";
import { openDatabase } from "./db/open-database.ts";
import { deriveKey, secretKeyFromFile } from "./db/secret-key.ts";
import { createSecretStore } from "./db/secret-store.ts";
import { createIntrospectionService } from "./introspection/introspection-service.ts";
import { createNodeAuthenticator } from "./introspection/node-authenticator.ts";
import { createNodeTokenStore } from "./introspection/node-token-store.ts";
import type { AuditSink } from "./mesh/audit.ts";
import { createTokenAuthenticator, firstOf } from "./mesh/caller.ts";
import { failure } from "./mesh/failure.ts";
import { createInProcessTransport } from "./mesh/in-process-transport.ts";
import { isLoopback, type ListenAddress, type ServiceName } from "./mesh/listen-address.ts";
import { type Listener, listen } from "./mesh/listener.ts";
import { createNetworkTransport, type NetworkTransport } from "./mesh/network-transport.ts";
import { createServiceClients } from "./mesh/service-clients.ts";
import { createServiceHost, type MountedService, mount } from "./mesh/service-host.ts";
import { ensureToken } from "./mesh/token-file.ts";
import { createOrchestrator, type OrchestratorDeps } from "./orchestrator/create-orchestrator.ts";
import { createSecretResolver } from "./orchestrator/drivers/secret-resolver.ts";
import { builtInPlugins } from "./plugins/built-in-plugins.ts";
import type { PluginCommand } from "./plugins/plugin-command.ts";
import { createPluginHost } from "./plugins/plugin-host.ts";
import { createSources } from "./sources/create-sources.ts";
import { createDesignStateService } from "./state/design-state-service.ts";
import type { DesignValidator } from "./state/validators.ts";
import { type AskValidator, askValidator } from "./validate/ask-validator.ts";
import { createValidatorService } from "./validate/validator-service.ts";

/** Everything a server is started with; nothing else is read from outside. */
export interface ServerOptions {
  readonly version: string;
  readonly listen: readonly ListenAddress[];
  /** Directory of the embedded database, of keys and of token files. */
  readonly dataDir: string;
  /** A PostgreSQL in place of the embedded database. */
  readonly databaseUrl?: string;
  /** The services that run here; all when absent. */
  readonly services?: readonly ServiceName[];
  /** URLs of services that run elsewhere. */
  readonly peers?: Readonly<Partial<Record<ServiceName, string>>>;
  /** The token services know each other by; `service.token` in the data directory when absent. */
  readonly serviceTokenFile?: string;
  /** Where `file:` secret references read; `secrets` in the data directory when absent. */
  readonly secretsDirectory?: string;
  readonly plainIntrospection?: boolean;
  /** Base URL nodes reach the Introspection API at; the first listener that has it when absent. */
  readonly introspectionUrl?: string;
  readonly tls?: { readonly cert: Buffer; readonly key: Buffer };
  /** Driver instances to register at the start. */
  readonly drivers?: readonly ConfiguredDriver[];
  /** Validators that look at every design before it becomes a revision. */
  readonly validators?: readonly ConfiguredValidator[];
  /** What is followed and committed, where the control service runs. */
  readonly sources?: readonly ConfiguredSource[];
  /** Where the way jobs are carried out differs from the usual. Nothing in a configuration says so: tests do. */
  readonly jobs?: Pick<OrchestratorDeps, "policy" | "heartbeatMs" | "deadAfterMs" | "steps" | "boundary">;
  readonly log: Logger;
}

/** A server that answers. */
export interface RunningServer {
  /** One URL for each listener, in order. */
  readonly urls: readonly string[];
  readonly adminTokenFile: string;
  /** Finishes what is under way, within bounds, and gives everything back. */
  close(): Promise<void>;
}

/** Which contracts a service's short name stands for. */
const contracts: Readonly<Record<ServiceName, readonly DescService[]>> = {
  consumer: [DesignConsumerService, DesignValidatorService],
  state: [DesignStateService],
  orchestrator: [OrchestratorService],
  control: [ControlService],
  introspection: [IntrospectionService],
};

const everyService = Object.keys(contracts) as ServiceName[];

/** Starts the services of this process and opens its ports. What was opened is given back when a later part can't start. */
export async function startServer(options: ServerOptions): Promise<RunningServer> {
  const closers: (() => Promise<void> | void)[] = [];
  const closeAll = async () => {
    for (const close of closers.toReversed()) await close();
  };
  try {
    return await start(options, closers, closeAll);
  } catch (error) {
    await closeAll();
    throw error;
  }
}

async function start(
  options: ServerOptions,
  closers: (() => Promise<void> | void)[],
  close: () => Promise<void>,
): Promise<RunningServer> {
  const { dataDir, log, version } = options;
  const here = new Set(options.services ?? everyService);
  if (options.databaseUrl !== undefined) {
    // The embedded database takes the directory itself; keys and sockets in it are one process's all the same.
    const lock = lockDataDirectory(dataDir);
    closers.push(() => lock.release());
  }
  const database = await openDatabase(options.databaseUrl === undefined ? { dataDir } : { url: options.databaseUrl });
  closers.push(() => database.close());
  const adminTokenFile = join(dataDir, "admin.token");
  const adminToken = await ensureToken(adminTokenFile);
  const serviceToken = await ensureToken(options.serviceTokenFile ?? join(dataDir, "service.token"));
  const key = secretKeyFromFile(join(dataDir, "secret.key"));
  const secrets = createSecretStore(key);
  const tokens = createNodeTokenStore(database.db);
  const audit = createAuditStore(database.db);

  // Services call each other through clients that find the host only when they are first used: all of them share it.
  const clients = createServiceClients(() => ({ local: { services: hosted.services, transport: inProcess }, peers }));
  const peers = openPeers(options, serviceToken, closers);
  const listeners: OpenListener[] = [];
  const mounted: MountedService[] = [];
  const launches: (() => Promise<void> | void)[] = [];
  let nodeChanged: (design: string, node: string) => void = () => {};
  if (here.has("consumer"))
    mounted.push(
      mount(DesignConsumerService, createConsumerService()),
      mount(DesignValidatorService, createValidatorService()),
    );
  if (here.has("state")) {
    const validators = openValidators(options, closers);
    const stop = new AbortController();
    closers.push(() => stop.abort(failure(Code.Unavailable, ErrorReason.SHUTTING_DOWN, "the server is shutting down")));
    const state = createDesignStateService({ database, secrets, validators, stop: stop.signal });
    mounted.push(mount(DesignStateService, state));
  }
  if (here.has("introspection")) {
    const designState = () => clients.clientFor(DesignStateService);
    mounted.push(
      mount(
        IntrospectionService,
        createIntrospectionService({
          db: database.db,
          tokens,
          designState,
          orchestrator: () => clients.clientFor(OrchestratorService),
          changed: (design, node) => nodeChanged(design, node),
        }),
      ),
    );
  }
  if (here.has("control")) {
    const secretsDirectory = options.secretsDirectory ?? join(dataDir, "secrets");
    const resolver = createSecretResolver({ directory: secretsDirectory, env: process.env });
    const sources = createSources({
      db: database.db,
      designState: () => clients.clientFor(DesignStateService),
      sources: options.sources ?? [],
      // A configuration refers to files and variables; what is sealed belongs to designs.
      resolveSecret: (ref, subject) => resolver.resolve(ref, subject, () => Promise.resolve(undefined)),
      directory: join(dataDir, "sources"),
      log,
    });
    closers.push(() => sources.close());
    launches.push(() => sources.launch());
    const control = createControlService({
      sources,
      version,
      services: () => hosted.services.map((service) => service.typeName).sort(),
      database: options.databaseUrl === undefined ? "embedded" : "postgresql",
      audit,
      consumer: () => clients.clientFor(DesignConsumerService),
      designState: () => clients.clientFor(DesignStateService),
      orchestrator: () => clients.clientFor(OrchestratorService),
    });
    mounted.push(mount(ControlService, control));
  }
  if (here.has("orchestrator")) {
    const plugins = createPluginHost({
      plugins: builtInPlugins(),
      socketDir: join(dataDir, "plugins"),
      log,
      coreVersion: version,
    });
    closers.push(() => plugins.close());
    const orchestrator = createOrchestrator({
      database,
      plugins,
      clients,
      secrets,
      secretsDirectory: options.secretsDirectory ?? join(dataDir, "secrets"),
      env: process.env,
      nodeTokenKey: deriveKey(key, "node tokens"),
      introspectionUrl: () => introspectionUrl(options, listeners),
      log,
      ...options.jobs,
    });
    nodeChanged = orchestrator.nodeChanged;
    mounted.push(mount(OrchestratorService, orchestrator.service));
    closers.push(() => orchestrator.close());
    launches.push(async () => {
      await orchestrator.launch();
      for (const driver of options.drivers ?? [])
        await clients.clientFor(OrchestratorService).putDriverInstance({ instance: instanceOf(driver) });
    });
  }

  const authenticator = firstOf([
    createTokenAuthenticator(adminToken, { name: "admin", role: Role.ADMIN }),
    createTokenAuthenticator(serviceToken, { name: "service", role: Role.SERVICE }),
    createNodeAuthenticator(tokens),
  ]);
  const hosting = { authenticator, log, audit: { record: (entry) => audit.append(entry) } satisfies AuditSink };
  const hosted = createServiceHost({ services: mounted, ...hosting });
  const inProcess = createInProcessTransport(hosted, { name: "bedplate", role: Role.SERVICE });
  for (const address of options.listen) {
    const own = address.services?.flatMap((name) => contracts[name].map((contract) => contract.typeName));
    const host =
      own === undefined
        ? hosted
        : createServiceHost({
            services: mounted.filter(({ service }) => own.includes(service.typeName)),
            health: hosted.health,
            ...hosting,
          });
    const listener = await listen({
      address,
      host,
      log,
      plainIntrospection: options.plainIntrospection ?? false,
      ...(options.tls === undefined ? {} : { tls: options.tls }),
    });
    listeners.push({ address, listener });
    closers.push(() => listener.close());
  }
  closers.push(() => hosted.health.shutdown());
  for (const launch of launches) await launch();
  return { urls: listeners.map(({ listener }) => listener.url), adminTokenFile, close };
}

/** How long a validator may look at one part of a design, in milliseconds. */
const VALIDATOR_MS = 60_000;

/** The configured validators, each a process that is started by its first call and kept running. */
function openValidators(
  { validators = [], dataDir, log, version }: ServerOptions,
  closers: (() => Promise<void> | void)[],
): readonly DesignValidator[] {
  if (validators.length === 0) return [];
  const plugins = validators.map(
    ({ name, command: [command, ...args] }): PluginCommand => ({ name, command, args, contract: "validator" }),
  );
  const host = createPluginHost({ plugins, socketDir: join(dataDir, "validators"), log, coreVersion: version });
  closers.push(() => host.close());
  return plugins.map(({ name }) => {
    const client = host.client(name, DesignValidatorService);
    const ask: AskValidator = async (items) =>
      (await client.validate({ items }, { timeoutMs: VALIDATOR_MS })).diagnostics;
    return { check: (design) => askValidator(design, ask, (error) => ConnectError.from(error).rawMessage) };
  });
}

/** A configured driver as the orchestrator takes it. */
function instanceOf({ secrets, ...driver }: ConfiguredDriver) {
  const references = Object.entries(secrets).map(
    ([name, ref]) => [name, { source: { case: "ref" as const, value: ref } }] as const,
  );
  return { ...driver, options: { ...driver.options }, secrets: Object.fromEntries(references) };
}

/** A listener and what it was opened for. */
interface OpenListener {
  readonly address: ListenAddress;
  readonly listener: Listener;
}

function introspectionUrl(
  { introspectionUrl: url, listen: asked }: ServerOptions,
  listeners: readonly OpenListener[],
): string {
  if (url !== undefined) return url;
  const fits = listeners.filter(
    ({ address }) => address.services === undefined || address.services.includes("introspection"),
  );
  // Machines reach a listener beyond loopback; one on loopback is for those simulated here.
  const best = fits.find(({ address }) => !isLoopback(address.host)) ?? fits[0];
  if (best !== undefined) return best.listener.url;
  throw new Error(`no listener of ${asked.length} serves introspection; set introspection_url`);
}

/** The ways to services that run elsewhere, by full name. */
function openPeers(
  options: ServerOptions,
  token: string,
  closers: (() => Promise<void> | void)[],
): ReadonlyMap<string, NetworkTransport> {
  const ways = new Map<string, NetworkTransport>();
  for (const [name, url] of Object.entries(options.peers ?? {})) {
    const transport = createNetworkTransport({ url, token });
    closers.push(() => transport.close());
    for (const contract of contracts[name as ServiceName]) ways.set(contract.typeName, transport);
  }
  return ways;
}
