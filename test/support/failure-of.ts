import { Code, ConnectError } from "@connectrpc/connect";
import { ErrorReason } from "../../gen/bedplate/type/v1/error_pb.js";
import { errorDetail } from "../../src/mesh/failure.ts";

/** How a call failed, in words a test compares: its code, its reason, and what it said. Throws when the call did not fail. */
export async function failureOf(call: Promise<unknown>): Promise<{ code: string; reason: string; message: string }> {
  const error = await call.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof ConnectError)) throw new Error(`expected the call to fail with a ConnectError: ${error}`);
  const reason = errorDetail(error)?.reason ?? ErrorReason.UNSPECIFIED;
  return { code: Code[error.code], reason: ErrorReason[reason], message: error.rawMessage };
}
