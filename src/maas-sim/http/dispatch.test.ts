import { connect } from "node:net";
import { describe, expect, test } from "vitest";
import { listOf, withSim } from "../testing/sim-client.ts";

test.each([
  ["GET", "subnets", 404, "Unknown API endpoint: /MAAS/api/2.0/subnets."],
  ["POST", "subnets", 404, "Unknown API endpoint: /MAAS/api/2.0/subnets."],
  ["GET", "scripts/nope/", 404, "Unknown API endpoint"],
  ["GET", "scripts/nope", 404, "No Script matches the given query."],
  ["GET", "no-such-things/", 404, "Unknown API endpoint"],
  ["GET", "fabrics/?op=nope", 400, "Unrecognised signature: method=GET op=nope"],
  ["POST", "fabrics/?op=nope", 400, "Unrecognised signature: method=POST op=nope"],
  ["PATCH", "fabrics/", 405, ""],
  ["PUT", "fabrics/", 405, ""],
  ["DELETE", "machines/", 405, ""],
  ["GET", "machines/zzzzzz/", 404, "No Machine matches the given query."],
  ["GET", "nodes/zzzzzz/interfaces/", 404, "No Machine matches the given query."],
  ["GET", "subnets/99/", 404, "No Subnet matches the given query."],
  ["GET", "fabrics/%zz/", 400, "Malformed percent-encoding in the path."],
  ["GET", "fabrics/?x=%zz", 400, "Malformed percent-encoding in the request."],
])("%s %s answers %i", async (method, path, status, text) => {
  await withSim(async (client) => {
    const answer = await client.send(path, { method });
    expect([answer.status, answer.text]).toEqual([status, expect.stringContaining(text)]);
    if (status !== 405) expect(answer.type).toMatch(/^text\/plain/);
  });
});

test("unknown parameters are refused in the form of field errors, and nothing happens", async () => {
  await withSim(async (client) => {
    const created = await client.post("fabrics/", { name: "a", nme: "b" });
    expect([created.status, created.type, created.body]).toEqual([
      400,
      "application/json",
      { nme: ["Unknown parameter."] },
    ]);
    expect((await client.get("subnets/?limit=5")).body).toEqual({ limit: ["Unknown parameter."] });
    expect((await client.post("fabrics/?name=x")).body).toEqual({
      name: ["Unknown query parameter: send it in the body."],
    });
    expect(listOf(await client.get("fabrics/"))).toHaveLength(1);
  });
});

describe("bodies", () => {
  test("an op may come as a form field, in either encoding", async () => {
    await withSim(async (client) => {
      const fields = { op: "set_config", name: "upstream_dns", value: "8.8.8.8 9.9.9.9" };
      const answer = await client.post("maas/", fields);
      expect([answer.status, answer.type, answer.text]).toEqual([200, expect.stringMatching(/^text\/plain/), "OK"]);
      const form = new FormData();
      for (const [name, value] of Object.entries({ ...fields, value: "1.1.1.1" })) form.set(name, value);
      expect((await client.send("maas/", { method: "POST", body: form })).text).toBe("OK");
      expect((await client.get("maas/?op=get_config&name=upstream_dns")).body).toBe("1.1.1.1");
    });
  });

  test("JSON is read by the simple handlers, not by operations", async () => {
    await withSim(async (client) => {
      const headers = { "content-type": "application/json" };
      const body = JSON.stringify({ name: "from-json" });
      expect((await client.send("fabrics/", { method: "POST", headers, body })).body).toMatchObject({
        name: "from-json",
      });
      const config = JSON.stringify({ name: "upstream_dns", value: "8.8.8.8" });
      const answer = await client.send("maas/?op=set_config", { method: "POST", headers, body: config });
      expect([answer.status, answer.body]).toEqual([400, { name: ["This field is required."] }]);
    });
  });

  test.each([
    ["application/json", "{", "Malformed JSON body."],
    ["application/json", "[1]", "The JSON body must be an object."],
    ["application/x-www-form-urlencoded", "name=%E0%A4%A", "Malformed percent-encoding in the request."],
    ["multipart/form-data", "x", "the boundary is missing"],
    ["multipart/form-data; boundary=b", "--b\r\nno headers", "the closing boundary is missing"],
    ["multipart/form-data; boundary=b", "--b\r\nX: y\r\n\r\nv\r\n--b--", "a part has no name"],
    ["text/yaml", "a: b", "Unsupported content type: text/yaml."],
  ])("%s %j is a 400", async (type, body, text) => {
    await withSim(async (client) => {
      const answer = await client.send("fabrics/", { method: "POST", headers: { "content-type": type }, body });
      expect([answer.status, answer.text]).toEqual([400, expect.stringContaining(text)]);
    });
  });

  test("a body past 16 MiB is refused", async () => {
    await withSim(async (client) => {
      const body = new Uint8Array(16 * 1024 * 1024 + 1);
      const answer = await client.send("fabrics/", { method: "POST", body }).catch(() => undefined);
      if (answer !== undefined) expect(answer.status).toBe(413);
      expect((await client.get("fabrics/")).status).toBe(200);
    });
  });
});

test("answers carry the API hash, and JSON is indented by four", async () => {
  await withSim(async (client) => {
    const answer = await client.get("users/?op=whoami");
    expect(answer.headers.get("x-maas-api-hash")).toMatch(/^[0-9a-f]{64}$/);
    expect(answer.headers.get("vary")).toBe("Authorization");
    expect(answer.text).toContain('\n    "is_superuser": true');
  });
});

test.each(["\x00\x01\x02garbage\r\n\r\n", "BREW /MAAS/ HTTP/1.1\r\nHost: x\r\n\r\n", "GET / HTTP/1.0\r\n\r\n"])(
  "the server survives %j",
  async (bytes) => {
    await withSim(async (client) => {
      const { hostname, port } = new URL(client.sim.url);
      const answer = await new Promise<string>((resolve, reject) => {
        const socket = connect(Number(port), hostname, () => socket.end(bytes));
        let received = "";
        socket.on("data", (chunk) => {
          received += chunk.toString();
        });
        socket.on("close", () => resolve(received));
        socket.on("error", reject);
      });
      expect(answer).toMatch(/^HTTP\/1\.1 4\d\d/);
      expect((await client.get("fabrics/")).status).toBe(200);
    });
  },
);
