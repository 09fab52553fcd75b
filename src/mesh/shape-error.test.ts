import { Code, ConnectError } from "@connectrpc/connect";
import { expect, test } from "vitest";
import { ErrorReason } from "../../gen/bedplate/type/v1/error_pb.js";
import { errorDetail, failure } from "./failure.ts";
import { shapeError, shapeRequestError } from "./shape-error.ts";

test("a failure stays what it is", () => {
  const error = failure(Code.NotFound, ErrorReason.NOT_FOUND, "no such job");
  expect(shapeError(error)).toEqual({ error });
});

test.each([
  new Error("secret connection string"),
  new ConnectError("secret connection string", Code.Internal),
  new ConnectError("secret connection string", Code.Unknown),
  "secret connection string",
  undefined,
])("what nobody foresaw becomes an incident that tells nothing: %s", (caught) => {
  const { error, incident } = shapeError(caught);
  expect(error.code).toBe(Code.Internal);
  expect(error.rawMessage).toMatch(/^internal fault, incident [0-9a-f]{8}$/);
  expect(error.rawMessage).toContain(incident?.id);
  expect(JSON.stringify(errorDetail(error))).not.toContain("secret");
  expect(errorDetail(error)?.reason).toBe(ErrorReason.INTERNAL);
  expect(incident?.cause).toBe(caught);
});

test.each(Object.values(Code).filter((code) => typeof code === "number"))("code %s gets a reason", (code) => {
  const { error } = shapeError(new ConnectError("x", code));
  expect(errorDetail(error)?.reason).toBeGreaterThan(0);
});

test("what broke because the call was aborted is canceled, not a fault", () => {
  const aborted = AbortSignal.abort();
  expect(shapeError(aborted.reason, aborted).error.code).toBe(Code.Canceled);
  expect(shapeError(new DOMException("x", "AbortError"), aborted).error.code).toBe(Code.Canceled);
  expect(shapeError(new DOMException("x", "AbortError"), new AbortController().signal).incident).toBeDefined();
});

test("a signal that says why is believed", () => {
  const reason = failure(Code.Unavailable, ErrorReason.SHUTTING_DOWN, "stopping");
  expect(shapeError(reason, AbortSignal.abort(reason)).error).toBe(reason);
  const deadline = new ConnectError("x", Code.DeadlineExceeded);
  const shaped = shapeError(deadline, AbortSignal.abort(deadline)).error;
  expect(shaped.code).toBe(Code.DeadlineExceeded);
  expect(errorDetail(shaped)?.reason).toBe(ErrorReason.DEADLINE_EXCEEDED);
});

test("a request that can't be decoded is the caller's mistake, whatever the decoder says", () => {
  for (const code of [Code.Internal, Code.Unknown, Code.InvalidArgument]) {
    const { error, incident } = shapeRequestError(new ConnectError("parse binary: premature EOF", code));
    expect(error.code).toBe(Code.InvalidArgument);
    expect(errorDetail(error)).toMatchObject({ reason: ErrorReason.INVALID_FIELD, hint: expect.stringMatching(/./) });
    expect(incident).toBeUndefined();
  }
});
