import { createServer as createHttpServer } from "node:http";
import { createServer as createHttp2Server, type ServerHttp2Session } from "node:http2";
import { type AddressInfo, createServer as createTcpServer, type Socket } from "node:net";
import { createServer as createTlsServer } from "node:tls";
import type { Logger } from "pino";
import { createConnectionLimits } from "./connection-limits.ts";
import { formatAddress, isLoopback, type ListenAddress } from "./listen-address.ts";
import { ListenError, listenErrorFrom } from "./listen-error.ts";
import type { PlainRoute } from "./plain-route.ts";
import { createRequestHandler, type RequestHandler } from "./request-handler.ts";
import type { ServiceHost } from "./service-host.ts";
import { type Protocol, sniffProtocol } from "./sniff-protocol.ts";
import { createWriteBudget } from "./write-budget.ts";

/** Bounds of one listener. Times in milliseconds, sizes in bytes. */
export type ListenerLimits = {
  /** For the first bytes, a TLS handshake, or the headers of an HTTP/1 request. */
  readonly headersMs: number;
  /** For a whole request. */
  readonly requestMs: number;
  /** For the next message of a caller that streams. */
  readonly silenceMs: number;
  /** For what a caller still sends when its answer is out. */
  readonly lingerMs: number;
  /** For a connection without requests. */
  readonly idleMs: number;
  /** For a reader that takes nothing while an answer waits. */
  readonly stallMs: number;
  readonly connections: number;
  readonly connectionsPerPeer: number;
  /** Calls at once on one HTTP/2 connection. */
  readonly streamsPerConnection: number;
  /** Answers waiting for one connection's reader, and for all. */
  readonly unreadPerConnection: number;
  readonly unreadTotal: number;
};

/** Bounds that hold unless others are given. */
export const DEFAULT_LIMITS: ListenerLimits = {
  headersMs: 10_000,
  requestMs: 60_000,
  silenceMs: 600_000,
  lingerMs: 5_000,
  idleMs: 120_000,
  stallMs: 30_000,
  connections: 16_384,
  connectionsPerPeer: 4_096,
  streamsPerConnection: 100,
  unreadPerConnection: 8 * 1024 * 1024,
  unreadTotal: 256 * 1024 * 1024,
};

/** Where to listen, and for what. */
export type ListenerOptions = {
  readonly address: ListenAddress;
  readonly host: ServiceHost;
  readonly log: Logger;
  /** PEM; needed for an address with TLS. */
  readonly tls?: { readonly cert: string | Buffer; readonly key: string | Buffer };
  /** Allows introspection alone, in clear, to other machines. */
  readonly plainIntrospection?: boolean;
  readonly plainRoutes?: readonly PlainRoute[];
  readonly limits?: Partial<ListenerLimits>;
};

/** An open port. */
export interface Listener {
  /** `http://127.0.0.1:7070`, with the port really taken. */
  readonly url: string;
  readonly port: number;
  /**
   * Takes nothing new, lets calls under way finish for `graceMs` (10,000) and streams for `streamGraceMs` (1,000), tells
   * the rest SHUTTING_DOWN, and closes. Resolves when every connection is gone; calling it again waits for the same.
   */
  close(options?: { readonly graceMs?: number; readonly streamGraceMs?: number }): Promise<void>;
}

/**
 * Opens one port for gRPC, gRPC-Web and Connect over HTTP/1.1 and HTTP/2, told apart by their first bytes; with TLS by
 * ALPN, and nothing in clear. Throws ListenError.
 */
export async function listen(options: ListenerOptions): Promise<Listener> {
  const { address, log } = options;
  const limits = { ...DEFAULT_LIMITS, ...options.limits };
  checkReach(options);
  const sockets = new Set<Socket>();
  const undecided = new Set<Socket>();
  const sessions = new Set<ServerHttp2Session>();
  const budget = createWriteBudget({ perConnection: limits.unreadPerConnection, total: limits.unreadTotal }, (each) => {
    log.warn({ event: "reader-shed" }, "too much waits for readers that don't read; closing the worst");
    (each as Socket | ServerHttp2Session).destroy();
  });
  const requests = createRequestHandler({
    ...limits,
    budget,
    log,
    handlers: options.host.handlers,
    plainRoutes: options.plainRoutes ?? [],
  });
  const h1 = createH1(requests, limits);
  const h2 = createH2(requests, limits, sessions);
  const byAlpn = createTls(options, limits, (socket, protocol) =>
    (protocol === "h2" ? h2 : h1).emit("connection", socket),
  );
  const admission = createConnectionLimits({ total: limits.connections, perPeer: limits.connectionsPerPeer });

  const accept = (socket: Socket): void => {
    // Errors reach whoever uses the connection by other ways; unheard ones would end the process.
    socket.on("error", () => {});
    if (!admission.admit(socket)) {
      log.debug({ event: "connection-refused" }, "too many connections");
      return;
    }
    sockets.add(socket);
    undecided.add(socket);
    socket.once("close", () => {
      sockets.delete(socket);
      undecided.delete(socket);
    });
    socket.setNoDelay(true);
    socket.setKeepAlive(true, 30_000);
    sniffProtocol(socket, limits.headersMs, (protocol) => {
      undecided.delete(socket);
      if (protocol === "tls" && byAlpn !== undefined) byAlpn.emit("connection", socket);
      else if (protocol === "tls" || byAlpn !== undefined) socket.destroy();
      else (protocol === "h2" ? h2 : h1).emit("connection", socket);
    });
  };

  const server = createTcpServer(accept);
  await new Promise<void>((resolve, reject) => {
    server.once("error", (error) => reject(listenErrorFrom(formatAddress(address), error)));
    server.listen(address.port, address.host, resolve);
  });
  const { port } = server.address() as AddressInfo;
  let closing: Promise<void> | undefined;

  const close = async (graceMs: number, streamGraceMs: number): Promise<void> => {
    const closed = new Promise<void>((resolve) => server.close(() => resolve()));
    requests.refuse();
    for (const socket of undecided) socket.destroy();
    for (const session of sessions) session.close();
    h1.closeIdleConnections();
    await Promise.all([
      within(graceMs, requests.idle("unary")),
      within(streamGraceMs, requests.idle("all")).then(() => requests.stop("streams")),
    ]);
    requests.stop("all");
    h1.closeIdleConnections();
    // Connections close by themselves once their last words are out, even those just stopped.
    await within(500, closed);
    for (const socket of sockets) socket.destroy();
    h1.close();
    await closed;
  };

  return {
    url: `${address.tls ? "https" : "http"}://${formatAddress({ host: address.host, port })}`,
    port,
    close: ({ graceMs = 10_000, streamGraceMs = 1_000 } = {}) => (closing ??= close(graceMs, streamGraceMs)),
  };
}

function checkReach({ address, tls, plainIntrospection }: ListenerOptions): void {
  const at = formatAddress(address);
  if (address.tls && tls === undefined) {
    throw new ListenError(at, "TLS_FILES", `can't listen on ${at} with TLS: no certificate and key were given`);
  }
  if (address.tls || isLoopback(address.host)) return;
  const introspectionOnly = address.services?.length === 1 && address.services[0] === "introspection";
  if (introspectionOnly && plainIntrospection === true) return;
  const next = introspectionOnly
    ? "allow it with --plain-introspection, or use TLS"
    : "use TLS (--listen ADDR,tls) or a loopback address";
  throw new ListenError(
    at,
    "PLAIN_BEYOND_LOOPBACK",
    `won't listen on ${at} in clear, where others could read tokens; ${next}`,
  );
}

function createH1(requests: RequestHandler, limits: ListenerLimits) {
  const server = createHttpServer(
    {
      headersTimeout: limits.headersMs,
      requestTimeout: limits.requestMs + limits.headersMs,
      keepAliveTimeout: limits.idleMs,
      connectionsCheckingInterval: Math.min(1_000, limits.headersMs),
    },
    requests.handle,
  );
  // It never listens itself, and it is this event that starts its watch over slow and idle connections.
  server.emit("listening");
  return server;
}

function createH2(requests: RequestHandler, limits: ListenerLimits, sessions: Set<ServerHttp2Session>) {
  const server = createHttp2Server(
    {
      // MB. With Node's 10 a client that cancels many streams is shut out; with 1000 one that floods resets starves others.
      maxSessionMemory: 64,
      settings: { maxConcurrentStreams: limits.streamsPerConnection },
    },
    requests.handle,
  );
  server.on("session", (session) => {
    let streams = 0;
    sessions.add(session);
    session.on("stream", (stream) => {
      streams++;
      stream.once("close", () => streams--);
    });
    session.setTimeout(limits.idleMs, () => {
      if (streams === 0) session.destroy();
    });
    session.once("close", () => sessions.delete(session));
  });
  return server;
}

function createTls(
  { address, tls }: ListenerOptions,
  limits: ListenerLimits,
  secured: (socket: Socket, protocol: Protocol) => void,
) {
  if (!address.tls || tls === undefined) return undefined;
  try {
    const server = createTlsServer({
      ...tls,
      ALPNProtocols: ["h2", "http/1.1"],
      // Whoever has a certificate may show it; the role of an RPC decides what is needed.
      requestCert: true,
      rejectUnauthorized: false,
      handshakeTimeout: limits.headersMs,
    });
    server.on("secureConnection", (socket) => {
      socket.on("error", () => {});
      secured(socket, socket.alpnProtocol === "h2" ? "h2" : "h1");
    });
    return server;
  } catch (error) {
    const at = formatAddress(address);
    const message = `can't listen on ${at} with TLS: the certificate or key is no good (${(error as Error).message})`;
    throw new ListenError(at, "TLS_FILES", message, error);
  }
}

async function within(ms: number, done: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, ms);
  });
  await Promise.race([done, late]);
  clearTimeout(timer);
}
