import { create } from "@bufbuild/protobuf";
import { Code } from "@connectrpc/connect";
import { DiagnosticSchema } from "../../../gen/bedplate/type/v1/diagnostic_pb.js";
import { ErrorReason } from "../../../gen/bedplate/type/v1/error_pb.js";
import { diagnosticToMessage } from "../../design/to-message.ts";
import { failure } from "../../mesh/failure.ts";
import { PlanningError, type PlanningFault } from "../../plan/planning-error.ts";

const ANSWERS: Readonly<Record<PlanningFault, readonly [Code, ErrorReason]>> = {
  selector: [Code.InvalidArgument, ErrorReason.INVALID_FIELD],
  design: [Code.FailedPrecondition, ErrorReason.DESIGN_INVALID],
  formation: [Code.FailedPrecondition, ErrorReason.FORMATION_MISSING],
  capability: [Code.Unimplemented, ErrorReason.CAPABILITY_UNDECLARED],
  machine: [Code.FailedPrecondition, ErrorReason.MACHINE_FAILED],
};

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
  const fieldPath = caught.fault === "selector" ? "selector" : undefined;
  return failure(...ANSWERS[caught.fault], caught.message, { ...detail, fieldPath });
}
