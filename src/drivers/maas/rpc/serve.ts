import { rm } from "node:fs/promises";
import { createServer, type ServerHttp2Session } from "node:http2";
import { connect } from "node:net";
import { connectNodeAdapter } from "@connectrpc/connect-node";
import { createGuard } from "./guard.ts";
import type { Log } from "./log.ts";
import { routes } from "./routes.ts";
import { createSessions } from "./sessions.ts";

const MESSAGE_MAX_BYTES = 4 * 1024 * 1024;
/** Megabytes one connection may use; the default of 10 fails innocent calls after many cancelled streams. */
const SESSION_MEMORY = 64;
const GRACE_MS = 3000;

/** A driver that serves on its socket. */
export interface RunningDriver {
  /** Ends open connections, at the latest after three seconds, and removes the socket. */
  close(): Promise<void>;
}

/**
 * Serves the driver over gRPC on a unix socket only its owner can open. A socket nobody listens on is replaced; one that is
 * in use is an error.
 */
export async function serve(socket: string, log: Log): Promise<RunningDriver> {
  const sessions = createSessions(log);
  const handler = connectNodeAdapter({
    routes: routes(createGuard(log), sessions),
    readMaxBytes: MESSAGE_MAX_BYTES,
    writeMaxBytes: MESSAGE_MAX_BYTES,
  });
  const server = createServer({ maxSessionMemory: SESSION_MEMORY }, (request, response) => {
    try {
      handler(request, response);
    } catch (error) {
      log.error("request refused", { reason: error instanceof Error ? error.message : String(error) });
      response.statusCode = 400;
      response.end();
    }
  });
  const connections = new Set<ServerHttp2Session>();
  server.on("session", (session) => {
    connections.add(session);
    session.once("close", () => connections.delete(session));
    session.on("error", (error) => log.info("connection failed", { reason: error.message }));
  });
  await removeStale(socket);
  const mask = process.umask(0o177);
  try {
    await new Promise<void>((resolve, reject) => {
      server.once("error", reject);
      server.listen(socket, resolve);
    });
  } finally {
    process.umask(mask);
  }
  return {
    async close() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      for (const session of connections) session.close();
      const timer = setTimeout(() => {
        for (const session of connections) session.destroy();
      }, GRACE_MS);
      await closed;
      clearTimeout(timer);
      await sessions.close();
      await rm(socket, { force: true });
    },
  };
}

/** Removes a socket file that a killed driver left behind. */
async function removeStale(socket: string): Promise<void> {
  const isServed = await new Promise<boolean>((resolve) => {
    const probe = connect(socket);
    probe.once("connect", () => {
      probe.destroy();
      resolve(true);
    });
    probe.once("error", () => resolve(false));
  });
  if (isServed) throw new Error(`another process serves on ${socket}`);
  await rm(socket, { force: true });
}
