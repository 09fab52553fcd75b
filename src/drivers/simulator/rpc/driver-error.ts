import { create, toBinary } from "@bufbuild/protobuf";
import { BinaryWriter, WireType } from "@bufbuild/protobuf/wire";
import { AnySchema, anyPack, durationFromMs } from "@bufbuild/protobuf/wkt";
import { Metadata, type ServerErrorResponse } from "@grpc/grpc-js";
import { ErrorDetailSchema, ErrorReason, RetryKind } from "../../../../gen/bedplate/type/v1/error_pb.js";
import type { WorldFailure } from "../world/calls.ts";
import { CODE, Refusal } from "../world/refusal.ts";

const FAULT: WorldFailure = {
  code: CODE.INTERNAL,
  reason: ErrorReason.INTERNAL,
  message: "a fault of the simulator; see its log",
};

/** What grpc-js sends for a failure. The detail travels as a `google.rpc.Status` {1: code, 2: message, 3: details} in a trailer. */
export function toServerError(error: unknown): ServerErrorResponse {
  const failure = error instanceof Refusal ? error.failure : fault(error);
  const { code, retryMs } = failure;
  const message = failure.message.replace(/\s+/g, " ").slice(0, 2048);
  const detail = create(ErrorDetailSchema, {
    reason: failure.reason,
    fieldPath: (failure.fieldPath ?? "").slice(0, 2048),
    subject: (failure.subject ?? "").slice(0, 512),
    hint: (failure.hint ?? "").slice(0, 2048),
    runningOperationId: (failure.running ?? "").slice(0, 128),
    retry:
      retryMs === undefined
        ? { kind: RetryKind.AFTER_CHANGE }
        : { kind: RetryKind.AFTER, delay: durationFromMs(Math.max(1, Math.ceil(retryMs))) },
  });
  const status = new BinaryWriter()
    .tag(1, WireType.Varint)
    .int32(code)
    .tag(2, WireType.LengthDelimited)
    .string(message)
    .tag(3, WireType.LengthDelimited)
    .bytes(toBinary(AnySchema, anyPack(ErrorDetailSchema, detail)))
    .finish();
  const metadata = new Metadata();
  metadata.set("grpc-status-details-bin", Buffer.from(status));
  return { name: "DriverError", code, details: message, message, metadata };
}

function fault(error: unknown): WorldFailure {
  console.error(`fault in the simulator: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
  return FAULT;
}
