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
      const iterator = request.iterator({ destroyOnReturn: false });
      const startedAt = performance.now();
      return {
        async next() {
          const spent = patience.of === "body" ? performance.now() - startedAt : 0;
          const late = Promise.withResolvers<never>();
          const timer = setTimeout(() => late.reject(tooSlow(patience)), Math.max(0, patience.ms - spent));
          try {
            return (await Promise.race([iterator.next(), late.promise])) as IteratorResult<Uint8Array>;
          } catch (error) {
            throw request.errored === null || request.errored === undefined ? error : hungUp(error);
          } finally {
            clearTimeout(timer);
          }
        },
        async return() {
          return { done: true, value: undefined };
        },
      };
    },
  };
}

/** The error of a call whose caller has gone. */
export function hungUp(cause?: unknown): Error {
  return failure(Code.Canceled, ErrorReason.CANCELED, "the caller hung up", { cause });
}

/**
 * Once the answer is out: what the caller still sends is thrown away for a second, so that it gets to read the answer,
 * then the connection (HTTP/1) or stream (HTTP/2) is closed.
 */
export function leaveRequest(request: NodeRequest): void {
  if (request.complete || request.destroyed) return;
  request.resume();
  if ("stream" in request) {
    request.stream.close(constants.NGHTTP2_NO_ERROR);
    return;
  }
  const { socket } = request;
  const timer = setTimeout(() => socket.destroy(), 1_000);
  const done = (): void => clearTimeout(timer);
  request.once("end", done);
  socket.once("close", done);
}

function tooSlow({ ms, of }: BodyPatience): Error {
  const message = `the ${of === "body" ? "request" : "next part of the request"} did not arrive within ${ms / 1000} s`;
  return failure(Code.DeadlineExceeded, ErrorReason.DEADLINE_EXCEEDED, message);
}
