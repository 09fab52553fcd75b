import { createContextValues, type Transport } from "@connectrpc/connect";
import { createUniversalHandlerClient, type UniversalHandler } from "@connectrpc/connect/protocol";
import { createTransport } from "@connectrpc/connect/protocol-connect";
import { knownCallerKey } from "./call.ts";
import type { Caller } from "./caller.ts";
import { DEFAULT_CALL_MS, forCallers } from "./caller-transport.ts";
import { MAX_MESSAGE_BYTES, type ServiceHost } from "./service-host.ts";

/**
 * Calls the services of a host in this process: the same handlers, gates and bounds as over the network, and the same
 * errors, without a socket. Every call is made by `caller`; no token is needed.
 */
export function createInProcessTransport(host: ServiceHost, caller: Caller): Transport {
  const handlers = host.handlers.map((handler) => calledBy(handler, caller));
  const transport = createTransport({
    httpClient: createUniversalHandlerClient(handlers),
    baseUrl: "http://in-process",
    useBinaryFormat: true,
    interceptors: [],
    acceptCompression: [],
    sendCompression: null,
    compressMinBytes: MAX_MESSAGE_BYTES,
    readMaxBytes: MAX_MESSAGE_BYTES,
    // The host's bound on what it reads is the one that counts, as over the network.
    writeMaxBytes: 0xffff_ffff,
  });
  return forCallers(transport, DEFAULT_CALL_MS);
}

function calledBy(handler: UniversalHandler, caller: Caller): UniversalHandler {
  return Object.assign(
    (request: Parameters<UniversalHandler>[0]) =>
      handler({ ...request, contextValues: createContextValues().set(knownCallerKey, caller) }),
    handler,
  );
}
