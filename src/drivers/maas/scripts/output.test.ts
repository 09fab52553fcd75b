import { createHash } from "node:crypto";
import { expect, test } from "vitest";
import { boundedOutput, OUTPUT_MAX_BYTES } from "./bounded-output.ts";
import { redactOutput } from "./redact-output.ts";

test.each([
  ["power_pass: hunter2", "power_pass: [redacted]"],
  ['{"power_pass": "hunt er2", "power_user": "admin"}', '{"power_pass": "[redacted]", "power_user": "admin"}'],
  ["IPMI_PASSWORD=hunter2 next", "IPMI_PASSWORD=[redacted] next"],
  ["--password=hunter2", "--password=[redacted]"],
  ["'api_key': 'a:b:c'", "'api_key': '[redacted]'"],
  ["redfish://root:hunter2@10.0.0.1/x", "redfish://root:[redacted]@10.0.0.1/x"],
  ['Authorization: OAuth oauth_token="x"', "Authorization: OAuth [redacted]"],
  ["-----BEGIN RSA PRIVATE KEY-----\nabc\n-----END RSA PRIVATE KEY-----\nend", "[redacted]\nend"],
  ["-----BEGIN PRIVATE KEY-----\nabc", "[redacted]"],
  ["the key is s3cr3t!", "the key is [redacted]!"],
  // What is no secret stays.
  ["password: null, token: none", "password: null, token: none"],
  ["tests: pass: 12 fail: 3", "tests: pass: 12 fail: 3"],
  ["secretary: Ada", "secretary: Ada"],
  ["http://10.0.0.1:5240/MAAS", "http://10.0.0.1:5240/MAAS"],
])("%j is told as %j", (said, told) => {
  expect(redactOutput(said, ["s3cr3t", ""])).toBe(told);
});

test("what is bounded ends with a whole character, and has the digest of all", () => {
  for (const text of [
    "é".repeat(OUTPUT_MAX_BYTES),
    `a${"é".repeat(OUTPUT_MAX_BYTES)}`,
    "🙂".repeat(OUTPUT_MAX_BYTES),
  ]) {
    const bounded = boundedOutput(Buffer.from(text), (same) => same);
    expect(Buffer.byteLength(bounded.text)).toBeGreaterThan(OUTPUT_MAX_BYTES - 4);
    expect(Buffer.byteLength(bounded.text)).toBeLessThanOrEqual(OUTPUT_MAX_BYTES);
    expect(text.startsWith(bounded.text)).toBe(true);
    expect(bounded).toMatchObject({ isTruncated: true, digest: createHash("sha256").update(text).digest("hex") });
  }
});

test("bytes that are no text, and NUL, become text a database takes", () => {
  const { text, isTruncated } = boundedOutput(Buffer.from([0x61, 0x00, 0xff, 0x62]), (same) => same);
  expect([text, isTruncated]).toEqual(["a\uFFFDb", false]);
  expect(boundedOutput(Buffer.alloc(0), (same) => same)).toEqual({ digest: "", text: "", isTruncated: false });
});
