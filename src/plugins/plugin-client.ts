import type { DescService } from "@bufbuild/protobuf";
import { type CallOptions, type Client, createClient, type Transport } from "@connectrpc/connect";

type StreamingCall = (request: unknown, options?: CallOptions) => AsyncIterable<unknown>;

/**
 * A Connect client whose streams end with their reader. Connect's own leave a stream that is broken out of running until
 * its deadline, and with it one of the plugin's slots taken.
 */
export function createPluginClient<S extends DescService>(service: S, transport: Transport): Client<S> {
  const client = createClient(service, transport);
  const methods = client as Record<string, StreamingCall | undefined>;
  for (const { localName, methodKind } of service.methods) {
    const call = methods[localName];
    if (call !== undefined && methodKind === "server_streaming") methods[localName] = endingWithReader(call);
  }
  return client;
}

function endingWithReader(call: StreamingCall): StreamingCall {
  return (request, options = {}) => {
    const left = new AbortController();
    const signal = options.signal === undefined ? left.signal : AbortSignal.any([options.signal, left.signal]);
    // Called here and not in the generator, so that the call is under way before anybody reads.
    const messages = call(request, { ...options, signal });
    return (async function* () {
      try {
        yield* messages;
      } finally {
        left.abort();
      }
    })();
  };
}
