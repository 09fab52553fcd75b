import { Code, type ConnectError } from "@connectrpc/connect";
import { ErrorReason } from "../../../gen/bedplate/type/v1/error_pb.js";
import { failure } from "../../mesh/failure.ts";

/** Told to those who ask for events that can't be told any more, or that are still to come: OUT_OF_RANGE with WATCH_RESYNC. */
export function resync(subject: string, what: string, hint: string): ConnectError {
  return failure(Code.OutOfRange, ErrorReason.WATCH_RESYNC, what, { subject, hint });
}

/**
 * Throws when events after a number are asked for that aren't all kept, or a number that was not given out yet. `allowed` is how far events were not kept when the
 * caller, who wanted all that were, began.
 */
export function requireKept(
  subject: string,
  after: bigint,
  allowed: bigint,
  { newest, horizon }: { readonly newest: bigint; readonly horizon: bigint },
): void {
  if (after > newest) {
    const what = `the events of ${subject} have not come to ${after} yet: the newest is ${newest}`;
    throw resync(subject, what, "ask for the events after 0: all that are kept");
  }
  if (horizon > after && horizon > allowed) {
    const what = `not all events of ${subject} after ${after} are kept any more: the newest that is not is ${horizon}`;
    throw resync(subject, what, "read how things are now, then ask for the events after 0: all that are kept");
  }
}
