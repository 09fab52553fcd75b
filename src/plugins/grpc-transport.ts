import type {
  DescMessage,
  DescMethodStreaming,
  DescMethodUnary,
  MessageInitShape,
  MessageShape,
} from "@bufbuild/protobuf";
import { fromBinary, toBinary } from "@bufbuild/protobuf";
import {
  createContextValues,
  type Interceptor,
  type StreamResponse,
  type Transport,
  type UnaryResponse,
} from "@connectrpc/connect";
import { runStreamingCall, runUnaryCall } from "@connectrpc/connect/protocol";
import { type ChannelCredentials, type ChannelOptions, Client, credentials } from "@grpc/grpc-js";
import { toMetadata } from "./grpc-metadata.ts";
import { startStream } from "./grpc-stream.ts";
import { startUnary } from "./grpc-unary.ts";

type HeadersInit = ConstructorParameters<typeof Headers>[0];

/** Where a gRPC server is: a unix socket by its path, or a TLS address that both sides prove themselves at. */
export type GrpcAddress =
  | { readonly socket: string }
  | {
      /** Host and port, such as "10.0.0.5:7443". */
      readonly endpoint: string;
      /** PEM: who may vouch for the server, and our own key and certificate. */
      readonly authority: Buffer;
      readonly key: Buffer;
      readonly certificate: Buffer;
      /** Name the server's certificate must hold; the host of the endpoint when absent. */
      readonly serverName?: string;
    };

/** Options of a transport. */
export type GrpcTransportOptions = {
  readonly address: GrpcAddress;
  /** Deadline of calls that bring none, in milliseconds; 30,000 when absent. */
  readonly defaultTimeoutMs?: number;
  /** Largest message sent, in bytes; 4 MiB when absent. Answers are bound to 4 MiB in any case. */
  readonly sendMaxBytes?: number;
  /** Interceptors around every call, the last one innermost. */
  readonly interceptors?: readonly Interceptor[];
};

/** A Connect transport over one gRPC channel. */
export interface GrpcTransport extends Transport {
  /** Resolves when the server accepts connections; rejects when the signal aborts. */
  ready(signal: AbortSignal): Promise<void>;
  /** Closes the channel. Calls under way end as UNAVAILABLE once the server hangs up. */
  close(): void;
}

/** Deadline of calls that bring none, in milliseconds. */
export const DEFAULT_TIMEOUT_MS = 30_000;
const READY_SLICE_MS = 200;
const LONGEST_TIMEOUT_MS = 24 * 3_600_000;
const MESSAGE_MAX_BYTES = 4 * 1024 * 1024;

/**
 * Opens a channel to a gRPC server, lazily, as a Connect transport for all four kinds of method. Every call has a
 * deadline, 24 hours at most. Failures are ConnectErrors with the server's details; a server that can't be reached is UNAVAILABLE.
 */
export function createGrpcTransport(options: GrpcTransportOptions): GrpcTransport {
  const { target, channelCredentials, channelOptions } = dial(options.address);
  const { interceptors = [] } = options;
  let closed = false;
  const client = new Client(target, channelCredentials, {
    ...channelOptions,
    "grpc.max_send_message_length": options.sendMaxBytes ?? MESSAGE_MAX_BYTES,
    "grpc.max_receive_message_length": MESSAGE_MAX_BYTES,
    // Servers on grpc-go and C-core hang up on clients that ping more than every five minutes.
    "grpc.keepalive_time_ms": 305_000,
    "grpc.keepalive_timeout_ms": 20_000,
    "grpc.initial_reconnect_backoff_ms": 50,
    "grpc.max_reconnect_backoff_ms": 1_000,
    "grpc.enable_http_proxy": 0,
    "grpc.service_config_disable_resolution": 1,
    "grpc.use_local_subchannel_pool": 1,
    "grpc.primary_user_agent": "bedplate",
  });
  const timeoutOf = (timeoutMs: number | undefined): number =>
    boundTimeout(timeoutMs, options.defaultTimeoutMs ?? DEFAULT_TIMEOUT_MS);
  return {
    unary<I extends DescMessage, O extends DescMessage>(
      method: DescMethodUnary<I, O>,
      signal: AbortSignal | undefined,
      timeoutMs: number | undefined,
      header: HeadersInit | undefined,
      message: MessageInitShape<I>,
      contextValues = createContextValues(),
    ): Promise<UnaryResponse<I, O>> {
      const timeout = timeoutOf(timeoutMs);
      const deadline = Date.now() + timeout;
      return runUnaryCall<I, O>({
        ...(signal && { signal }),
        timeoutMs: timeout,
        interceptors: [...interceptors],
        req: { ...requestOf(method, header), stream: false, method, contextValues, message },
        next: (req) =>
          startUnary(client, codecOf<I, O>(method), req.message, toMetadata(req.header), deadline, req.signal).then(
            (answer) => ({ ...answer, stream: false, service: method.parent, method }),
          ),
      });
    },
    stream<I extends DescMessage, O extends DescMessage>(
      method: DescMethodStreaming<I, O>,
      signal: AbortSignal | undefined,
      timeoutMs: number | undefined,
      header: HeadersInit | undefined,
      messages: AsyncIterable<MessageInitShape<I>>,
      contextValues = createContextValues(),
    ): Promise<StreamResponse<I, O>> {
      const timeout = timeoutOf(timeoutMs);
      const deadline = Date.now() + timeout;
      return runStreamingCall<I, O>({
        ...(signal && { signal }),
        timeoutMs: timeout,
        interceptors: [...interceptors],
        req: { ...requestOf(method, header), stream: true, method, contextValues, message: messages },
        next: (req) =>
          startStream(client, codecOf<I, O>(method), req.message, toMetadata(req.header), deadline, req.signal).then(
            (answer) => ({ ...answer, stream: true, service: method.parent, method }),
          ),
      });
    },
    ready: (signal) => waitForReady(client, signal, () => closed),
    close() {
      closed = true;
      client.close();
    },
  };
}

/** How the messages of one method are written and read. */
export type MethodCodec<I, O> = {
  /** Path of the method, such as "/bedplate.driver.v1.DriverService/Probe". */
  readonly path: string;
  readonly serverSends: "one" | "many";
  readonly clientSends: "one" | "many";
  serialize(message: I): Buffer;
  deserialize(bytes: Buffer): O;
};

/** A call's deadline in milliseconds: the caller's, else the default; none or a negative one is the default, 24 h the longest. */
export function boundTimeout(timeoutMs: number | undefined, defaultMs: number): number {
  if (timeoutMs === undefined || !(timeoutMs > 0)) return defaultMs;
  return Math.min(timeoutMs, LONGEST_TIMEOUT_MS);
}

function codecOf<I extends DescMessage, O extends DescMessage>(
  method: DescMethodUnary<I, O> | DescMethodStreaming<I, O>,
): MethodCodec<MessageShape<I>, MessageShape<O>> {
  const { methodKind: kind } = method;
  return {
    path: `/${method.parent.typeName}/${method.name}`,
    serverSends: kind === "unary" || kind === "client_streaming" ? "one" : "many",
    clientSends: kind === "unary" || kind === "server_streaming" ? "one" : "many",
    serialize: (message) => Buffer.from(toBinary(method.input, message)),
    deserialize: (bytes) => fromBinary(method.output, bytes),
  };
}

function requestOf(method: DescMethodUnary | DescMethodStreaming, header: HeadersInit | undefined) {
  const url = `grpc://plugin/${method.parent.typeName}/${method.name}`;
  return { service: method.parent, requestMethod: "POST", url, header: new Headers(header) };
}

function dial(address: GrpcAddress): {
  target: string;
  channelCredentials: ChannelCredentials;
  channelOptions: ChannelOptions;
} {
  if ("socket" in address) {
    return {
      target: `unix:${address.socket}`,
      channelCredentials: credentials.createInsecure(),
      channelOptions: { "grpc.default_authority": "localhost" },
    };
  }
  const name = address.serverName;
  return {
    target: `dns:///${address.endpoint}`,
    channelCredentials: credentials.createSsl(address.authority, address.key, address.certificate),
    channelOptions: name === undefined ? {} : { "grpc.ssl_target_name_override": name, "grpc.default_authority": name },
  };
}

function waitForReady(client: Client, signal: AbortSignal, isClosed: () => boolean): Promise<void> {
  return new Promise((resolve, reject) => {
    const abort = (): void => reject(signal.reason);
    if (signal.aborted) return abort();
    signal.addEventListener("abort", abort, { once: true });
    // A channel that is closed leaves the clock of whoever waits for it running, and with it the process: so it is asked again and again, each time for a moment.
    const ask = (): void =>
      client.waitForReady(Date.now() + READY_SLICE_MS, (error) => {
        if (error !== undefined && !signal.aborted && !isClosed()) return ask();
        signal.removeEventListener("abort", abort);
        if (error === undefined) resolve();
        else reject(error);
      });
    ask();
  });
}
