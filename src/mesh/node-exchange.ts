import type { IncomingMessage, ServerResponse } from "node:http";
import { constants, type Http2ServerRequest, type Http2ServerResponse } from "node:http2";
import type { Writable } from "node:stream";
import { Code } from "@connectrpc/connect";
import { ErrorReason } from "../../gen/bedplate/type/v1/error_pb.js";
import { failure } from "./failure.ts";

/** A request of either version of HTTP, as Node hands it out. */
export type NodeRequest = IncomingMessage | Http2ServerRequest;

/** The answer to a request of either version of HTTP. */
export type NodeResponse = ServerResponse | Http2ServerResponse;

/** What bytes of the answer really go into: the only part whose events are alike in both versions. */
export function writableOf(response: NodeResponse): Writable {
  return "stream" in response ? response.stream : response;
}

/** The answer, as typed for HTTP/1; for the methods that work alike in both versions and are typed differently. */
export function asHttp1(response: NodeResponse): ServerResponse {
  return response as ServerResponse;
}

/** What one connection is known by while it lives: its HTTP/2 session, or its socket. */
export function connectionOf(request: NodeRequest): object {
  return "stream" in request ? (request.stream.session ?? request.stream) : request.socket;
}

/** Ends an answer that can't go on, and no more than that: the stream in HTTP/2, the connection in HTTP/1. */
export function cut(response: NodeResponse): void {
  if ("stream" in response) response.stream.close(constants.NGHTTP2_CANCEL);
  else response.destroy();
}

/** How long a caller may take to send a body: all of it, or (for one that trickles by design) each part. */
export type BodyPatience = { readonly ms: number; readonly of: "body" | "part" };

/**
 * The body of a request, part by part. Ends in DEADLINE_EXCEEDED when the caller is slower than `patience`, in CANCELED
 * when it hangs up. Leaving it early leaves the connection usable for the answer.
 */
export function bodyOf(request: NodeRequest, patience: BodyPatience): AsyncIterable<Uint8Array> {
  return {
    [Symbol.asyncIterator]() {
      const startedAt = performance.now();
      return {
        async next() {
          for (;;) {
            const part = request.read() as Uint8Array | null;
            if (part !== null) return { done: false, value: part };
            if (request.aborted) throw hungUp();
            if (request.readableEnded) return { done: true, value: undefined };
            if (request.destroyed) throw hungUp(request.errored);
            const spent = patience.of === "body" ? performance.now() - startedAt : 0;
            if (!(await stirs(request, patience.ms - spent))) throw tooSlow(patience);
          }
        },
      };
    },
  };
}

// Leaves no listener behind: one for "readable" would keep the rest of the body from ever being thrown away.
function stirs(request: NodeRequest, ms: number): Promise<boolean> {
  return new Promise((resolve) => {
    const settle = (stirred: boolean): void => {
      clearTimeout(timer);
      for (const event of STIRS) request.off(event, onStir);
      resolve(stirred);
    };
    const onStir = (): void => settle(true);
    const timer = setTimeout(() => settle(false), Math.max(0, ms));
    for (const event of STIRS) request.on(event, onStir);
  });
}

const STIRS = ["readable", "end", "error", "close"];

/** The error of a call whose caller has gone. */
export function hungUp(cause?: unknown): Error {
  return failure(Code.Canceled, ErrorReason.CANCELED, "the caller hung up", { cause });
}

const LINGER_BYTES = 16 * 1024 * 1024;

/**
 * Once the answer is out: a caller that still sends is heard out for `lingerMs` and 16 MiB at most, so that it gets to read the
 * answer, then its connection (HTTP/1) or stream (HTTP/2) is closed.
 */
export function leaveRequest(request: NodeRequest, lingerMs: number): void {
  if (request.complete || request.destroyed) return;
  const isStream = "stream" in request;
  const close = (): void => {
    if (isStream) request.stream.close(constants.NGHTTP2_NO_ERROR);
    else request.socket.destroy();
  };
  // A stream can be closed without losing what was answered on it; only its last frames must be on their way.
  const timer = setTimeout(close, isStream ? Math.min(lingerMs, 1_000) : lingerMs);
  const done = (): void => clearTimeout(timer);
  let heard = 0;
  request.on("data", (part: Buffer) => {
    heard += part.length;
    if (heard > LINGER_BYTES) close();
  });
  request.once("end", done);
  request.once("close", done);
}

function tooSlow({ ms, of }: BodyPatience): Error {
  const message = `the ${of === "body" ? "request" : "next part of the request"} did not arrive within ${ms / 1000} s`;
  return failure(Code.DeadlineExceeded, ErrorReason.DEADLINE_EXCEEDED, message);
}
