import { create, type MessageInitShape, toBinary } from "@bufbuild/protobuf";
import { BinaryWriter, WireType } from "@bufbuild/protobuf/wire";
import { AnySchema, anyPack } from "@bufbuild/protobuf/wkt";
import { Metadata, type ServerErrorResponse, status as Status } from "@grpc/grpc-js";
import { ErrorDetailSchema, ErrorReason, RetryKind } from "../../../gen/bedplate/type/v1/error_pb.js";

/** A failure as a driver answers it: a canonical code, a line for people, and the one typed detail. */
export class DriverError extends Error {
  override name = "DriverError";
  readonly code: Status;
  readonly detail: MessageInitShape<typeof ErrorDetailSchema>;
  constructor(code: Status, message: string, detail: MessageInitShape<typeof ErrorDetailSchema>) {
    super(message);
    this.code = code;
    this.detail = detail;
  }
}

/** INVALID_ARGUMENT: a field of the request breaks its bounds or isn't known. */
export function invalidField(fieldPath: string, message: string): DriverError {
  const retry = { kind: RetryKind.AFTER_CHANGE };
  return new DriverError(Status.INVALID_ARGUMENT, message, { reason: ErrorReason.INVALID_FIELD, fieldPath, retry });
}

/** FAILED_PRECONDITION: `not_after` has passed and nothing was written. */
export function leaseExpired(): DriverError {
  const retry = { kind: RetryKind.AFTER_CHANGE };
  return new DriverError(Status.FAILED_PRECONDITION, "not_after has passed; nothing was written", {
    reason: ErrorReason.LEASE_EXPIRED,
    retry,
  });
}

/** What grpc-js sends for a failure. The detail travels as a `google.rpc.Status` {1: code, 2: message, 3: details} in a trailer. */
export function toServerError(error: unknown): ServerErrorResponse {
  const { code, message, detail } = error instanceof DriverError ? error : internal(error);
  const any = anyPack(ErrorDetailSchema, create(ErrorDetailSchema, detail));
  const status = new BinaryWriter()
    .tag(1, WireType.Varint)
    .int32(code)
    .tag(2, WireType.LengthDelimited)
    .string(message)
    .tag(3, WireType.LengthDelimited)
    .bytes(toBinary(AnySchema, any))
    .finish();
  const metadata = new Metadata();
  metadata.set("grpc-status-details-bin", Buffer.from(status));
  return { name: "DriverError", code, details: message, message, metadata };
}

function internal(error: unknown): DriverError {
  console.error(`fault in the driver: ${error instanceof Error ? error.message : String(error)}`);
  return new DriverError(Status.INTERNAL, "a fault of the driver; see its log", { reason: ErrorReason.INTERNAL });
}
