import { once } from "node:events";
import type { UniversalServerResponse } from "@connectrpc/connect/protocol";
import { asHttp1, connectionOf, cut, type NodeRequest, type NodeResponse, writableOf } from "./node-exchange.ts";
import type { WriteBudget } from "./write-budget.ts";

/** Bounds on a reader of answers. */
export type ReaderBounds = {
  readonly budget: WriteBudget;
  /** Milliseconds a reader may take nothing while bytes wait for it, before its answer is cut. */
  readonly stallMs: number;
};

/**
 * Writes an answer as fast as its reader takes it and no faster. Resolves when all of it has left; rejects when the reader
 * has gone or was cut for not reading, or the answer itself broke; its source is told to stop then.
 */
export async function writeResponse(
  answer: UniversalServerResponse,
  request: NodeRequest,
  response: NodeResponse,
  bounds: ReaderBounds,
): Promise<void> {
  const iterator = answer.body?.[Symbol.asyncIterator]();
  const pipe = createPipe(request, response, bounds);
  try {
    // Headers leave with the first bytes: until then the handler may still set some.
    let part = await iterator?.next();
    asHttp1(response).writeHead(answer.status, Object.fromEntries(answer.header ?? []));
    for (; part !== undefined && part.done !== true; part = await iterator?.next()) await pipe.write(part.value);
    if (answer.trailer !== undefined) response.addTrailers(Object.fromEntries(answer.trailer));
    await pipe.end();
  } catch (error) {
    void iterator?.return?.().catch(() => {});
    cut(response);
    throw error;
  } finally {
    pipe.close();
  }
}

function createPipe(request: NodeRequest, response: NodeResponse, { budget, stallMs }: ReaderBounds) {
  const connection = connectionOf(request);
  const writable = writableOf(response);
  const gone = new AbortController();
  let held = 0;
  const close = (): void => {
    budget.give(connection, held);
    held = 0;
    writable.off("close", onClose);
  };
  const onClose = (): void => {
    gone.abort(new Error("the reader has gone"));
    close();
  };
  writable.on("close", onClose);

  // Waits for the reader to take something, but not for ever.
  const taken = async (event: "drain" | "finish"): Promise<void> => {
    const stalled = setTimeout(() => gone.abort(new Error(`the reader took nothing for ${stallMs / 1000} s`)), stallMs);
    try {
      await once(writable, event, { signal: gone.signal });
    } finally {
      clearTimeout(stalled);
    }
  };

  return {
    async write(bytes: Uint8Array): Promise<void> {
      gone.signal.throwIfAborted();
      await budget.take(connection, bytes.length, gone.signal);
      held += bytes.length;
      const flushed = (): void => {
        const freed = Math.min(held, bytes.length);
        held -= freed;
        budget.give(connection, freed);
      };
      if (!asHttp1(response).write(bytes, flushed)) await taken("drain");
    },
    async end(): Promise<void> {
      gone.signal.throwIfAborted();
      const finished = taken("finish");
      response.end();
      await finished;
    },
    close,
  };
}
