import { fromBinary } from "@bufbuild/protobuf";
import { BinaryReader } from "@bufbuild/protobuf/wire";
import { type Any, AnySchema } from "@bufbuild/protobuf/wkt";
import { Code, ConnectError } from "@connectrpc/connect";
import type { StatusObject } from "@grpc/grpc-js";
import { toHeaders } from "./grpc-metadata.ts";

/** Escapes `decodeURI` leaves alone, which is what grpc-js decodes the header `grpc-message` with. */
const LEFT_ESCAPED = /%(?:2[3-6BCFbcf]|3[ABDFabdf]|40)/g;

/**
 * The error a failed gRPC status stands for. The message is the sender's exact text where it sent a `google.rpc.Status`
 * beside the header; details are kept as they came and decode with `findDetails`. A code gRPC doesn't know becomes UNKNOWN.
 */
export function toConnectError(status: Pick<StatusObject, "code" | "details" | "metadata">): ConnectError {
  const exact = readStatus(status.metadata.get("grpc-status-details-bin")[0]);
  const message = exact === undefined ? status.details.replace(LEFT_ESCAPED, decodeURIComponent) : exact.message;
  const code = status.code in Code ? (status.code as number as Code) : Code.Unknown;
  const error = new ConnectError(message, code, toHeaders(status.metadata));
  error.details = (exact?.details ?? []).map((any) => ({ type: typeName(any), value: any.value }));
  error.isWireError = true;
  return error;
}

/** Reads a serialized `google.rpc.Status` {1: code, 2: message, 3: details}; undefined when it is absent or malformed. */
function readStatus(bytes: unknown): { message: string; details: Any[] } | undefined {
  if (!(bytes instanceof Uint8Array)) return undefined;
  let message = "";
  const details: Any[] = [];
  try {
    const reader = new BinaryReader(bytes);
    while (reader.pos < reader.len) {
      const [field, wireType] = reader.tag();
      if (field === 2) message = reader.string();
      else if (field === 3) details.push(fromBinary(AnySchema, reader.bytes()));
      else reader.skip(wireType, field);
    }
  } catch {
    return undefined;
  }
  return { message, details };
}

function typeName(any: Any): string {
  return any.typeUrl.slice(any.typeUrl.lastIndexOf("/") + 1);
}
