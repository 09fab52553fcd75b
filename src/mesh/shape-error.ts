import { randomBytes } from "node:crypto";
import { Code, ConnectError } from "@connectrpc/connect";
import { ErrorReason } from "../../gen/bedplate/type/v1/error_pb.js";
import { errorDetail, failure } from "./failure.ts";

/** A fault of ours: what was caught, under the id its caller was told. */
export type Incident = { readonly id: string; readonly cause: unknown };

/** What the caller is told, and the incident to log when the error was none a caller should see. */
export type ShapedError = { readonly error: ConnectError; readonly incident?: Incident };

/**
 * Turns anything caught into an error fit to leave the process, with exactly one typed detail. Errors made by `failure`
 * stay as they are; what a service did not foresee becomes INTERNAL with an incident id and nothing else.
 *
 * `signal` is the call's: what was thrown because it fired is the caller's doing, not a fault.
 */
export function shapeError(caught: unknown, signal?: AbortSignal): ShapedError {
  if (errorDetail(caught) !== undefined) return { error: caught as ConnectError };
  if (signal?.aborted === true && (caught === signal.reason || isAbort(caught))) return { error: abortError(signal) };
  if (caught instanceof ConnectError) {
    const reason = REASONS[caught.code];
    if (reason !== undefined) return { error: failure(caught.code, reason, caught.rawMessage, { cause: caught }) };
  }
  const id = randomBytes(4).toString("hex");
  const message = `internal fault, incident ${id}`;
  const hint = "the server's log has the details under that id";
  return {
    error: failure(Code.Internal, ErrorReason.INTERNAL, message, { hint, cause: caught }),
    incident: { id, cause: caught },
  };
}

/** The error a call ends with because its signal fired: what the signal says, else CANCELED. */
export function abortError(signal: AbortSignal): ConnectError {
  const { reason } = signal;
  if (errorDetail(reason) !== undefined) return reason as ConnectError;
  if (reason instanceof ConnectError && reason.code === Code.DeadlineExceeded) {
    return failure(Code.DeadlineExceeded, ErrorReason.DEADLINE_EXCEEDED, "the call's deadline passed");
  }
  return failure(Code.Canceled, ErrorReason.CANCELED, "the caller gave up");
}

/**
 * Shapes what the protocol layer threw before a service saw the request: a body that can't be decoded is the caller's
 * mistake, whatever code the decoder chose.
 */
export function shapeRequestError(caught: unknown): ShapedError {
  if (!(caught instanceof ConnectError) || errorDetail(caught) !== undefined) return shapeError(caught);
  switch (caught.code) {
    case Code.Internal:
    case Code.Unknown:
    case Code.DataLoss:
    case Code.InvalidArgument: {
      const message = `the request can't be decoded: ${caught.rawMessage}`;
      const hint = "write the request as its message in the contract says; reflection and docs/api.md show it";
      return { error: failure(Code.InvalidArgument, ErrorReason.INVALID_FIELD, message, { hint, cause: caught }) };
    }
    case Code.ResourceExhausted: {
      const message = "the request is larger than this server takes";
      const hint = "send less at once; a message may have 4 MiB";
      return { error: failure(caught.code, ErrorReason.LIMIT_EXCEEDED, message, { hint, cause: caught }) };
    }
    case Code.Unimplemented:
      return { error: failure(caught.code, ErrorReason.INVALID_FIELD, caught.rawMessage, { cause: caught }) };
    default:
      return shapeError(caught);
  }
}

// The reason a code has when whoever threw it gave none; codes that are absent here are faults.
const REASONS: Partial<Record<Code, ErrorReason>> = {
  [Code.Canceled]: ErrorReason.CANCELED,
  [Code.InvalidArgument]: ErrorReason.INVALID_FIELD,
  [Code.OutOfRange]: ErrorReason.INVALID_FIELD,
  [Code.DeadlineExceeded]: ErrorReason.DEADLINE_EXCEEDED,
  [Code.NotFound]: ErrorReason.NOT_FOUND,
  [Code.AlreadyExists]: ErrorReason.ALREADY_EXISTS,
  [Code.PermissionDenied]: ErrorReason.ROLE_REQUIRED,
  [Code.ResourceExhausted]: ErrorReason.LIMIT_EXCEEDED,
  [Code.Unimplemented]: ErrorReason.NOT_IMPLEMENTED,
  [Code.Unavailable]: ErrorReason.SERVICE_UNAVAILABLE,
  [Code.Unauthenticated]: ErrorReason.UNAUTHENTICATED,
  [Code.FailedPrecondition]: ErrorReason.WORLD_CHANGED,
  [Code.Aborted]: ErrorReason.OPERATION_IN_PROGRESS,
};

function isAbort(caught: unknown): boolean {
  if (caught instanceof ConnectError) return caught.code === Code.Canceled || caught.code === Code.Aborted;
  return caught instanceof Error && (caught.name === "AbortError" || caught.name === "TimeoutError");
}
