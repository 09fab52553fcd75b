import { Code, type ConnectError, createContextValues } from "@connectrpc/connect";
import type { UniversalHandler } from "@connectrpc/connect/protocol";
import type { Logger } from "pino";
import { ErrorReason } from "../../gen/bedplate/type/v1/error_pb.js";
import { peerKey, refusalKey } from "./call.ts";
import { peerOf } from "./connection-limits.ts";
import { logIncident } from "./error-interceptor.ts";
import { failure } from "./failure.ts";
import {
  type BodyPatience,
  bodyOf,
  cut,
  hungUp,
  leaveRequest,
  type NodeRequest,
  type NodeResponse,
  writableOf,
} from "./node-exchange.ts";
import { type PlainRoute, refusal, sendNotFound, sendPlain } from "./plain-route.ts";
import { shapeError } from "./shape-error.ts";
import { type ReaderBounds, writeResponse } from "./write-response.ts";

/** What a request handler serves and within which bounds. */
export type RequestHandlerOptions = ReaderBounds & {
  readonly handlers: readonly UniversalHandler[];
  readonly plainRoutes: readonly PlainRoute[];
  /** Milliseconds a caller may take to send a request. */
  readonly requestMs: number;
  /** Milliseconds a caller that streams may be silent. */
  readonly silenceMs: number;
  /** Milliseconds a caller that still sends when its answer is out is heard. */
  readonly lingerMs: number;
  readonly log: Logger;
};

/** Answers HTTP requests of both versions, and knows which are under way. */
export interface RequestHandler {
  /** For the `request` event of a server. Never throws. */
  handle(request: NodeRequest, response: NodeResponse): void;
  /** From now on refuses what comes; what is under way goes on. */
  refuse(): void;
  /** Resolves when nothing is under way any more, streams left out of account or not. */
  idle(which: "unary" | "all"): Promise<void>;
  /** Ends what is under way with SHUTTING_DOWN: the streams, or all. */
  stop(which: "streams" | "all"): void;
}

type Exchange = { readonly isStream: boolean; readonly controller: AbortController };

const PLAIN_MS = 60_000;

/** One handler for all the connections of a listener. */
export function createRequestHandler(options: RequestHandlerOptions): RequestHandler {
  const { log } = options;
  const rpcs = new Map(options.handlers.map((each) => [each.requestPath, each]));
  const routes = new Map(options.plainRoutes.map((each) => [each.path, each]));
  const underWay = new Set<Exchange>();
  const waiting = new Set<() => void>();
  let refusing = false;

  const end = (exchange: Exchange): void => {
    underWay.delete(exchange);
    for (const wake of [...waiting]) wake();
  };

  const begin = (response: NodeResponse, isStream: boolean): Exchange => {
    const exchange = { isStream, controller: new AbortController() };
    underWay.add(exchange);
    writableOf(response).once("close", () => {
      // A stream that its caller resets counts as finished; whether we ended the answer is what tells.
      if (!response.writableEnded) exchange.controller.abort(hungUp());
      end(exchange);
    });
    return exchange;
  };

  const serveRpc = async (rpc: UniversalHandler, request: NodeRequest, response: NodeResponse): Promise<void> => {
    const { methodKind } = rpc.method;
    const exchange = begin(response, methodKind !== "unary");
    const single = methodKind === "unary" || methodKind === "server_streaming";
    const patience: BodyPatience = single
      ? { ms: options.requestMs, of: "body" }
      : { ms: options.silenceMs, of: "part" };
    const contextValues = createContextValues().set(peerKey, peerOf(socketOf(request)));
    const answer = await rpc({
      httpVersion: request.httpVersion,
      method: request.method ?? "",
      // Only its query matters. The authority a caller claims is not used for anything.
      url: `http://bedplate${request.url}`,
      header: headersOf(request),
      body: bodyOf(request, patience),
      signal: exchange.controller.signal,
      contextValues: refusing ? contextValues.set(refusalKey, shuttingDown()) : contextValues,
    });
    if (answer.body === undefined && answer.status >= 400) {
      sendPlain(request, response, { ...wrongForm(answer.status), headers: Object.fromEntries(answer.header ?? []) });
    } else await writeResponse(answer, request, response, options);
    end(exchange);
    leaveRequest(request, options.lingerMs);
  };

  const servePlain = async (route: PlainRoute, request: NodeRequest, response: NodeResponse): Promise<void> => {
    const { method, headers } = request;
    const { signal } = begin(response, false).controller;
    if (refusing) return sendPlain(request, response, refusal(503, "unavailable", "the server is shutting down"));
    if (method !== "GET" && method !== "HEAD") {
      return sendPlain(request, response, refusal(405, "unimplemented", `${route.path} answers GET only`));
    }
    const query = new URLSearchParams(request.url?.split("?", 2)[1] ?? "");
    const bounded = AbortSignal.any([signal, AbortSignal.timeout(PLAIN_MS)]);
    const peer = peerOf(socketOf(request));
    sendPlain(
      request,
      response,
      await route.handle({ method, path: route.path, query, headers, peer, signal: bounded }),
    );
    leaveRequest(request, options.lingerMs);
  };

  const broke = (what: string, request: NodeRequest, response: NodeResponse, caught: unknown): void => {
    if (writableOf(response).destroyed || response.headersSent) {
      log.debug({ event: "answer-cut", what, reason: (caught as Error).message }, "answer cut short");
      cut(response);
      return;
    }
    const { error, incident } = shapeError(caught);
    if (incident !== undefined) logIncident(log, what, incident);
    sendPlain(request, response, refusal(500, "internal", error.rawMessage));
  };

  const dispatch = (request: NodeRequest, response: NodeResponse): void => {
    if (refusing && !("stream" in response)) response.setHeader("connection", "close");
    const fault = badRequest(request);
    if (fault !== undefined) {
      if (!("stream" in response)) response.setHeader("connection", "close");
      sendPlain(request, response, refusal(400, "invalid_argument", fault));
      return;
    }
    const path = request.url?.split("?", 1)[0] ?? "";
    const rpc = rpcs.get(path);
    const route = routes.get(path);
    if (rpc !== undefined) serveRpc(rpc, request, response).catch((caught) => broke(path, request, response, caught));
    else if (route !== undefined) {
      servePlain(route, request, response).catch((caught) => broke(path, request, response, caught));
    } else {
      sendNotFound(request, response, path);
      leaveRequest(request, options.lingerMs);
    }
  };

  return {
    handle(request, response) {
      // Both emit what happens to their connection; nobody listening would end the process.
      request.on("error", () => {});
      response.on("error", () => {});
      try {
        dispatch(request, response);
      } catch (caught) {
        broke(request.url ?? "", request, response, caught);
      }
    },
    refuse() {
      refusing = true;
    },
    async idle(which) {
      while ([...underWay].some((each) => which === "all" || !each.isStream)) {
        const { promise, resolve } = Promise.withResolvers<void>();
        waiting.add(resolve);
        await promise;
        waiting.delete(resolve);
      }
    },
    stop(which) {
      for (const each of underWay) if (which === "all" || each.isStream) each.controller.abort(shuttingDown());
    },
  };
}

function badRequest(request: NodeRequest): string | undefined {
  if (request.httpVersion === "1.0") return "HTTP/1.0 is not spoken here; use HTTP/1.1 or HTTP/2";
  const authority = "authority" in request ? request.authority || request.headers.host : request.headers.host;
  return authority ? undefined : "the Host header is missing or empty";
}

function wrongForm(status: number) {
  switch (status) {
    case 405:
      return refusal(status, "unimplemented", "RPCs are called with POST");
    case 415:
      return refusal(
        status,
        "unimplemented",
        "unknown content type; for JSON send `content-type: application/json`, to an RPC that streams `application/connect+json`",
      );
    case 505:
      return refusal(status, "unimplemented", "this RPC streams both ways and needs HTTP/2");
    default:
      return refusal(status, "unknown", "the request is not in a form this server knows");
  }
}

function headersOf(request: NodeRequest): Headers {
  const headers = new Headers();
  for (const [name, value] of Object.entries(request.headers)) {
    if (value === undefined || name.startsWith(":")) continue;
    for (const each of Array.isArray(value) ? value : [value]) headers.append(name, each);
  }
  return headers;
}

function socketOf(request: NodeRequest): { readonly remoteAddress?: string | undefined } | undefined {
  return "stream" in request ? request.stream.session?.socket : request.socket;
}

function shuttingDown(): ConnectError {
  return failure(Code.Unavailable, ErrorReason.SHUTTING_DOWN, "the server is shutting down");
}
