import { Code, ConnectError, type Transport } from "@connectrpc/connect";
import { ErrorReason } from "../../gen/bedplate/type/v1/error_pb.js";
import { errorDetail, failure } from "./failure.ts";
import { mapStream } from "./map-stream.ts";

/** How long a unary call may take when its caller doesn't say, in milliseconds. */
export const DEFAULT_CALL_MS = 30_000;

/**
 * A transport as callers should find it: unary calls that name no deadline have one, and errors that arose on this side
 * carry a typed detail as those of the server do. Streams last until one side ends them. `explain` may say more about an
 * error without a detail.
 */
export function forCallers(
  transport: Transport,
  defaultMs: number,
  explain: (error: ConnectError) => ConnectError = (error) => error,
): Transport {
  const shape = (caught: unknown): unknown => {
    if (!(caught instanceof ConnectError) || errorDetail(caught) !== undefined) return caught;
    switch (caught.code) {
      case Code.DeadlineExceeded:
        return failure(caught.code, ErrorReason.DEADLINE_EXCEEDED, "the call's deadline passed", { cause: caught });
      case Code.Canceled:
        return failure(caught.code, ErrorReason.CANCELED, "the caller gave up", { cause: caught });
      default:
        return explain(caught);
    }
  };
  return {
    async unary(method, signal, timeoutMs, header, input, contextValues) {
      try {
        return await transport.unary(method, signal, timeoutMs ?? defaultMs, header, input, contextValues);
      } catch (caught) {
        throw shape(caught);
      }
    },
    async stream(method, signal, timeoutMs, header, input, contextValues) {
      try {
        const response = await transport.stream(method, signal, timeoutMs, header, input, contextValues);
        return { ...response, message: mapStream(response.message, (message) => message, shape) };
      } catch (caught) {
        throw shape(caught);
      }
    },
  };
}
