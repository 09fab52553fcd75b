import type { Client, Metadata, ServiceError } from "@grpc/grpc-js";
import { toHeaders } from "./grpc-metadata.ts";
import { toConnectError } from "./grpc-status.ts";
import type { MethodCodec } from "./grpc-transport.ts";

/** What a unary call brought. */
export type UnaryAnswer<O> = { readonly header: Headers; readonly trailer: Headers; readonly message: O };

/**
 * Makes one unary call. `deadline` is a wall-clock time in milliseconds; the server is told of it. Rejects with a
 * ConnectError; an abort of the signal cancels the call.
 */
export function startUnary<I, O>(
  client: Client,
  codec: MethodCodec<I, O>,
  message: I,
  metadata: Metadata,
  deadline: number,
  signal: AbortSignal,
): Promise<UnaryAnswer<O>> {
  return new Promise((resolve, reject) => {
    let header = new Headers();
    let failure: ServiceError | null = null;
    let answer: O | undefined;
    const call = client.makeUnaryRequest<I, O>(
      codec.path,
      codec.serialize,
      codec.deserialize,
      message,
      metadata,
      { deadline },
      (error, value) => {
        failure = error;
        answer = value;
      },
    );
    const cancel = (): void => call.cancel();
    if (signal.aborted) cancel();
    signal.addEventListener("abort", cancel, { once: true });
    call.on("metadata", (received: Metadata) => {
      header = toHeaders(received);
    });
    // The status comes after the callback and is the only place that holds the trailers.
    call.on("status", (status) => {
      signal.removeEventListener("abort", cancel);
      if (failure !== null || answer === undefined) reject(toConnectError(failure ?? status));
      else resolve({ header, trailer: toHeaders(status.metadata), message: answer });
    });
  });
}
