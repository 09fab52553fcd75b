import { create } from "@bufbuild/protobuf";
import { Code } from "@connectrpc/connect";
import { DiagnosticSchema } from "../../../gen/bedplate/type/v1/diagnostic_pb.js";
import { ErrorReason } from "../../../gen/bedplate/type/v1/error_pb.js";
import { diagnosticToMessage } from "../../design/to-message.ts";
import { failure } from "../../mesh/failure.ts";
import { PlanningError } from "../../plan/planning-error.ts";

/** The error a caller gets for what planning threw: a PlanningError with its diagnostics, anything else as it is. */
export function planningFailure(caught: unknown): unknown {
  if (!(caught instanceof PlanningError)) return caught;
  const [first] = caught.diagnostics;
  const detail = {
    subject: first?.name ?? "",
    hint: first?.hint,
    diagnostics: caught.diagnostics.slice(0, 100).map((each) => create(DiagnosticSchema, diagnosticToMessage(each))),
    cause: caught,
  };
  if (caught.fault === "design")
    return failure(Code.FailedPrecondition, ErrorReason.DESIGN_INVALID, caught.message, detail);
  return caught.fault === "selector"
    ? failure(Code.InvalidArgument, ErrorReason.INVALID_FIELD, caught.message, { ...detail, fieldPath: "selector" })
    : failure(Code.FailedPrecondition, ErrorReason.MACHINE_FAILED, caught.message, detail);
}
