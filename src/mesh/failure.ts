import { create } from "@bufbuild/protobuf";
import { type Duration, durationFromMs } from "@bufbuild/protobuf/wkt";
import { Code, ConnectError } from "@connectrpc/connect";
import type { Diagnostic } from "../../gen/bedplate/type/v1/diagnostic_pb.js";
import {
  type ErrorDetail,
  ErrorDetailSchema,
  type ErrorReason,
  RetryKind,
} from "../../gen/bedplate/type/v1/error_pb.js";

/** What an error says beyond its code, reason and message. Texts over their bound in the contract are shortened. */
export type FailureDetail = {
  /** The request or design field it is about, such as `interfaces["bond0"].mtu`. */
  readonly fieldPath?: string | undefined;
  /** The place in a source it is about; line and column count from 1, 0 means the whole of it. */
  readonly location?: { readonly uri: string; readonly line: number; readonly column: number } | undefined;
  /** Whether and when the same call may be made again; by default what the code suggests. */
  readonly retry?: { readonly kind: RetryKind; readonly delayMs?: number | undefined } | undefined;
  /** The node, subnet, driver instance, plan or job it is about. */
  readonly subject?: string | undefined;
  /** The next step for a person, one line. */
  readonly hint?: string | undefined;
  /** The operation that stands in the way. */
  readonly runningOperationId?: string | undefined;
  /** What a provisioning system or BMC itself answered, without secrets. */
  readonly vendorCode?: string | undefined;
  /** The findings behind it; the first 100 are kept. */
  readonly diagnostics?: readonly Diagnostic[] | undefined;
  /** What was caught; stays in this process, never on the wire. */
  readonly cause?: unknown;
};

const MAX_MESSAGE = 2048;

/**
 * The one way to make an error that leaves a service: a canonical code, one line for people, and exactly one
 * `bedplate.type.v1.ErrorDetail` for programs.
 */
export function failure(code: Code, reason: ErrorReason, message: string, detail: FailureDetail = {}): ConnectError {
  const value = create(ErrorDetailSchema, {
    reason,
    fieldPath: shorten(detail.fieldPath, 2048),
    retry: detail.retry === undefined ? usualRetry(code) : retryMessage(detail.retry.kind, detail.retry.delayMs),
    subject: shorten(detail.subject, 512),
    hint: shorten(detail.hint, 2048),
    runningOperationId: shorten(detail.runningOperationId, 128),
    vendorCode: shorten(detail.vendorCode, 1024),
    diagnostics: detail.diagnostics?.slice(0, 100) ?? [],
    ...(detail.location === undefined ? {} : { location: detail.location }),
  });
  return new ConnectError(
    shorten(message, MAX_MESSAGE),
    code,
    undefined,
    [{ desc: ErrorDetailSchema, value }],
    detail.cause,
  );
}

/** The typed detail of an error made by `failure`, here or on the other side of the wire; undefined for anything else. */
export function errorDetail(error: unknown): ErrorDetail | undefined {
  return error instanceof ConnectError ? error.findDetails(ErrorDetailSchema)[0] : undefined;
}

type RetryInit = { kind: RetryKind; delay?: Duration };

function usualRetry(code: Code): RetryInit {
  switch (code) {
    case Code.InvalidArgument:
    case Code.OutOfRange:
    case Code.Unimplemented:
      return { kind: RetryKind.NEVER };
    case Code.NotFound:
    case Code.AlreadyExists:
    case Code.FailedPrecondition:
    case Code.Aborted:
    case Code.PermissionDenied:
    case Code.Unauthenticated:
      return { kind: RetryKind.AFTER_CHANGE };
    case Code.Unavailable:
      return retryMessage(RetryKind.AFTER, 1_000);
    default:
      return { kind: RetryKind.UNSPECIFIED };
  }
}

function retryMessage(kind: RetryKind, delayMs: number | undefined): RetryInit {
  return delayMs === undefined ? { kind } : { kind, delay: durationFromMs(delayMs) };
}

// Errors are one line wherever they are printed.
function shorten(text = "", max: number): string {
  const line = text.replace(/\s*[\r\n]+\s*/g, " ");
  return line.length <= max ? line : `${line.slice(0, max - 1)}…`;
}
