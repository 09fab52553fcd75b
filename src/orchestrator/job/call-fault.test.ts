import { Code, ConnectError } from "@connectrpc/connect";
import { expect, test } from "vitest";
import { ErrorReason } from "../../../gen/bedplate/type/v1/error_pb.js";
import { failure } from "../../mesh/failure.ts";
import { callFault, serviceFault } from "./call-fault.ts";

const withCode = (code: string): Error =>
  new Error("Failed query", { cause: Object.assign(new Error("it"), { code }) });

test.each(["CONNECTION_CLOSED", "CONNECT_TIMEOUT", "ECONNREFUSED", "08006", "57P01", "53300", "40001"])(
  "a database that fails with %s is waited for",
  (code) => {
    expect(callFault(withCode(code)).kind).toBe("away");
  },
);

test.each(["42P01", "23505"])("a statement the database refuses with %s ends the step", (code) => {
  expect(callFault(withCode(code)).kind).toBe("stop");
});

test("a service of ours that is away or failed by itself is waited for, a driver's own fault is not", () => {
  const internal = failure(Code.Internal, ErrorReason.INTERNAL, "internal fault, incident 1");
  expect(serviceFault(internal).kind).toBe("away");
  expect(serviceFault(new ConnectError("gone", Code.Unavailable)).kind).toBe("away");
  expect(serviceFault(failure(Code.NotFound, ErrorReason.NOT_FOUND, "no such node")).kind).toBe("stop");
  expect(callFault(internal).kind).toBe("stop");
});
