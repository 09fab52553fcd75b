import { create } from "@bufbuild/protobuf";
import { Code } from "@connectrpc/connect";
import { describe, expect, test } from "vitest";
import { TargetSchema } from "../../../../gen/bedplate/driver/v1/target_pb.js";
import { ErrorReason, RetryKind } from "../../../../gen/bedplate/type/v1/error_pb.js";
import { answerError } from "./answer-error.ts";
import { type MaasTarget, readTarget } from "./target.ts";

const target: MaasTarget = {
  instance: "maas-east",
  origin: "http://10.0.0.1:5240",
  basePath: "/MAAS/api/2.0/",
  key: { consumer: "consumer-part", token: "token-part", secret: "secret-part" },
  secrets: ["consumer-part", "token-part", "secret-part", "bmc-word"],
  requestTimeoutMs: 1000,
  maxInFlight: 8,
};

function fail(status: number, body: string, contentType = "text/plain", retryAfterSeconds?: number) {
  const answer = { status, contentType, retryAfterSeconds, body: Buffer.from(body) };
  const { failure, message } = answerError({ method: "POST", path: "subnets/" }, answer, target);
  return { ...failure, message };
}

describe("an answer of MAAS that is no success", () => {
  test("401 asks to check the key of the driver instance", () => {
    const failure = fail(401, "Authorization Error: 'Invalid access token: token-part'");
    expect(failure).toMatchObject({ code: Code.Unauthenticated, reason: ErrorReason.TARGET_UNAUTHENTICATED });
    expect(failure.hint).toBe("check the api key of driver instance maas-east");
    expect(JSON.stringify(failure)).not.toContain("token-part");
  });

  test("what MAAS echoes of a secret is blanked out", () => {
    const failures = [
      fail(500, "ipmitool -P bmc-word failed"),
      fail(400, '{"power_parameters_power_pass": ["bmc-word is too short"]}', "application/json"),
    ];
    for (const failure of failures) expect(JSON.stringify(failure)).not.toContain("bmc-word");
  });

  test("401 of an old timestamp points at the clocks", () => {
    expect(fail(401, "Authorization Error: 'Expired timestamp: given 1'").hint).toContain("clocks");
  });

  test("a form error names the fields", () => {
    const failure = fail(400, '{"gateway_ip": ["Gateway IP must be within CIDR range."]}', "application/json");
    expect(failure).toMatchObject({ code: Code.FailedPrecondition, reason: ErrorReason.TARGET_REJECTED });
    expect(failure.message).toBe("MAAS refused POST subnets/: gateway_ip: Gateway IP must be within CIDR range.");
  });

  test("a form error about the machine's state is a race, to be tried again", () => {
    const body = '{"__all__": ["Commission is not available because of the current state of the node."]}';
    expect(fail(400, body, "application/json")).toMatchObject({
      reason: ErrorReason.TARGET_BUSY,
      retry: RetryKind.AFTER,
    });
  });

  test.each([
    [409, undefined, 2000],
    [409, 5, 5000],
    [503, 10, 10_000],
    [504, undefined, 10_000],
  ])("%i is busy, with the delay MAAS asks for", (status, retryAfter, delayMs) => {
    const page = "<html><head><title>Conflict Error</title></head><body><h1>Conflict Error</h1></body></html>";
    const failure = fail(status, page, "text/html", retryAfter);
    expect(failure).toMatchObject({ code: Code.Unavailable, reason: ErrorReason.TARGET_BUSY, delayMs });
    expect(failure.vendorCode).toBe(`${status} Conflict Error Conflict Error`);
  });

  test("404 of an address in use is a conflict, not a missing object", () => {
    expect(fail(404, "IP address is already in use.")).toMatchObject({ reason: ErrorReason.TARGET_REJECTED });
    expect(fail(404, "No Machine matches the given query.")).toMatchObject({ code: Code.NotFound });
  });

  test("404 of something that is no MAAS asks to check the endpoint", () => {
    expect(fail(404, "<html>nginx</html>", "text/html").hint).toContain("is a MAAS");
  });

  test("500 passes on what MAAS says, shortened", () => {
    const failure = fail(500, `BMC unreachable: ${"x".repeat(10_000)}`);
    expect(failure.hint).toContain("power settings");
    expect(failure.vendorCode?.length).toBeLessThanOrEqual(400);
  });
});

test("a secret is blanked out however an answer spells it", () => {
  const secret = `pa"ss\\w&o<r>d'`;
  const key = { api_key: "consumer-part:token-part:secret-part" };
  const asked = readTarget(
    create(TargetSchema, { instance: "maas-east", endpoint: "http://10.0.0.1:5240/MAAS", secrets: key }),
    [secret],
  );
  const base64 = Buffer.from(secret).toString("base64");
  for (const spelled of [secret, JSON.stringify(secret), encodeURIComponent(secret), base64]) {
    const answer = { status: 500, contentType: "text/plain", body: Buffer.from(`it said ${spelled} and failed`) };
    const error = answerError(
      { method: "POST", path: "machines/" },
      { ...answer, retryAfterSeconds: undefined },
      asked,
    );
    const shown = `${error.message} ${JSON.stringify(error.failure)}`;
    expect(shown).toContain("[redacted]");
    for (const part of ["o<r>d", base64, "%26o%3Cr"]) expect(shown).not.toContain(part);
  }
});
