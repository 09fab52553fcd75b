import { once } from "node:events";
import { connect as connectHttp2 } from "node:http2";
import { Code, createClient } from "@connectrpc/connect";
import { createGrpcTransport } from "@connectrpc/connect-node";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ControlService } from "../../gen/bedplate/control/v1/control_service_pb.js";
import { DesignStateService } from "../../gen/bedplate/design/v1/design_state_service_pb.js";
import { Role } from "../../gen/bedplate/type/v1/options_pb.js";
import { exchange, openConnection } from "../../test/support/raw-connection.ts";
import { serve, tokenOf } from "../../test/support/stub-mesh.ts";
import { createNetworkTransport } from "./network-transport.ts";
import { mount } from "./service-host.ts";

const VERSION = "1.2.3";
const INFO = "/bedplate.control.v1.ControlService/GetServerInfo";
const JSON_POST = "Content-Type: application/json\r\nContent-Length: 2\r\n";

const stubs = Object.fromEntries(ControlService.methods.map((method) => [method.localName, () => ({})]));
const control = mount(ControlService, { ...stubs, getServerInfo: () => ({ version: VERSION }) });

describe("what no client should send", () => {
  let server: Awaited<ReturnType<typeof serve>>;
  beforeAll(async () => {
    server = await serve([control], { limits: { headersMs: 200, requestMs: 300, lingerMs: 100 } });
  });
  afterAll(() => server.close());

  const isAlive = async (): Promise<void> => {
    const transport = createNetworkTransport({ url: server.url });
    expect((await createClient(ControlService, transport).getServerInfo({})).version).toBe(VERSION);
    transport.close();
  };

  test.each([
    ["HTTP/1.0 without Host", `POST ${INFO} HTTP/1.0\r\n${JSON_POST}\r\n{}`],
    ["HTTP/1.0 with Host", `POST ${INFO} HTTP/1.0\r\nHost: x\r\n${JSON_POST}\r\n{}`],
    ["no Host", `POST ${INFO} HTTP/1.1\r\n${JSON_POST}\r\n{}`],
    ["an empty Host", `POST ${INFO} HTTP/1.1\r\nHost:\r\n${JSON_POST}\r\n{}`],
    ["an empty Host at no RPC", "GET /x HTTP/1.1\r\nHost: \r\n\r\n"],
    ["garbage", "\x00\xff\x01garbage\r\n\r\n"],
    ["half a preface, then something else", "PRI * HTTP/1.1\r\n\r\n"],
  ])("%s is refused and closed", async (_name, bytes) => {
    expect(await exchange(server.url, Buffer.from(bytes, "latin1"))).toMatch(/^(HTTP\/1\.1 40[08] |$)/);
    await isAlive();
  });

  test("the 400 for a missing Host says what is wrong", async () => {
    const answer = await exchange(server.url, `POST ${INFO} HTTP/1.1\r\nHost:\r\n${JSON_POST}\r\n{}`);
    expect(answer).toContain("HTTP/1.1 400");
    expect(answer).toContain("the Host header is missing or empty");
  });

  test("HTTP/2 without an authority", async () => {
    const session = connectHttp2(server.url);
    const stream = session.request({
      ":method": "POST",
      ":path": INFO,
      ":authority": "",
      "content-type": "application/json",
    });
    stream.end("{}");
    const status = await new Promise((resolve) => {
      stream.on("response", (headers) => resolve(headers[":status"]));
      stream.on("error", () => resolve("reset"));
      stream.on("close", () => resolve("reset"));
    });
    expect([400, "reset"]).toContain(status);
    session.destroy();
    await isAlive();
  });

  test("TLS on a port without", async () => {
    expect(await exchange(server.url, Buffer.from("1603010200010001fc0303", "hex"))).toBe("");
    await isAlive();
  });

  test("garbage after the HTTP/2 preface", async () => {
    await exchange(server.url, "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", Buffer.alloc(4096, 0xff));
    await isAlive();
  });

  test.each([
    ["nothing", ""],
    ["half a preface", "PR"],
    ["half the headers", `POST ${INFO} HTTP/1.1\r\nHost: x\r\n`],
  ])("a connection that stalls after %s is closed", async (_name, bytes) => {
    await exchange(server.url, bytes);
    await isAlive();
  });

  test.each(["1.1", "2"] as const)(
    "a body that never ends is answered DEADLINE_EXCEEDED over HTTP/%s",
    async (version) => {
      const headers = { "content-type": "application/json" };
      if (version === "1.1") {
        const head = `POST ${INFO} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 9\r\n\r\n{`;
        const answer = await exchange(server.url, head);
        expect(answer).toContain("deadline_exceeded");
      } else {
        const session = connectHttp2(server.url);
        const stream = session.request({ ":method": "POST", ":path": INFO, ...headers });
        stream.write("{");
        let text = "";
        stream.setEncoding("utf8").on("data", (part: string) => {
          text += part;
        });
        stream.on("error", () => {});
        await once(stream, "close");
        expect(text).toContain("deadline_exceeded");
        session.destroy();
      }
      await isAlive();
    },
  );

  test("what isn't there is 404 in the caller's own protocol", async () => {
    const page = await fetch(`${server.url}/nope`);
    expect([page.status, await page.json()]).toMatchObject([404, { code: "not_found" }]);
    const rpc = await fetch(`${server.url}/acme.v1.Foo/Bar`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: "{}",
    });
    expect([rpc.status, await rpc.json()]).toMatchObject([404, { code: "unimplemented" }]);
    for (const transport of [
      createGrpcTransport({ baseUrl: server.url }),
      createNetworkTransport({ url: server.url }),
    ]) {
      const call = createClient(DesignStateService, transport).listDesigns({});
      await expect(call).rejects.toMatchObject({ code: Code.Unimplemented });
    }
  });

  test("an RPC asked for in the wrong form says how to ask", async () => {
    const get = await fetch(`${server.url}${INFO}`);
    expect([get.status, await get.json()]).toMatchObject([405, { message: expect.stringContaining("POST") }]);
    const text = await fetch(`${server.url}${INFO}`, { method: "POST", body: "x" });
    expect([text.status, await text.json()]).toMatchObject([
      415,
      { message: expect.stringMatching("application/json.*application/connect\\+json") },
    ]);
  });

  test.each([
    ["an unknown field", "application/json", '{"verion": 1}'],
    ["broken JSON", "application/json", "{"],
    ["broken binary", "application/proto", "\xff\xff"],
  ])("%s is INVALID_ARGUMENT with a typed detail", async (_name, contentType, body) => {
    const answer = await fetch(`${server.url}${INFO}`, {
      method: "POST",
      headers: { "content-type": contentType },
      body,
    });
    expect(answer.status).toBe(400);
    expect(await answer.json()).toMatchObject({
      code: "invalid_argument",
      details: [{ type: "bedplate.type.v1.ErrorDetail", debug: { reason: "ERROR_REASON_INVALID_FIELD" } }],
    });
  });
});

describe("limits", () => {
  test("connections past the bound are closed, and their places are free again", async () => {
    await using server = await serve([control], { limits: { connectionsPerPeer: 2 } });
    const first = await openConnection(server.url);
    const second = await openConnection(server.url);
    expect(await exchange(server.url, "GET / HTTP/1.1\r\nHost: x\r\n\r\n")).toBe("");
    first.destroy();
    second.destroy();
    const freed = async () => exchange(server.url, "GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
    await expect.poll(freed).toContain("404");
  });

  test.each(["1.1", "2"] as const)("a reader that never reads is cut off, over HTTP/%s", async (version) => {
    const stopped = Promise.withResolvers<void>();
    const endless = mount(ControlService, {
      ...stubs,
      async *followJob(_request, { signal }) {
        signal.addEventListener("abort", () => stopped.resolve());
        for (;;) yield { events: [{ jobId: "x".repeat(60_000) }] };
      },
    });
    await using server = await serve([endless], { limits: { stallMs: 100 } });
    const token = `Bearer ${tokenOf(Role.VIEWER)}`;
    const path = "/bedplate.control.v1.ControlService/FollowJob";
    const message = Buffer.from('{"jobId":"j-1"}');
    const body = Buffer.concat([Buffer.from([0, 0, 0, 0, message.length]), message]);
    if (version === "2") {
      const session = connectHttp2(server.url);
      const stream = session.request({
        ":method": "POST",
        ":path": path,
        authorization: token,
        "content-type": "application/connect+json",
      });
      stream.on("error", () => {});
      stream.end(body);
      await stopped.promise;
      session.destroy();
    } else {
      const socket = await openConnection(server.url);
      socket.pause();
      socket.write(
        `POST ${path} HTTP/1.1\r\nHost: x\r\nAuthorization: ${token}\r\nContent-Type: application/connect+json\r\n`,
      );
      socket.write(`Content-Length: ${body.length}\r\n\r\n`);
      socket.write(body);
      await stopped.promise;
      socket.destroy();
    }
  });
});
