import { durationMs } from "@bufbuild/protobuf/wkt";
import { Code, ConnectError } from "@connectrpc/connect";
import { ErrorReason, RetryKind } from "../../../gen/bedplate/type/v1/error_pb.js";
import { errorDetail, failure } from "../../mesh/failure.ts";

/** What a driver's error asks of its caller. */
export type DriverFault =
  /** Call again after a wait; `delayMs` is what the driver would have, undefined when it doesn't say. */
  | { readonly kind: "again"; readonly message: string; readonly delayMs: number | undefined }
  /** Look at the world again, then decide. */
  | { readonly kind: "world-changed"; readonly message: string }
  /** The lease had run out: nothing was written. */
  | { readonly kind: "lease-expired"; readonly message: string }
  /** Stop. */
  | { readonly kind: "stop"; readonly message: string };

const AGAIN: ReadonlySet<ErrorReason> = new Set([
  ErrorReason.TARGET_BUSY,
  ErrorReason.TARGET_UNREACHABLE,
  ErrorReason.PLUGIN_UNAVAILABLE,
  ErrorReason.OPERATION_IN_PROGRESS,
  ErrorReason.SHUTTING_DOWN,
]);

/** Reads a driver's error. Its message is one line, with the hint and the provisioner's own answer where there are some. */
export function driverFault(caught: unknown): DriverFault {
  const error = ConnectError.from(caught);
  const detail = errorDetail(error);
  const message = [error.rawMessage, detail?.vendorCode, detail?.hint].filter(Boolean).join("; ");
  const reason = detail?.reason ?? ErrorReason.UNSPECIFIED;
  if (reason === ErrorReason.WORLD_CHANGED) return { kind: "world-changed", message };
  if (reason === ErrorReason.LEASE_EXPIRED) return { kind: "lease-expired", message };
  const asksAgain = detail?.retry?.kind === RetryKind.AFTER;
  if (AGAIN.has(reason) || asksAgain || error.code === Code.DeadlineExceeded || error.code === Code.Unavailable) {
    const delay = detail?.retry?.delay;
    return { kind: "again", message, delayMs: delay === undefined ? undefined : durationMs(delay) };
  }
  return { kind: "stop", message };
}

/** The error a caller of ours gets when a driver failed: the same code and reason, the driver instance named. */
export function driverError(instance: string, caught: unknown): ConnectError {
  const error = ConnectError.from(caught);
  const detail = errorDetail(error);
  if (detail?.subject === instance) return error;
  return failure(
    error.code === Code.Unknown ? Code.Internal : error.code,
    detail?.reason ?? (error.code === Code.DeadlineExceeded ? ErrorReason.DEADLINE_EXCEEDED : ErrorReason.INTERNAL),
    `driver instance ${instance}: ${error.rawMessage}`,
    {
      subject: instance,
      fieldPath: detail?.fieldPath,
      hint: detail?.hint || undefined,
      vendorCode: detail?.vendorCode,
      ...(detail?.retry !== undefined && {
        retry: {
          kind: detail.retry.kind,
          delayMs: detail.retry.delay === undefined ? undefined : durationMs(detail.retry.delay),
        },
      }),
      cause: caught,
    },
  );
}
