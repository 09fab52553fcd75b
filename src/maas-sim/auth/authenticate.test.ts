import { expect, test } from "vitest";
import { authorization, KEY, withSim } from "../testing/sim-client.ts";

const NOW = Date.UTC(2026, 0, 1) / 1000;
const FORBIDDEN = "Forbidden";

test.each<[string, Record<string, string | undefined>, number, string]>([
  ["a good signature", {}, 200, "fabric-0"],
  ["a timestamp just within the threshold", { oauth_timestamp: String(NOW - 300) }, 200, "fabric-0"],
  ["a timestamp in the future", { oauth_timestamp: String(NOW + 9999) }, 200, "fabric-0"],
  ["a stale timestamp", { oauth_timestamp: String(NOW - 301) }, 401, "Authorization Error: 'Expired timestamp: "],
  ["a timestamp that is none", { oauth_timestamp: "yesterday" }, 401, "Authorization Error: 'Invalid timestamp: "],
  ["a wrong token", { oauth_token: "other" }, 401, "Authorization Error: 'Invalid access token: other'"],
  ["a wrong consumer", { oauth_consumer_key: "other" }, 401, "Authorization Error: Invalid API key."],
  ["a wrong secret", { oauth_signature: "&other" }, 401, "Authorization Error: 'Invalid signature.'"],
  ["a signature without the ampersand", { oauth_signature: KEY.secret }, 401, "Invalid signature"],
  ["another method", { oauth_signature_method: "HMAC-SHA1" }, 401, "Signature method HMAC-SHA1 not supported"],
  ["another version", { oauth_version: "2.0" }, 401, "version not supported"],
  ["no nonce", { oauth_nonce: undefined }, 401, "Missing parameter: oauth_nonce"],
  ["no signature", { oauth_signature: undefined }, 401, "Missing parameter: oauth_signature"],
  ["no version", { oauth_version: undefined }, 200, "fabric-0"],
])("%s", async (_name, parts, status, text) => {
  await withSim(async (client) => {
    const answer = await client.send("fabrics/", { headers: { authorization: authorization(NOW, parts) } });
    expect([answer.status, answer.text]).toEqual([status, expect.stringContaining(text)]);
    if (status === 401) {
      expect(answer.type).toMatch(/^text\/plain/);
      expect(answer.headers.get("www-authenticate")).toBe('OAuth realm="OAuth"');
    }
  });
});

test("a nonce works once, even after a wrong signature", async () => {
  await withSim(async (client) => {
    const good = authorization(NOW, { oauth_nonce: "n1" });
    expect((await client.send("fabrics/", { headers: { authorization: good } })).status).toBe(200);
    const replay = await client.send("fabrics/", { headers: { authorization: good } });
    expect([replay.status, replay.text]).toEqual([401, "Authorization Error: 'Nonce already used: n1'"]);
    const wrong = authorization(NOW, { oauth_nonce: "n2", oauth_signature: "&x" });
    expect((await client.send("fabrics/", { headers: { authorization: wrong } })).status).toBe(401);
    const right = authorization(NOW, { oauth_nonce: "n2" });
    expect((await client.send("fabrics/", { headers: { authorization: right } })).text).toContain("Nonce already used");
  });
});

test("a nonce from the future is remembered until its time is over", async () => {
  await withSim(async (client) => {
    const header = authorization(NOW + 1000, { oauth_nonce: "later" });
    const send = () => client.send("fabrics/", { headers: { authorization: header } });
    expect((await send()).status).toBe(200);
    client.clock.advance(1_299_000);
    expect((await send()).text).toContain("Nonce already used");
    client.clock.advance(2_000);
    expect((await send()).text).toContain("Expired timestamp");
  });
});

test.each([
  ["fabrics/", 401, FORBIDDEN],
  ["machines/abc/", 401, FORBIDDEN],
  ["machines/", 400, "Unrecognised signature: method=GET op=None"],
  ["machines/?op=power_parameters", 400, "Unrecognised signature: method=GET op=power_parameters"],
  ["version/", 200, "3.7.3"],
  ["nonsense/", 404, "Unknown API endpoint: /MAAS/api/2.0/nonsense/."],
])("without credentials, %s answers %i", async (path, status, text) => {
  await withSim(async (client) => {
    const answer = await client.send(path, { headers: { authorization: "Basic eDp5" } });
    expect([answer.status, answer.text]).toEqual([status, expect.stringContaining(text)]);
  });
});
