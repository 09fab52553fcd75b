import { Code } from "@connectrpc/connect";
import { ErrorReason, RetryKind } from "../../../gen/bedplate/type/v1/error_pb.js";

/** What a failure carries beside its message. */
export interface Failure {
  readonly code: Code;
  readonly reason: ErrorReason;
  readonly retry: RetryKind;
  /** For `RetryKind.AFTER`: how long to wait, milliseconds. */
  readonly delayMs?: number;
  /** What the failure is about: a node, subnet, image or driver instance. */
  readonly subject?: string;
  /** The next step for a person, one line. */
  readonly hint?: string;
  /** What MAAS itself answered, shortened and without secrets. */
  readonly vendorCode?: string;
  /** Path of the request field the failure is about. */
  readonly fieldPath?: string;
  /** Id of the operation in the way. */
  readonly runningOperationId?: string;
}

/** The one error of this driver; the server's edge turns it into a status with an `ErrorDetail`. */
export class DriverError extends Error {
  readonly failure: Failure;

  constructor(message: string, failure: Failure, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = "DriverError";
    this.failure = failure;
  }
}

/** A field of the request is malformed: INVALID_ARGUMENT. `path` is a field path of the request. */
export function invalidField(path: string, message: string, hint?: string): DriverError {
  return new DriverError(message, {
    code: Code.InvalidArgument,
    reason: ErrorReason.INVALID_FIELD,
    retry: RetryKind.AFTER_CHANGE,
    fieldPath: path,
    ...(hint === undefined ? {} : { hint }),
  });
}

/** The target cannot be reached now: UNAVAILABLE, to be called again after 5 s. */
export function unreachable(message: string, failure: Pick<Failure, "subject" | "hint">, cause?: unknown): DriverError {
  return new DriverError(
    message,
    {
      code: Code.Unavailable,
      reason: ErrorReason.TARGET_UNREACHABLE,
      retry: RetryKind.AFTER,
      delayMs: 5000,
      ...failure,
    },
    cause,
  );
}

/** The target is busy or in conflict with itself: UNAVAILABLE, to be called again after `delayMs`. */
export function busy(message: string, delayMs: number, failure: Pick<Failure, "subject" | "vendorCode">): DriverError {
  return new DriverError(message, {
    code: Code.Unavailable,
    reason: ErrorReason.TARGET_BUSY,
    retry: RetryKind.AFTER,
    delayMs,
    ...failure,
  });
}

/** The target refused the credentials: UNAUTHENTICATED. */
export function unauthenticated(
  message: string,
  failure: Pick<Failure, "subject" | "hint" | "vendorCode">,
): DriverError {
  return new DriverError(message, {
    code: Code.Unauthenticated,
    reason: ErrorReason.TARGET_UNAUTHENTICATED,
    retry: RetryKind.AFTER_CHANGE,
    ...failure,
  });
}

/** The target refused the request itself, or lacks what it rests on: FAILED_PRECONDITION. */
export function rejected(message: string, failure: Pick<Failure, "subject" | "hint" | "vendorCode">): DriverError {
  return new DriverError(message, {
    code: Code.FailedPrecondition,
    reason: ErrorReason.TARGET_REJECTED,
    retry: RetryKind.AFTER_CHANGE,
    ...failure,
  });
}

/** The thing asked for is not there and cannot be made: NOT_FOUND. */
export function notFound(message: string, failure: Pick<Failure, "subject" | "hint">): DriverError {
  return new DriverError(message, {
    code: Code.NotFound,
    reason: ErrorReason.NOT_FOUND,
    retry: RetryKind.AFTER_CHANGE,
    ...failure,
  });
}

/** The world is not as the precondition says: FAILED_PRECONDITION. `subject` names the object that differs. */
export function worldChanged(subject: string, message: string): DriverError {
  return new DriverError(message, {
    code: Code.FailedPrecondition,
    reason: ErrorReason.WORLD_CHANGED,
    retry: RetryKind.AFTER_CHANGE,
    subject,
    hint: "observe and plan again",
  });
}

/** The call's `not_after` has passed, so nothing more is written: FAILED_PRECONDITION. */
export function leaseExpired(subject: string): DriverError {
  return new DriverError(`the lease on ${subject} has run out; nothing was written after it did`, {
    code: Code.FailedPrecondition,
    reason: ErrorReason.LEASE_EXPIRED,
    retry: RetryKind.NEVER,
    subject,
  });
}

/** Hardware is not what the specification says: FAILED_PRECONDITION. */
export function hardwareMismatch(subject: string, message: string, hint: string): DriverError {
  return new DriverError(message, {
    code: Code.FailedPrecondition,
    reason: ErrorReason.HARDWARE_MISMATCH,
    retry: RetryKind.AFTER_CHANGE,
    subject,
    hint,
  });
}

/** The machine is in a state only a person can resolve: FAILED_PRECONDITION. */
export function machineFailed(subject: string, message: string, hint: string, vendorCode = ""): DriverError {
  return new DriverError(message, {
    code: Code.FailedPrecondition,
    reason: ErrorReason.MACHINE_FAILED,
    retry: RetryKind.AFTER_CHANGE,
    subject,
    hint,
    vendorCode,
  });
}

/** A destructive step that nobody consented to: FAILED_PRECONDITION. */
export function consentRequired(subject: string, message: string): DriverError {
  return new DriverError(message, {
    code: Code.FailedPrecondition,
    reason: ErrorReason.CONSENT_REQUIRED,
    retry: RetryKind.AFTER_CHANGE,
    subject,
    hint: "consent to destructive steps, or leave the machine out",
  });
}

/** Another operation works on the same subject: ABORTED, naming it where it is known. */
export function operationInProgress(subject: string, message: string, runningOperationId: string): DriverError {
  return new DriverError(message, {
    code: Code.Aborted,
    reason: ErrorReason.OPERATION_IN_PROGRESS,
    retry: RetryKind.AFTER,
    delayMs: 5000,
    subject,
    runningOperationId,
  });
}
