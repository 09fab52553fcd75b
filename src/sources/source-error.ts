import { Code, ConnectError } from "@connectrpc/connect";
import { ErrorReason } from "../../gen/bedplate/type/v1/error_pb.js";
import { errorDetail, failure } from "../mesh/failure.ts";

/** Why a source can't be read: it can't be reached, refuses our credentials, or holds nothing that can be taken. */
export type SourceFault = "unreachable" | "unauthenticated" | "rejected";

/** Thrown when a source can't be read. The message is one line without credentials. */
export class SourceError extends Error {
  override name = "SourceError";
  readonly fault: SourceFault;
  readonly hint: string;

  constructor(fault: SourceFault, message: string, hint: string, cause?: unknown) {
    super(message, { cause });
    this.fault = fault;
    this.hint = hint;
  }
}

const LONGEST = 2000;

/** Why a look at a source failed, on one line, with the next step where one is known. */
export function errorText(error: unknown): string {
  const [message, hint] = parts(error);
  const line = (hint === "" ? message : `${message}; ${hint}`).replace(/[\p{Cc}\s]+/gu, " ").trim();
  return line.length <= LONGEST ? line : `${[...line].slice(0, LONGEST - 1).join("")}…`;
}

function parts(error: unknown): readonly [message: string, hint: string] {
  if (error instanceof SourceError) return [error.message, error.hint];
  if (error instanceof ConnectError) return [error.rawMessage, errorDetail(error)?.hint ?? ""];
  if (error instanceof DOMException && error.name === "TimeoutError") return ["looking at it took too long", ""];
  // What else it says isn't made for people, and may hold anything.
  return [`a fault of Bedplate (${error instanceof Error ? error.name : "unknown"})`, "see the server's log"];
}

/** The error of a call that had a source looked at. */
export function toFailure(source: string, error: unknown): ConnectError {
  if (error instanceof ConnectError) return error;
  const detail = { subject: source, hint: error instanceof SourceError ? error.hint : undefined, cause: error };
  const message = `source ${source}: ${error instanceof SourceError ? error.message : errorText(error)}`;
  switch (error instanceof SourceError ? error.fault : undefined) {
    case "unreachable":
      return failure(Code.Unavailable, ErrorReason.TARGET_UNREACHABLE, message, detail);
    case "unauthenticated":
      return failure(Code.Unauthenticated, ErrorReason.TARGET_UNAUTHENTICATED, message, detail);
    case "rejected":
      return failure(Code.FailedPrecondition, ErrorReason.TARGET_REJECTED, message, detail);
    default:
      return error instanceof DOMException
        ? failure(Code.Unavailable, ErrorReason.TARGET_UNREACHABLE, message, detail)
        : failure(Code.Internal, ErrorReason.INTERNAL, message, detail);
  }
}
