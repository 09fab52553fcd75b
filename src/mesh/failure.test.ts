import { create } from "@bufbuild/protobuf";
import { Code, ConnectError } from "@connectrpc/connect";
import { expect, test } from "vitest";
import { DiagnosticSchema } from "../../gen/bedplate/type/v1/diagnostic_pb.js";
import { ErrorReason, RetryKind } from "../../gen/bedplate/type/v1/error_pb.js";
import { errorDetail, failure } from "./failure.ts";

test("a failure carries one typed detail with all it was given", () => {
  const error = failure(Code.Aborted, ErrorReason.OPERATION_IN_PROGRESS, "n1 is busy", {
    fieldPath: 'interfaces["bond0"].mtu',
    location: { uri: "site.yaml", line: 3, column: 7 },
    retry: { kind: RetryKind.AFTER, delayMs: 1500 },
    subject: "n1",
    hint: "wait",
    runningOperationId: "op-1",
    vendorCode: "409",
    diagnostics: [create(DiagnosticSchema, { rule: "some-rule" })],
  });
  expect(error.details).toHaveLength(1);
  expect(errorDetail(error)).toMatchObject({
    reason: ErrorReason.OPERATION_IN_PROGRESS,
    fieldPath: 'interfaces["bond0"].mtu',
    location: { uri: "site.yaml", line: 3, column: 7 },
    retry: { kind: RetryKind.AFTER, delay: { seconds: 1n, nanos: 500_000_000 } },
    subject: "n1",
    hint: "wait",
    runningOperationId: "op-1",
    vendorCode: "409",
    diagnostics: [{ rule: "some-rule" }],
  });
});

test.each([
  [Code.InvalidArgument, RetryKind.NEVER],
  [Code.FailedPrecondition, RetryKind.AFTER_CHANGE],
  [Code.Unavailable, RetryKind.AFTER],
  [Code.Internal, RetryKind.UNSPECIFIED],
])("unless told otherwise code %s suggests retry %s", (code, kind) => {
  expect(errorDetail(failure(code, ErrorReason.INTERNAL, "x"))?.retry?.kind).toBe(kind);
});

test("texts keep to one line and their bounds", () => {
  const error = failure(Code.Internal, ErrorReason.INTERNAL, "one\n  two\r\nthree", {
    subject: "s".repeat(10_000),
    diagnostics: Array.from({ length: 200 }, () => create(DiagnosticSchema)),
  });
  expect(error.rawMessage).toBe("one two three");
  expect(errorDetail(error)?.subject).toHaveLength(512);
  expect(errorDetail(error)?.diagnostics).toHaveLength(100);
});

test("an error of anybody else has no detail", () => {
  expect(errorDetail(new ConnectError("x", Code.NotFound))).toBeUndefined();
  expect(errorDetail(new Error("x"))).toBeUndefined();
  expect(errorDetail(undefined)).toBeUndefined();
});
