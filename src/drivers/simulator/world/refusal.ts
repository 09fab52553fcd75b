import { ErrorReason } from "../../../../gen/bedplate/type/v1/error_pb.js";
import type { WorldFailure } from "./calls.ts";

/** Canonical codes, as gRPC numbers them. */
export const CODE = {
  INVALID_ARGUMENT: 3,
  DEADLINE_EXCEEDED: 4,
  NOT_FOUND: 5,
  FAILED_PRECONDITION: 9,
  ABORTED: 10,
  UNIMPLEMENTED: 12,
  INTERNAL: 13,
  UNAVAILABLE: 14,
} as const;

/** A world refuses a call. */
export class Refusal extends Error {
  override name = "Refusal";
  readonly failure: WorldFailure;
  constructor(failure: WorldFailure) {
    super(failure.message);
    this.failure = failure;
  }
}

/** INVALID_ARGUMENT about a field of the request or an option. */
export function invalid(fieldPath: string, message: string, hint?: string): Refusal {
  return new Refusal({
    code: CODE.INVALID_ARGUMENT,
    reason: ErrorReason.INVALID_FIELD,
    message,
    fieldPath,
    ...(hint !== undefined && { hint }),
  });
}

/** UNIMPLEMENTED: a capability the simulator doesn't declare. */
export function undeclared(capability: string): Refusal {
  return new Refusal({
    code: CODE.UNIMPLEMENTED,
    reason: ErrorReason.CAPABILITY_UNDECLARED,
    message: `the simulator has no capability "${capability}"`,
  });
}

/** FAILED_PRECONDITION: `not_after` has passed. */
export function leaseExpired(subject: string): Refusal {
  return new Refusal({
    code: CODE.FAILED_PRECONDITION,
    reason: ErrorReason.LEASE_EXPIRED,
    message: `the lease on ${subject} has run out; nothing was written`,
    subject,
  });
}

/** FAILED_PRECONDITION: another hand was at the subject since the token was given. */
export function worldChanged(subject: string, what: string): Refusal {
  return new Refusal({
    code: CODE.FAILED_PRECONDITION,
    reason: ErrorReason.WORLD_CHANGED,
    message: `${what} since the precondition was given`,
    subject,
    hint: "observe and plan again",
  });
}

/** FAILED_PRECONDITION: data would be lost and nobody has consented. */
export function consentRequired(subject: string, message: string): Refusal {
  return new Refusal({
    code: CODE.FAILED_PRECONDITION,
    reason: ErrorReason.CONSENT_REQUIRED,
    message,
    subject,
    hint: "consent to destructive steps, or leave the machine out",
  });
}

/** NOT_FOUND: nobody has commissioned the machine. */
export function unknownMachine(subject: string): Refusal {
  return new Refusal({
    code: CODE.NOT_FOUND,
    reason: ErrorReason.NOT_FOUND,
    message: `the simulator has no machine ${subject}`,
    subject,
    hint: "commission the node first",
  });
}

/** FAILED_PRECONDITION: the request can't be met by what is there. */
export function rejected(subject: string, message: string, hint: string): Refusal {
  return new Refusal({
    code: CODE.FAILED_PRECONDITION,
    reason: ErrorReason.TARGET_REJECTED,
    message,
    subject,
    hint,
  });
}

/** FAILED_PRECONDITION: a person must look at the machine. */
export function machineFailed(subject: string, message: string): Refusal {
  return new Refusal({
    code: CODE.FAILED_PRECONDITION,
    reason: ErrorReason.MACHINE_FAILED,
    message,
    subject,
    hint: "run the step again, or mend the machine through the simulator's control API",
  });
}

/** ABORTED: another operation works on the machine. */
export function inProgress(subject: string, message: string, running: string, retryMs: number): Refusal {
  return new Refusal({
    code: CODE.ABORTED,
    reason: ErrorReason.OPERATION_IN_PROGRESS,
    message,
    subject,
    running,
    retryMs,
  });
}

/** UNAVAILABLE: the target is busy, or can't be reached. */
export function unavailable(reason: ErrorReason, subject: string, message: string, retryMs: number): Refusal {
  return new Refusal({ code: CODE.UNAVAILABLE, reason, message, subject, retryMs });
}
