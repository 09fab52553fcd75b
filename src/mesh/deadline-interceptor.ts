import { Code, type Interceptor } from "@connectrpc/connect";
import { ErrorReason } from "../../gen/bedplate/type/v1/error_pb.js";
import { failure } from "./failure.ts";
import { raceAbort, untilAborted } from "./map-stream.ts";
import { abortError } from "./shape-error.ts";

/** How long a unary call may take, in milliseconds. */
export type UnaryDeadlines = {
  /** For a caller that names no deadline. */
  readonly defaultMs: number;
  /** Whatever deadline the caller names. */
  readonly maxMs: number;
};

/**
 * Ends every call when its signal fires (deadline passed, caller gone, server stopping), whether the handler listens to
 * that signal or not, and gives unary calls a deadline of the server's own. Streams last as long as their caller wants.
 */
export function createDeadlineInterceptor(deadlines: UnaryDeadlines): Interceptor {
  return (next) => async (request) => {
    if (request.stream) {
      const response = await raceAbort(next(request), request.signal, abortError);
      if (!response.stream) return response;
      return { ...response, message: untilAborted(response.message, request.signal, abortError) };
    }
    const named = request.header.has("connect-timeout-ms") || request.header.has("grpc-timeout");
    const limitMs = named ? deadlines.maxMs : deadlines.defaultMs;
    const controller = new AbortController();
    const onAbort = (): void => controller.abort(abortError(request.signal));
    const timer = setTimeout(() => controller.abort(tooSlow(limitMs)), limitMs);
    request.signal.addEventListener("abort", onAbort, { once: true });
    if (request.signal.aborted) onAbort();
    try {
      return await raceAbort(next({ ...request, signal: controller.signal }), controller.signal, abortError);
    } finally {
      clearTimeout(timer);
      request.signal.removeEventListener("abort", onAbort);
    }
  };
}

function tooSlow(limitMs: number): Error {
  const message = `the call took longer than the ${limitMs / 1000} s this server allows`;
  return failure(Code.DeadlineExceeded, ErrorReason.DEADLINE_EXCEEDED, message);
}
