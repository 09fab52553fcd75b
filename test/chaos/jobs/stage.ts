import { once } from "node:events";
import { mkdirSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer, request } from "node:http";
import type { AddressInfo } from "node:net";
import { createServer as createNetServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { Code, ConnectError } from "@connectrpc/connect";
import { type ServedWorld, serveWorld } from "../../../src/drivers/simulator/world/serve-world.ts";
import { createWorld, type World } from "../../../src/drivers/simulator/world/world.ts";
import type { Policy } from "../../../src/orchestrator/policy.ts";
import type { Cut } from "./cuts.ts";
import { type Replica, startReplica } from "./replica.ts";

/** A simulated world, and servers before it that share a database. */
export interface Stage {
  readonly world: World;
  /** Servers that live, by name. */
  readonly replicas: ReadonlyMap<string, Replica>;
  /** Starts a server under a name whose last one is gone; it stands still at these cuts. */
  start(name: string, cuts?: readonly Cut[]): Promise<Replica>;
  /** Asks whichever server answers, until one does. */
  ask<Result>(question: (replica: Replica) => Promise<Result>): Promise<Result>;
  /** Ends the program that serves the world, which keeps its state, and starts it again. */
  restartWorld(): Promise<void>;
}

/** What a stage is set with. */
export interface StageOptions {
  /** A PostgreSQL; the embedded database when absent. */
  readonly databaseUrl?: string | undefined;
  readonly worldOptions?: Readonly<Record<string, string>>;
  readonly driverOptions?: Readonly<Record<string, string>>;
  readonly policy?: Partial<Policy>;
  readonly planted?: boolean;
  readonly heartbeatMs?: number;
  readonly deadAfterMs?: number;
  /** Told of every cut a server stands still at. */
  readonly at?: (name: string, cut: string, subject: string) => void;
}

const TOKEN = "chaos".repeat(9);
const KEY = "5a".repeat(32);
const ASK_MS = 120_000;
const PATIENT: Partial<Policy> = { backoffMs: 20, backoffMaxMs: 500, callInPollMs: 200, pollMs: 200, sweepMs: 1_000 };

/** Runs `work` on a stage, and takes everything down afterwards. Throws when a server ended that nobody had killed. */
export async function withStage<Result>(
  options: StageOptions,
  work: (stage: Stage) => Promise<Result>,
): Promise<Result> {
  const directory = await mkdtemp(join(tmpdir(), "bp-"));
  const world = createWorld({ options: options.worldOptions ?? {} });
  let served: ServedWorld = await serveWorld(world);
  const { endpoint } = served;
  const replicas = new Map<string, Replica>();
  const ports = new Map<string, number>();
  const door = await openDoor(() => [...ports.entries()].flatMap(([name, port]) => (replicas.has(name) ? [port] : [])));
  const ended: string[] = [];
  try {
    const result = await work({
      world,
      replicas,
      async start(name, cuts = []) {
        const dataDir = join(directory, name);
        mkdirSync(dataDir, { recursive: true, mode: 0o700 });
        for (const [file, text] of Object.entries({
          "secret.key": KEY,
          "admin.token": TOKEN,
          "service.token": TOKEN.toUpperCase(),
        }))
          await writeFile(join(dataDir, file), `${text}\n`, { mode: 0o600 });
        const port = ports.get(name) ?? (await freePort());
        ports.set(name, port);
        const { databaseUrl } = options;
        const replica = await startReplica(
          {
            dataDir,
            ...(databaseUrl !== undefined && { databaseUrl }),
            port,
            introspectionUrl: door.url,
            endpoint,
            driverOptions: options.driverOptions ?? {},
            policy: { ...PATIENT, ...options.policy },
            heartbeatMs: options.heartbeatMs ?? 300,
            deadAfterMs: options.deadAfterMs ?? 3_000,
            cuts,
            planted: options.planted ?? false,
          },
          TOKEN,
          (cut, subject) => options.at?.(name, cut, subject),
        );
        replicas.set(name, replica);
        void replica.gone.then(() => {
          if (replicas.get(name) === replica) replicas.delete(name);
          const ending = replica.ending();
          if (ending !== undefined) ended.push(`server ${name}: ${ending}`);
        });
        return replica;
      },
      async ask(question) {
        const until = performance.now() + ASK_MS;
        for (let last: unknown; ; ) {
          for (const replica of replicas.values()) {
            try {
              return await question(replica);
            } catch (error) {
              if (!PASSING.has(ConnectError.from(error).code)) throw error;
              last = error;
            }
          }
          if (performance.now() > until) throw new Error("no server of the harness answers", { cause: last });
          await delay(100);
        }
      },
      async restartWorld() {
        await served.close();
        served = await serveWorld(world, { endpoint });
      },
    });
    if (ended.length > 0) throw new Error(ended.join("\n"));
    return result;
  } catch (error) {
    // Whatever else failed then, failed because of that.
    if (ended.length > 0) throw new Error(ended.join("\n"), { cause: error });
    throw error;
  } finally {
    for (const replica of replicas.values()) {
      replica.kill("SIGCONT");
      await replica.close();
    }
    await door.close();
    await served.close();
    world.close();
    await rm(directory, { recursive: true, force: true, maxRetries: 5 });
  }
}

const PASSING: ReadonlySet<Code> = new Set([
  Code.Unavailable,
  Code.DeadlineExceeded,
  Code.Canceled,
  Code.Aborted,
  Code.Internal,
]);

/** The one address at which machines reach whichever server lives, as a balancer of loads would offer it. */
async function openDoor(
  ports: () => readonly number[],
): Promise<{ readonly url: string; readonly close: () => Promise<void> }> {
  let turn = 0;
  const server = createServer((incoming, outgoing) => {
    // By turns, so that one that doesn't answer keeps nobody away for long.
    const open = ports();
    const port = open[turn++ % Math.max(1, open.length)];
    const away = (): void => {
      if (!outgoing.headersSent) outgoing.writeHead(503);
      outgoing.end();
    };
    if (port === undefined) return away();
    const { url = "/", method, headers } = incoming;
    const passed = request({ host: "127.0.0.1", port, path: url, method, headers, timeout: 1_000 }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 503, answer.headers);
      answer.pipe(outgoing);
      answer.on("error", away);
    });
    passed.on("timeout", () => passed.destroy(new Error("no answer in time")));
    passed.on("error", away);
    incoming.pipe(passed);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async close() {
      const closed = once(server, "close");
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

async function freePort(): Promise<number> {
  const probe = createNetServer().listen(0, "127.0.0.1");
  await once(probe, "listening");
  const { port } = probe.address() as AddressInfo;
  probe.close();
  await once(probe, "close");
  return port;
}
