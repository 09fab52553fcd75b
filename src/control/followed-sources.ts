import type { MessageInitShape } from "@bufbuild/protobuf";
import { Code, type ConnectError } from "@connectrpc/connect";
import type { SourceSchema } from "../../gen/bedplate/control/v1/control_service_pb.js";
import { ErrorReason } from "../../gen/bedplate/type/v1/error_pb.js";
import { failure } from "../mesh/failure.ts";

/** A source in the contract's form. */
export type SourceInit = MessageInitShape<typeof SourceSchema>;

/** The sources a server is configured to follow. */
export interface FollowedSources {
  /** All of them and how far each has been followed, by name. */
  list(): Promise<SourceInit[]>;
  /**
   * Looks at one now, and commits what is new. Throws NOT_FOUND; ABORTED with OPERATION_IN_PROGRESS while it is being looked at; UNAVAILABLE with
   * TARGET_UNREACHABLE, UNAUTHENTICATED with TARGET_UNAUTHENTICATED, FAILED_PRECONDITION with TARGET_REJECTED; and what the commit was refused with.
   */
  sync(name: string): Promise<{ readonly source: SourceInit; readonly changed: boolean }>;
}

/** A server that follows nothing. */
export const noSources: FollowedSources = {
  list: () => Promise.resolve([]),
  sync: (name) => Promise.reject(unknownSource(name)),
};

/** The error of a call about a source that isn't configured; `hint` says which are. NOT_FOUND. */
export function unknownSource(
  name: string,
  hint = "sources are in the configuration file of the server",
): ConnectError {
  return failure(Code.NotFound, ErrorReason.NOT_FOUND, `there is no source "${name}"`, { subject: name, hint });
}
