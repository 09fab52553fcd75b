import { once } from "node:events";
import {
  type Client,
  type ClientDuplexStream,
  type ClientReadableStream,
  type Metadata,
  status as Status,
  type StatusObject,
} from "@grpc/grpc-js";
import { toHeaders } from "./grpc-metadata.ts";
import { toConnectError } from "./grpc-status.ts";
import type { MethodCodec } from "./grpc-transport.ts";

/** What a streaming call brings; trailers are filled once the last message was read. */
export type StreamAnswer<O> = {
  readonly header: Headers;
  readonly trailer: Headers;
  readonly message: AsyncIterable<O>;
};

/**
 * Starts one streaming call and resolves with its headers. `deadline` is a wall-clock time in milliseconds and bounds the
 * whole stream. Reading rejects with a ConnectError; an abort of the signal, or a reader that leaves, cancels the call.
 */
export async function startStream<I, O>(
  client: Client,
  codec: MethodCodec<I, O>,
  messages: AsyncIterable<I>,
  metadata: Metadata,
  deadline: number,
  signal: AbortSignal,
): Promise<StreamAnswer<O>> {
  const call = await open(client, codec, messages, metadata, deadline);
  const cancel = (): void => call.cancel();
  if (signal.aborted) cancel();
  signal.addEventListener("abort", cancel, { once: true });
  // The status event tells the same; an unheard "error" event would end the process.
  call.on("error", () => {});
  const ended = new Promise<StatusObject>((resolve) => {
    call.once("status", (status: StatusObject) => {
      signal.removeEventListener("abort", cancel);
      resolve(status);
    });
  });
  const header = await Promise.race([
    new Promise<Headers>((resolve) => {
      call.once("metadata", (received: Metadata) => resolve(toHeaders(received)));
    }),
    ended.then((status) => {
      if (status.code !== Status.OK) throw toConnectError(status);
      return new Headers();
    }),
  ]);
  const trailer = new Headers();
  return { header, trailer, message: read(call, ended, trailer) };
}

async function open<I, O>(
  client: Client,
  codec: MethodCodec<I, O>,
  messages: AsyncIterable<I>,
  metadata: Metadata,
  deadline: number,
): Promise<ClientReadableStream<O>> {
  if (codec.clientSends === "one") {
    for await (const message of messages) {
      return client.makeServerStreamRequest<I, O>(codec.path, codec.serialize, codec.deserialize, message, metadata, {
        deadline,
      });
    }
    throw new TypeError(`${codec.path} takes one message and was given none`);
  }
  const call = client.makeBidiStreamRequest<I, O>(codec.path, codec.serialize, codec.deserialize, metadata, {
    deadline,
  });
  send(call, messages).catch(() => call.cancel());
  return call;
}

/** Writes until the messages end. Rejects when their source or the call fails; the status of the call then says why. */
async function send<I, O>(call: ClientDuplexStream<I, O>, messages: AsyncIterable<I>): Promise<void> {
  for await (const message of messages) {
    if (!call.write(message)) await once(call, "drain");
  }
  call.end();
}

async function* read<O>(
  call: ClientReadableStream<O>,
  ended: Promise<StatusObject>,
  trailer: Headers,
): AsyncGenerator<O> {
  try {
    for await (const message of call) yield message as O;
  } catch {
    // What broke the stream is in its status, which follows.
  } finally {
    call.cancel();
  }
  const status = await ended;
  if (status.code !== Status.OK) throw toConnectError(status);
  for (const [name, value] of toHeaders(status.metadata)) trailer.append(name, value);
}
