import { rmSync } from "node:fs";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { connect } from "node:net";
import type { WorldCall, WorldReply } from "./calls.ts";
import { controlRoute } from "./control-routes.ts";
import { readEndpoint } from "./endpoint.ts";
import { Refusal } from "./refusal.ts";
import type { World } from "./world.ts";

/** A world that is served. */
export interface ServedWorld {
  /** Where drivers reach it: the endpoint of a driver instance. */
  readonly endpoint: string;
  /** Stops serving; connections are closed at once. The world itself lives on. */
  close(): Promise<void>;
}

/** Where a world is served. */
export interface ServeWorldOptions {
  /** `http://127.0.0.1:PORT`, port 0 for any that is free, or `unix:/path`; any free port by default. */
  readonly endpoint?: string;
}

const BODY_MAX = 32 * 1024 * 1024;
const LOCAL_HOST = /^(localhost|127(\.\d{1,3}){3}|\[::1\])(:\d{1,5})?$/;

/**
 * Serves a world over HTTP on this host: `POST /calls` takes a JSON list of questions and answers with the list of replies, `GET /watch`
 * streams names of machines that changed, one JSON list a line; the rest is the control API. Rejects when the address is taken.
 */
export async function serveWorld(
  world: World,
  { endpoint = "http://127.0.0.1:0" }: ServeWorldOptions = {},
): Promise<ServedWorld> {
  const where = readEndpoint(endpoint);
  const server = createServer({ keepAliveTimeout: 300_000, requestTimeout: 60_000 }, (request, response) => {
    void answer(world, request, response).catch((error: unknown) => fail(response, error));
  });
  server.maxRequestsPerSocket = 0;
  server.on("clientError", (_error, socket) => socket.destroy());
  if (where.kind === "unix") await removeStale(where.path);
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    if (where.kind === "tcp") server.listen(where.port, where.host, resolve);
    else {
      const mask = process.umask(0o177);
      server.listen(where.path, resolve);
      process.umask(mask);
    }
  });
  const address = server.address();
  const isTcp = typeof address === "object" && address !== null;
  const host =
    where.kind === "tcp" && where.host.includes(":") ? `[${where.host}]` : where.kind === "tcp" ? where.host : "";
  return {
    endpoint: isTcp ? `http://${host}:${address.port}` : endpoint,
    async close() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeAllConnections();
      await closed;
    },
  };
}

async function answer(world: World, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { method = "", url = "/", headers } = request;
  // A page in a browser must not reach the world by a name that only looks like this host.
  if (headers.origin !== undefined || !LOCAL_HOST.test(headers.host ?? "localhost"))
    return send(response, 403, { message: "only programs of this host are served" });
  if (method === "POST" && url === "/calls") {
    const calls: unknown = JSON.parse(await bodyOf(request));
    if (!Array.isArray(calls)) return send(response, 400, { message: "the body is no list of questions" });
    const replies: WorldReply[] = calls.map((call: WorldCall) => world.ask(call));
    return send(response, 200, replies);
  }
  if (method === "GET" && url === "/watch") return watch(world, request, response);
  const body: unknown = method === "GET" ? undefined : JSON.parse((await bodyOf(request)) || "{}");
  const found = controlRoute(world, method, new URL(url, "http://localhost"), body);
  return found === undefined
    ? send(response, 404, { message: `there is no ${method} ${url}` })
    : send(response, 200, found);
}

function watch(world: World, request: IncomingMessage, response: ServerResponse): void {
  response.writeHead(200, { "content-type": "application/x-ndjson" });
  response.write("[]\n");
  let names = new Set<string>();
  const flush = (): void => {
    if (names.size === 0 || response.writableNeedDrain) return;
    response.write(`${JSON.stringify([...names])}\n`);
    names = new Set();
  };
  const timer = setInterval(flush, 20);
  const stop = world.watch((name) => void names.add(name));
  request.once("close", () => {
    clearInterval(timer);
    stop();
  });
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    size += (chunk as Buffer).length;
    if (size > BODY_MAX) throw new Error("the body is too large");
    chunks.push(chunk as Buffer);
  }
  return Buffer.concat(chunks).toString("utf8");
}

function send(response: ServerResponse, status: number, value: unknown): void {
  const body = Buffer.from(JSON.stringify(value));
  response.writeHead(status, { "content-type": "application/json", "content-length": body.length });
  response.end(body);
}

function fail(response: ServerResponse, error: unknown): void {
  if (response.headersSent) response.destroy();
  else if (error instanceof Refusal) send(response, error.failure.code === 5 ? 404 : 400, error.failure);
  else send(response, 400, { message: error instanceof SyntaxError ? "the body is no JSON" : String(error) });
}

/** Removes a socket file that a killed process left behind; one somebody serves on is an error. */
async function removeStale(path: string): Promise<void> {
  const isServed = await new Promise<boolean>((resolve) => {
    const probe = connect(path);
    probe.once("connect", () => {
      probe.destroy();
      resolve(true);
    });
    probe.once("error", () => resolve(false));
  });
  if (isServed) throw new Error(`another process serves on ${path}`);
  rmSync(path, { force: true });
}
