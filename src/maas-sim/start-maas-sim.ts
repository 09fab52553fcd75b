import { type ApiKey, formatApiKey, generateApiKey, parseApiKey } from "./auth/api-key.ts";
import { createAuthenticator } from "./auth/authenticate.ts";
import { createControl } from "./control/control.ts";
import { createEventLog } from "./event-log.ts";
import { createDisturb } from "./faults/disturb.ts";
import type { FaultRule } from "./faults/fault-rule.ts";
import { createFaults } from "./faults/faults.ts";
import { createApiServer } from "./http/api-server.ts";
import { createDispatch } from "./http/dispatch.ts";
import { createRouter } from "./http/router.ts";
import { createLedger } from "./ledger/ledger.ts";
import { type AgentPatience, createNodeAgents } from "./node/node-agent.ts";
import { ALL_RESOURCES } from "./resources/all.ts";
import { describeApi } from "./resources/describe.ts";
import { createSystemScheduler, type Scheduler } from "./scheduler.ts";
import type { Sim } from "./sim.ts";
import { createState } from "./state.ts";
import { loadWorld } from "./world/load-world.ts";
import type { Speed, World } from "./world/world.ts";

/** How to run a simulated MAAS. */
export interface MaasSimOptions {
  readonly world: World;
  /** Default `127.0.0.1`. */
  readonly host?: string;
  /** Default 0: any free port. */
  readonly port?: number;
  /** Default: the world's, else a generated one. */
  readonly apiKey?: ApiKey;
  /** Default: the world's. */
  readonly speed?: Speed;
  readonly scheduler?: Scheduler;
  /** How patient its nodes are when nobody answers them. */
  readonly patience?: Partial<AgentPatience>;
  /** Gets each ledger entry as one line of JSON with its line end. */
  readonly ledgerSink?: (line: string) => void;
  /** What goes wrong from the start. Default: nothing. */
  readonly faults?: readonly FaultRule[];
  /** Hears of faults of the simulator itself. */
  readonly onFault?: (error: unknown) => void;
}

/** A running simulated MAAS. */
export interface MaasSim {
  /** Such as `http://127.0.0.1:5240/MAAS/`. */
  readonly url: string;
  /** Such as `http://127.0.0.1:5240/_sim/`. */
  readonly controlUrl: string;
  /** `consumer:token:secret`. */
  readonly apiKey: string;
  /** Stops answering, ends every connection and every node. */
  close(): Promise<void>;
}

/** Starts a simulated MAAS. Rejects with the socket's error when the address cannot be had. */
export async function startMaasSim(options: MaasSimOptions): Promise<MaasSim> {
  const { world } = options;
  const scheduler = options.scheduler ?? createSystemScheduler();
  const speed = options.speed ?? world.speed;
  const key =
    options.apiKey ?? (world.apiKey === undefined ? undefined : parseApiKey(world.apiKey)) ?? generateApiKey();
  const state = createState();
  loadWorld(state, world);
  const agents = createNodeAgents(scheduler, options.patience);
  const sim: Sim = {
    state,
    scheduler,
    events: createEventLog(scheduler),
    duration: (phase) => (speed === "instant" ? 0 : (world.timings[phase] * 1000) / speed),
    nodeStarted: agents.start,
    nodeStopped: agents.stop,
  };
  let origin = "";
  const ledger = createLedger(scheduler.now, options.ledgerSink);
  const description = describeApi(ALL_RESOURCES, () => origin);
  const router = createRouter([description.resource, ...ALL_RESOURCES]);
  const dispatch = createDispatch(sim, router, createAuthenticator(key, scheduler.now), ledger);
  const faults = createFaults(options.faults);
  const control = createControl(sim, ledger, agents, faults);
  const server = createApiServer(
    (request, remote) => (request.path.startsWith("/_sim/") ? control(request, remote) : dispatch(request)),
    description.hash,
    options.onFault ?? (() => {}),
    createDisturb(sim, faults, { restart: (ms) => restart(ms) }),
  );
  const host = options.host ?? "127.0.0.1";
  let closed = false;
  let port = options.port ?? 0;
  let down = false;
  const restart = (ms: number): void => {
    if (down || closed) return;
    down = true;
    server.close();
    server.closeAllConnections();
    // Not a timer of the scheduler: it must keep the process alive, which nothing else does now.
    setTimeout(() => {
      down = false;
      if (!closed) server.listen({ host, port });
    }, ms);
  };
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen({ host, port }, () => {
      server.off("error", reject);
      resolve();
    });
  });
  const address = server.address();
  port = typeof address === "object" && address !== null ? address.port : 0;
  origin = `http://${host.includes(":") ? `[${host}]` : host}:${port}`;
  return {
    url: `${origin}/MAAS/`,
    controlUrl: `${origin}/_sim/`,
    apiKey: formatApiKey(key),
    async close() {
      closed = true;
      agents.close();
      for (const machine of state.machines.values()) machine.cancelTransition?.();
      const ended = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeAllConnections();
      await ended;
    },
  };
}
