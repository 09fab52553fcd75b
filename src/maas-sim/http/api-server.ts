import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { setTimeout as delay } from "node:timers/promises";
import { ApiError } from "./api-error.ts";
import type { WireRequest } from "./dispatch.ts";
import { readBody } from "./read-body.ts";
import { type Reply, text } from "./reply.ts";

/** Answers one request. `remoteAddress` is the peer's. */
export type Answer = (request: WireRequest, remoteAddress: string) => Reply;

/** What is to happen to a request beside its answer. */
export interface Disturbance {
  /** How much later it is answered, in milliseconds. */
  readonly delayMs?: number;
  /** When its connection is cut: `before` nothing is done, `after` the work is. */
  readonly cut?: "before" | "after";
  /** Answered in the place of what MAAS would say; nothing is done. */
  readonly reply?: Reply;
}

/** Says what is to happen to a request. */
export type Disturb = (request: WireRequest) => Disturbance | undefined;

/** The longest request target accepted. */
const MAX_TARGET = 16_384;

/**
 * A bounded HTTP server around `answer`: headers up to 32 KiB and 100 lines, bodies up to 16 MiB, 4096 connections, half a minute for a
 * request to arrive. Whatever is thrown becomes a 500 and is reported to `onFault`, never a crash.
 */
export function createApiServer(
  answer: Answer,
  apiHash: string,
  onFault: (error: unknown) => void,
  disturb: Disturb = () => undefined,
): Server {
  const server = createServer(
    { maxHeaderSize: 32 * 1024, requestTimeout: 30_000, headersTimeout: 15_000, keepAliveTimeout: 15_000 },
    (request, response) => {
      respond(request, answer, disturb)
        .catch((error: unknown) => {
          if (error instanceof ApiError) return error.reply;
          if (!request.destroyed) onFault(error);
          return text("Internal server error.", 500);
        })
        .then((reply) => (reply === undefined ? request.socket.destroy() : send(response, reply, apiHash, request)))
        .catch(onFault);
    },
  );
  server.maxHeadersCount = 100;
  server.maxConnections = 4096;
  server.on("clientError", (_error, socket) => {
    if (socket.writable) socket.end("HTTP/1.1 400 Bad Request\r\nConnection: close\r\nContent-Length: 0\r\n\r\n");
    else socket.destroy();
  });
  return server;
}

/** The answer; undefined when the connection is to be cut. */
async function respond(request: IncomingMessage, answer: Answer, disturb: Disturb): Promise<Reply | undefined> {
  const target = request.url ?? "/";
  if (target.length > MAX_TARGET) return text("Request target is too long.", 414);
  const mark = target.indexOf("?");
  const body = await readBody(request);
  const wire: WireRequest = {
    method: request.method ?? "GET",
    path: mark < 0 ? target : target.slice(0, mark),
    query: mark < 0 ? "" : target.slice(mark + 1),
    authorization: request.headers.authorization,
    contentType: request.headers["content-type"],
    body,
  };
  const { delayMs = 0, cut, reply } = disturb(wire) ?? {};
  if (delayMs > 0) await delay(delayMs);
  if (cut === "before") return undefined;
  const answered = reply ?? answer(wire, request.socket.remoteAddress ?? "");
  return cut === "after" ? undefined : answered;
}

function send(response: ServerResponse, reply: Reply, apiHash: string, request: IncomingMessage): void {
  const body = typeof reply.body === "string" ? Buffer.from(reply.body) : reply.body;
  response.writeHead(reply.status, {
    ...reply.headers,
    ...(reply.status === 204 ? {} : { "content-length": body.length }),
    vary: "Authorization",
    "x-maas-api-hash": apiHash,
  });
  response.end(reply.status === 204 || request.method === "HEAD" ? undefined : body);
  if (reply.status === 413) response.once("finish", () => request.destroy());
}
