import { Code, type ConnectError, type Interceptor, type Transport } from "@connectrpc/connect";
import { compressionGzip, createConnectTransport, Http2SessionManager } from "@connectrpc/connect-node";
import { ErrorReason } from "../../gen/bedplate/type/v1/error_pb.js";
import { DEFAULT_CALL_MS, forCallers } from "./caller-transport.ts";
import { failure } from "./failure.ts";

/** Where a Bedplate server is, and how to be believed there. */
export type NetworkTransportOptions = {
  /** `http://HOST:PORT` or `https://HOST:PORT`. */
  readonly url: string;
  /** Bearer token, or where to get it before each call; without one only public RPCs answer. */
  readonly token?: string | (() => Promise<string>);
  /** Certificate authority of the server, PEM, in place of the system's. */
  readonly caCert?: string | Buffer;
  /** Milliseconds a unary call may take when its caller doesn't say (30,000). */
  readonly defaultCallMs?: number;
};

/** A transport that holds a connection; `close` ends it and the calls on it. */
export type NetworkTransport = Transport & { close(): void };

const MAX_ANSWER_BYTES = 4 * 1024 * 1024;

/**
 * Calls a server over HTTP/2 (in clear, or TLS by the URL), in Connect's binary form. A server that can't be reached is
 * UNAVAILABLE with SERVICE_UNAVAILABLE and the address; a dead connection is noticed by pings within a minute.
 */
export function createNetworkTransport(options: NetworkTransportOptions): NetworkTransport {
  const { url, token, caCert, defaultCallMs = DEFAULT_CALL_MS } = options;
  const sessionManager = new Http2SessionManager(
    url,
    { pingIntervalMs: 30_000, pingTimeoutMs: 15_000 },
    caCert === undefined ? undefined : { ca: caCert },
  );
  const transport = createConnectTransport({
    baseUrl: url,
    httpVersion: "2",
    sessionManager,
    useBinaryFormat: true,
    acceptCompression: [compressionGzip],
    readMaxBytes: MAX_ANSWER_BYTES,
    interceptors: token === undefined ? [] : [bearer(token)],
  });
  const explained = forCallers(transport, defaultCallMs, (error) => unreachable(url, error));
  return Object.assign(explained, { close: () => sessionManager.abort() });
}

function bearer(token: string | (() => Promise<string>)): Interceptor {
  return (next) => async (request) => {
    request.header.set("authorization", `Bearer ${typeof token === "string" ? token : await token()}`);
    return next(request);
  };
}

// What failed without a word from the server failed on the way to it.
function unreachable(url: string, error: ConnectError): ConnectError {
  const why = systemCode(error);
  if (why === undefined && error.code !== Code.Unavailable) return error;
  return failure(
    Code.Unavailable,
    ErrorReason.SERVICE_UNAVAILABLE,
    `can't reach a Bedplate server at ${url}: ${why ?? error.rawMessage}`,
    { subject: url, hint: "is `bedplate serve` running there?", cause: error },
  );
}

function systemCode(error: unknown): string | undefined {
  for (let at = error, depth = 0; at instanceof Error && depth < 5; at = at.cause, depth++) {
    if ("code" in at && typeof at.code === "string") return at.code;
  }
  return undefined;
}
