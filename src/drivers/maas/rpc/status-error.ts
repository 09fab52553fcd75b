import { Code, ConnectError } from "@connectrpc/connect";
import { ErrorDetailSchema, ErrorReason, RetryKind } from "../../../../gen/bedplate/type/v1/error_pb.js";
import { DriverError, type Failure } from "../driver-error.ts";
import { oneLine } from "../text.ts";

/**
 * The status an error is answered with, always with an `ErrorDetail`. What is no `DriverError` is a fault of this driver:
 * INTERNAL, with no more than a hint where to look.
 */
export function statusError(error: unknown): ConnectError {
  if (error instanceof ConnectError) return error;
  const failure = error instanceof DriverError ? error.failure : FAULT;
  const message = error instanceof DriverError ? error.message : "the MAAS driver failed at something it should not";
  const delayMs = failure.delayMs ?? 0;
  const value = {
    reason: failure.reason,
    fieldPath: oneLine(failure.fieldPath ?? "", 2048),
    retry: {
      kind: failure.retry,
      ...(failure.retry === RetryKind.AFTER && {
        delay: { seconds: BigInt(Math.floor(delayMs / 1000)), nanos: (delayMs % 1000) * 1e6 },
      }),
    },
    subject: oneLine(failure.subject ?? "", 512),
    hint: oneLine(failure.hint ?? "", 2048),
    runningOperationId: oneLine(failure.runningOperationId ?? "", 128),
    vendorCode: oneLine(failure.vendorCode ?? "", 1024),
  };
  return new ConnectError(oneLine(message, 2048), failure.code, undefined, [{ desc: ErrorDetailSchema, value }], error);
}

const FAULT: Failure = {
  code: Code.Internal,
  reason: ErrorReason.INTERNAL,
  retry: RetryKind.NEVER,
  hint: "see the log of the driver",
};
