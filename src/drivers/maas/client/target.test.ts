import { create } from "@bufbuild/protobuf";
import { describe, expect, test } from "vitest";
import { TargetSchema } from "../../../../gen/bedplate/driver/v1/target_pb.js";
import { DriverError } from "../driver-error.ts";
import { authorization } from "./authorization.ts";
import { readTarget } from "./target.ts";

function target(endpoint: string, secret = "c:t:s", options: Record<string, string> = {}) {
  return create(TargetSchema, { instance: "east", endpoint, options, secrets: { api_key: secret } });
}

function failure(call: () => unknown): DriverError {
  try {
    call();
  } catch (error) {
    if (error instanceof DriverError) return error;
  }
  throw new Error("it did not fail as expected");
}

describe("a target", () => {
  test.each([
    ["http://10.0.0.1:5240/MAAS", "/MAAS/api/2.0/"],
    ["http://10.0.0.1:5240/MAAS/", "/MAAS/api/2.0/"],
    ["http://10.0.0.1:5240/MAAS/api/2.0/", "/MAAS/api/2.0/"],
    ["http://10.0.0.1:5240", "/api/2.0/"],
  ])("at %s is called below %s", (endpoint, basePath) => {
    expect(readTarget(target(endpoint))).toMatchObject({ origin: "http://10.0.0.1:5240", basePath });
  });

  test.each(["", "10.0.0.1", "ftp://host/", "http://user:word@host/", "http://host/?x=1"])(
    "at %j is refused",
    (endpoint) => {
      expect(failure(() => readTarget(target(endpoint))).failure.fieldPath).toBe("target.endpoint");
    },
  );

  test.each(["", "a:b", "a:b:c:d", "a::c", "a b:c:d"])("with a key of another form is refused, not shown", (secret) => {
    const { message, failure: detail } = failure(() => readTarget(target("http://h/MAAS", secret)));
    expect(detail.hint).toContain("check the api key of driver instance east");
    if (secret !== "") expect(message).not.toContain(secret);
  });

  test("takes the options it knows, within their bounds, and no others", () => {
    const known = target("http://h/MAAS", "c:t:s", { request_timeout_s: "5", max_in_flight: "2" });
    expect(readTarget(known)).toMatchObject({ requestTimeoutMs: 5000, maxInFlight: 2 });
    for (const options of [{ max_in_flight: "0" }, { request_timeout_s: "1000" }, { prune: "true" }]) {
      const [name] = Object.keys(options);
      const { failure: detail } = failure(() => readTarget(target("http://h/MAAS", "c:t:s", options)));
      expect(detail.fieldPath).toBe(`target.options["${name}"]`);
    }
  });
});

test("the authorization header is OAuth PLAINTEXT with the token's secret percent-encoded", () => {
  const header = authorization({ consumer: "C", token: "T", secret: "S&/" }, "n-1", 1_700_000_000);
  expect(header).toBe(
    'OAuth oauth_version="1.0", oauth_signature_method="PLAINTEXT", oauth_consumer_key="C", oauth_token="T", ' +
      'oauth_signature="%26S%26%2F", oauth_nonce="n-1", oauth_timestamp="1700000000"',
  );
});
