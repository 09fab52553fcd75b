import { Code, ConnectError } from "@connectrpc/connect";
import { ErrorReason } from "../../gen/bedplate/type/v1/error_pb.js";
import { errorDetail } from "../mesh/failure.ts";
import { CliError } from "./cli-error.ts";
import { type ExitCode, exitCode } from "./exit-code.ts";

const byReason: ReadonlyMap<ErrorReason, ExitCode> = new Map<ErrorReason, ExitCode>([
  [ErrorReason.REVISION_MOVED, exitCode.stale],
  [ErrorReason.PLAN_STALE, exitCode.stale],
  [ErrorReason.WORLD_CHANGED, exitCode.stale],
  [ErrorReason.WATCH_RESYNC, exitCode.stale],
  [ErrorReason.TARGET_UNREACHABLE, exitCode.unreachable],
  [ErrorReason.TARGET_UNAUTHENTICATED, exitCode.notAllowed],
  [ErrorReason.CONSENT_REQUIRED, exitCode.notAllowed],
]);

const byCode: ReadonlyMap<Code, ExitCode> = new Map<Code, ExitCode>([
  [Code.InvalidArgument, exitCode.usage],
  [Code.NotFound, exitCode.usage],
  [Code.Unauthenticated, exitCode.notAllowed],
  [Code.PermissionDenied, exitCode.notAllowed],
  [Code.Unavailable, exitCode.unreachable],
  [Code.Aborted, exitCode.stale],
  [Code.Internal, exitCode.fault],
  [Code.Unknown, exitCode.fault],
]);

/** What a failed call means for the person at the command line: one line, the next step, and the exit code. Other errors are passed on. */
export function toCliError(error: unknown): unknown {
  if (!(error instanceof ConnectError)) return error;
  const detail = errorDetail(error);
  const code =
    (detail === undefined ? undefined : byReason.get(detail.reason)) ?? byCode.get(error.code) ?? exitCode.failed;
  const hint =
    detail?.hint ||
    (error.code === Code.Unauthenticated ? "name the server's token file with --token-file" : undefined);
  const findings = (detail?.diagnostics ?? []).slice(0, 5).map(({ message }) => message);
  const message = [error.rawMessage, ...findings.filter((one) => !error.rawMessage.includes(one))].join("; ");
  return new CliError(code, message, hint);
}
