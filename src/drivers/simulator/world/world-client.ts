import { Agent, type ClientRequest, request } from "node:http";
import { ErrorReason } from "../../../../gen/bedplate/type/v1/error_pb.js";
import type { WorldCall, WorldReply } from "./calls.ts";
import { readEndpoint } from "./endpoint.ts";
import { unavailable } from "./refusal.ts";
import type { World } from "./world.ts";

/** How a driver reaches a world, its own or one that is served. */
export interface WorldLink {
  /** Asks a question. Rejects with a Refusal, UNAVAILABLE, when the world can't be reached. */
  ask(call: WorldCall): WorldReply | Promise<WorldReply>;
  /** Calls back with the names of machines that changed until the signal aborts or the world is gone. */
  watch(changed: (names: readonly string[]) => void, signal: AbortSignal): Promise<void>;
  close(): void;
}

/** A link to a world of this process. */
export function linkTo(world: World): WorldLink {
  return {
    ask: (call) => world.ask(call),
    watch: (changed, signal) =>
      new Promise<void>((resolve) => {
        const stop = world.watch((name) => changed([name]));
        const end = (): void => {
          stop();
          resolve();
        };
        if (signal.aborted) end();
        else signal.addEventListener("abort", end, { once: true });
      }),
    close: () => {},
  };
}

interface Waiting {
  readonly call: WorldCall;
  readonly resolve: (reply: WorldReply) => void;
  readonly reject: (error: Error) => void;
}

const AT_ONCE = 2;
const BATCH = 256;
const ANSWER_MS = 30_000;

/**
 * A client of a world that is served at an endpoint. Questions asked while two batches are under way travel together in the next, so
 * that the cost of HTTP shrinks as the load grows. A batch that isn't answered within 30 s, or can't be sent, fails as a whole;
 * nothing is asked twice.
 */
export function createWorldClient(endpoint: string): WorldLink {
  const where = readEndpoint(endpoint);
  const agent = new Agent({ keepAlive: true, maxSockets: AT_ONCE });
  const address = where.kind === "tcp" ? { host: where.host, port: where.port } : { socketPath: where.path };
  let waiting: Waiting[] = [];
  let underWay = 0;
  let isPlanned = false;

  const open = (path: string, options: { readonly method: string; readonly agent?: Agent }): ClientRequest =>
    request({ ...address, path, headers: { host: "localhost", "content-type": "application/json" }, ...options });
  const away = (why: string) =>
    unavailable(ErrorReason.TARGET_UNREACHABLE, endpoint, `the simulator at ${endpoint} can't be reached: ${why}`, 500);

  const flush = (): void => {
    isPlanned = false;
    while (underWay < AT_ONCE && waiting.length > 0) {
      const batch = waiting.slice(0, BATCH);
      waiting = waiting.slice(BATCH);
      underWay += 1;
      void post(batch).finally(() => {
        underWay -= 1;
        flush();
      });
    }
  };
  const post = async (batch: readonly Waiting[]): Promise<void> => {
    try {
      const replies = await exchange(
        open("/calls", { method: "POST", agent }),
        JSON.stringify(batch.map(({ call }) => call)),
      );
      for (const [at, { resolve }] of batch.entries()) resolve(replies[at] ?? {});
    } catch (error) {
      const refusal = away(error instanceof Error ? error.message : String(error));
      for (const { reject } of batch) reject(refusal);
    }
  };

  return {
    ask: (call) =>
      new Promise<WorldReply>((resolve, reject) => {
        waiting.push({ call, resolve, reject });
        if (isPlanned || underWay >= AT_ONCE) return;
        isPlanned = true;
        setImmediate(flush);
      }),
    watch: (changed, signal) =>
      new Promise<void>((resolve, reject) => {
        const outgoing = open("/watch", { method: "GET" });
        signal.addEventListener("abort", () => outgoing.destroy(), { once: true });
        const end = (error?: Error): void =>
          signal.aborted ? resolve() : reject(away(error?.message ?? "it hung up"));
        outgoing.on("error", end);
        outgoing.on("response", (incoming) => {
          let rest = "";
          incoming.setEncoding("utf8");
          incoming.on("data", (text: string) => {
            const lines = (rest + text).split("\n");
            rest = lines.pop() ?? "";
            for (const line of lines) {
              const names: unknown = JSON.parse(line);
              if (Array.isArray(names) && names.length > 0) changed(names.map(String));
            }
          });
          incoming.on("error", end);
          incoming.on("end", () => end());
        });
        outgoing.end();
      }),
    close: () => agent.destroy(),
  };
}

function exchange(outgoing: ClientRequest, body: string): Promise<readonly WorldReply[]> {
  return new Promise((resolve, reject) => {
    outgoing.setTimeout(ANSWER_MS, () => outgoing.destroy(new Error("no answer in time")));
    outgoing.on("error", reject);
    outgoing.on("response", (incoming) => {
      const chunks: Buffer[] = [];
      incoming.on("data", (chunk: Buffer) => chunks.push(chunk));
      incoming.on("error", reject);
      incoming.on("end", () => {
        try {
          const replies: unknown = JSON.parse(Buffer.concat(chunks).toString("utf8"));
          if (incoming.statusCode === 200 && Array.isArray(replies)) resolve(replies);
          else reject(new Error(`it answered ${incoming.statusCode}`));
        } catch {
          reject(new Error("its answer is no JSON"));
        }
      });
    });
    outgoing.end(body);
  });
}
