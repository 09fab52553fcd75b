import type { MessageInitShape } from "@bufbuild/protobuf";
import { timestampMs, timestampNow } from "@bufbuild/protobuf/wkt";
import type { ObservedServerSchema } from "../../../../gen/bedplate/driver/v1/server_driver_service_pb.js";
import type { EnsureResultSchema, Operation } from "../../../../gen/bedplate/driver/v1/target_pb.js";
import type { SeenResult, SeenServer, WorldOperation } from "../world/calls.ts";
import { invalid, leaseExpired } from "../world/refusal.ts";

/** The plain form of a server as it was seen. */
export type ObservedInit = Exclude<MessageInitShape<typeof ObservedServerSchema>, { $typeName: string }>;
type ResultInit = Exclude<MessageInitShape<typeof EnsureResultSchema>, { $typeName: string }>;

/** A machine as the contract shows it. */
export function observedServer(seen: SeenServer, observedAt = timestampNow()): ObservedInit {
  const { name, id: providerId, state, message, power, digest: specDigest, addresses, token: precondition } = seen;
  const stateMessage = message.slice(0, 1024);
  return {
    name,
    providerId,
    state,
    stateMessage,
    power,
    specDigest,
    addresses: [...addresses],
    precondition,
    observedAt,
  };
}

/** An outcome as the contract shows it. */
export function ensureResult({ done, changed, message, retryMs, percent, token }: SeenResult): ResultInit {
  const words = message.slice(0, 2048);
  if (done) return { outcome: { case: "done", value: { changed, message: words } }, precondition: token };
  const value = { retryAfterMs: retryMs, percent, message: words };
  return { outcome: { case: "inProgress", value }, precondition: token };
}

/** An operation as a world takes it. LEASE_EXPIRED when it is too late already by this process's clock. */
export function worldOperation(operation: Operation | undefined, subject: string): WorldOperation {
  if (operation === undefined) throw invalid("operation", "the call has no operation");
  const { operationId: id, precondition } = operation;
  const notAfter = operation.notAfter === undefined ? undefined : timestampMs(operation.notAfter);
  if (notAfter !== undefined && Date.now() > notAfter) throw leaseExpired(subject);
  return { id, precondition, notAfter, driver: process.pid };
}
