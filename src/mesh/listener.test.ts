import { once } from "node:events";
import { create } from "@bufbuild/protobuf";
import { Code, ConnectError, createClient, type Transport } from "@connectrpc/connect";
import { createConnectTransport, createGrpcTransport, createGrpcWebTransport } from "@connectrpc/connect-node";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  ControlService,
  GetServerInfoRequestSchema,
  WhoAmIRequestSchema,
} from "../../gen/bedplate/control/v1/control_service_pb.js";
import { DesignStateService } from "../../gen/bedplate/design/v1/design_state_service_pb.js";
import { ErrorReason } from "../../gen/bedplate/type/v1/error_pb.js";
import { Role } from "../../gen/bedplate/type/v1/options_pb.js";
import { grpcClient, grpcUnary } from "../../test/support/any-client.ts";
import { exchange, openConnection, readAll } from "../../test/support/raw-connection.ts";
import { memoryLog, serve, stubService, tokenOf } from "../../test/support/stub-mesh.ts";
import { TLS_PAIR } from "../../test/support/tls-pair.ts";
import type { AuditEntry } from "./audit.ts";
import { errorDetail } from "./failure.ts";
import { ListenError } from "./listen-error.ts";
import { createNetworkTransport } from "./network-transport.ts";
import { mount } from "./service-host.ts";

const VERSION = "1.2.3";
const INFO = "/bedplate.control.v1.ControlService/GetServerInfo";
const JSON_POST = "Content-Type: application/json\r\nContent-Length: 2\r\n";

const stubs = Object.fromEntries(ControlService.methods.map((method) => [method.localName, () => ({})]));
const control = mount(ControlService, {
  ...stubs,
  getServerInfo: () => ({ version: VERSION }),
  async *followJob() {
    for (const sequence of [1n, 2n, 3n]) yield { events: [{ sequence }] };
  },
});

describe("one port", () => {
  let server: Awaited<ReturnType<typeof serve>>;
  beforeAll(async () => {
    server = await serve([control, stubService(DesignStateService)]);
  });
  afterAll(() => server.close());

  const headers = { authorization: `Bearer ${tokenOf(Role.OPERATOR)}` };
  const kinds: readonly [string, (baseUrl: string) => Transport][] = [
    [
      "Connect JSON over HTTP/1.1",
      (baseUrl) => createConnectTransport({ baseUrl, httpVersion: "1.1", useBinaryFormat: false }),
    ],
    [
      "Connect JSON over HTTP/2",
      (baseUrl) => createConnectTransport({ baseUrl, httpVersion: "2", useBinaryFormat: false }),
    ],
    ["Connect binary over HTTP/1.1", (baseUrl) => createConnectTransport({ baseUrl, httpVersion: "1.1" })],
    ["Connect binary over HTTP/2", (baseUrl) => createConnectTransport({ baseUrl, httpVersion: "2" })],
    ["gRPC-Web over HTTP/1.1", (baseUrl) => createGrpcWebTransport({ baseUrl, httpVersion: "1.1" })],
    ["gRPC-Web over HTTP/2", (baseUrl) => createGrpcWebTransport({ baseUrl, httpVersion: "2" })],
    ["gRPC", (baseUrl) => createGrpcTransport({ baseUrl })],
    ["our own transport", (url) => createNetworkTransport({ url })],
  ];

  describe.each(kinds)("%s", (_name, transportTo) => {
    test("answers, streams, and refuses with one typed detail", async () => {
      const transport = transportTo(server.url);
      const client = createClient(ControlService, transport);
      expect((await client.getServerInfo({})).version).toBe(VERSION);
      const sequences: unknown[] = [];
      for await (const { events } of client.followJob({ jobId: "j-1" }, { headers }))
        sequences.push(events[0]?.sequence);
      expect(sequences).toEqual([1n, 2n, 3n]);

      const nobody = await client.whoAmI({}).then(() => undefined, ConnectError.from);
      expect(nobody?.code).toBe(Code.Unauthenticated);
      const invalid = await client
        .validateDesign({ design: "?" }, { headers })
        .then(() => undefined, ConnectError.from);
      expect(invalid?.code).toBe(Code.InvalidArgument);
      expect(errorDetail(invalid)?.fieldPath).toBe("design");
      const large = { jobId: "j".repeat(5 * 1024 * 1024) };
      const oversize = await client.cancelJob(large, { headers }).then(() => undefined, ConnectError.from);
      expect(oversize?.code).toBe(Code.ResourceExhausted);
      expect(errorDetail(oversize)?.reason).toBe(ErrorReason.LIMIT_EXCEEDED);
      for (const error of [nobody, invalid, oversize]) expect(error?.details).toHaveLength(1);
    });
  });

  test("grpc-js", async () => {
    using client = grpcClient(server.url);
    const request = create(GetServerInfoRequestSchema);
    expect(await grpcUnary(client, ControlService.method.getServerInfo, request)).toMatchObject({ version: VERSION });
    await expect(grpcUnary(client, ControlService.method.whoAmI, create(WhoAmIRequestSchema))).rejects.toMatchObject({
      code: Code.Unauthenticated,
    });
  });

  test("a preface that comes byte by byte", async () => {
    const answer = await exchange(
      server.url,
      "P",
      `OST ${INFO} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n${JSON_POST}\r\n{}`,
    );
    expect(answer).toContain("HTTP/1.1 200");
    const socket = await openConnection(server.url);
    const answered = once(socket, "data");
    for (const byte of "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n") socket.write(byte);
    socket.write(Buffer.from([0, 0, 0, 4, 0, 0, 0, 0, 0]));
    const [frame] = (await answered) as [Buffer];
    expect(frame[3]).toBe(4);
    socket.destroy();
  });
});

test.each(["1.1", "2"] as const)("a stream ends here when its caller leaves, over HTTP/%s", async (httpVersion) => {
  const ended = Promise.withResolvers<void>();
  const watched = mount(ControlService, {
    ...stubs,
    async *followJob(_request, { signal }) {
      try {
        yield {};
        await new Promise((resolve) => signal.addEventListener("abort", resolve));
      } finally {
        ended.resolve();
      }
    },
  });
  const { log, lines } = memoryLog();
  await using server = await serve([watched], { log });
  const client = createClient(ControlService, createConnectTransport({ baseUrl: server.url, httpVersion }));
  const headers = { authorization: `Bearer ${tokenOf(Role.VIEWER)}` };
  const caller = new AbortController();
  const events = client.followJob({ jobId: "j-1" }, { headers, signal: caller.signal })[Symbol.asyncIterator]();
  await events.next();
  caller.abort();
  await expect(events.next()).rejects.toMatchObject({ code: Code.Canceled });
  await ended.promise;
  await expect.poll(() => lines.find((line) => line.event === "rpc")?.outcome).toBe("CANCELED");
});

describe("opening", () => {
  test("a port in use is a ListenError that names it", async () => {
    await using server = await serve([control]);
    const address = { host: "127.0.0.1", port: server.port, tls: false };
    const error = await serve([control], { address }).then(
      () => undefined,
      (caught: unknown) => caught,
    );
    expect(error).toBeInstanceOf(ListenError);
    expect(error).toMatchObject({ address: `127.0.0.1:${server.port}`, code: "EADDRINUSE" });
    expect((error as Error).message).toContain("in use");
  });

  test("in clear beyond loopback: refused, but for introspection alone and on request", async () => {
    const address = { host: "0.0.0.0", port: 0, tls: false };
    await expect(serve([control], { address })).rejects.toMatchObject({ code: "PLAIN_BEYOND_LOOPBACK" });
    await expect(serve([control], { address, plainIntrospection: true })).rejects.toThrow("use TLS");
    const introspection = { ...address, services: ["introspection" as const] };
    await expect(serve([], { address: introspection })).rejects.toThrow("--plain-introspection");
    await using server = await serve([], { address: introspection, plainIntrospection: true });
    expect(server.port).toBeGreaterThan(0);
  });

  test("TLS without a certificate, or with nonsense for one", async () => {
    const address = { host: "127.0.0.1", port: 0, tls: true };
    await expect(serve([control], { address })).rejects.toMatchObject({ code: "TLS_FILES" });
    await expect(serve([control], { address, tls: { cert: "x", key: "y" } })).rejects.toMatchObject({
      code: "TLS_FILES",
    });
  });

  test("with TLS it speaks HTTP/2 and HTTP/1.1 by ALPN, and nothing in clear", async () => {
    await using server = await serve([control], { tls: TLS_PAIR });
    const url = server.url.replace("127.0.0.1", "localhost");
    const ours = createNetworkTransport({ url, caCert: TLS_PAIR.cert });
    expect((await createClient(ControlService, ours).getServerInfo({})).version).toBe(VERSION);
    const old = createConnectTransport({ baseUrl: url, httpVersion: "1.1", nodeOptions: { ca: TLS_PAIR.cert } });
    expect((await createClient(ControlService, old).getServerInfo({})).version).toBe(VERSION);
    expect(await exchange(server.url, "GET / HTTP/1.1\r\nHost: x\r\n\r\n")).toBe("");
    const distrust = createNetworkTransport({ url });
    await expect(createClient(ControlService, distrust).getServerInfo({})).rejects.toMatchObject({
      code: Code.Unavailable,
    });
    ours.close();
    distrust.close();
  });
});

test("plain routes answer by exact path, GET and HEAD only, and their faults are incidents", async () => {
  const { log, lines } = memoryLog();
  const plainRoutes = [
    {
      path: "/meta-data",
      handle: async ({ query }: { query: URLSearchParams }) => ({
        status: 200,
        contentType: "text/plain",
        body: `n=${query.get("n")}`,
      }),
    },
    { path: "/broken", handle: () => Promise.reject(new Error("hunter2")) },
  ];
  await using server = await serve([control], { log, plainRoutes });
  expect(await (await fetch(`${server.url}/meta-data?n=1`)).text()).toBe("n=1");
  expect((await fetch(`${server.url}/meta-data`, { method: "POST" })).status).toBe(405);
  expect((await fetch(`${server.url}/meta-data/x`)).status).toBe(404);
  const broken = await fetch(`${server.url}/broken`);
  expect(broken.status).toBe(500);
  expect(await broken.text()).not.toContain("hunter2");
  expect(lines.find((line) => line.event === "incident")).toBeDefined();
});

test("mutating calls are audited with who, what, from where and how it went; denied ones too", async () => {
  const records: AuditEntry[] = [];
  const audit = { record: async (entry: AuditEntry) => void records.push(entry) };
  await using server = await serve([control], { audit });
  const as = async (
    role: Role | undefined,
    call: (client: ReturnType<typeof createClient<typeof ControlService>>) => Promise<unknown>,
  ) => {
    const transport = createNetworkTransport({
      url: server.url,
      ...(role === undefined ? {} : { token: tokenOf(role) }),
    });
    await call(createClient(ControlService, transport)).catch(() => {});
    transport.close();
  };
  await as(Role.OPERATOR, (client) => client.cancelJob({ jobId: "j-1" }));
  await as(Role.VIEWER, (client) => client.cancelJob({ jobId: "j-1" }));
  await as(undefined, (client) => client.cancelJob({ jobId: "j-1" }));
  await as(Role.OPERATOR, (client) => client.whoAmI({}));
  expect(records.map(({ caller, outcome }) => [caller.name, outcome])).toEqual([
    ["olga", "ok"],
    ["vera", "PERMISSION_DENIED"],
    ["anonymous", "UNAUTHENTICATED"],
  ]);
  expect(records[0]).toMatchObject({
    method: "bedplate.control.v1.ControlService/CancelJob",
    peer: "127.0.0.1",
    subject: "job_id=j-1",
  });
});

test("a keep-alive connection serves one request after the other, refusals between them", async () => {
  await using server = await serve([control]);
  const socket = await openConnection(server.url);
  const post = (path: string, more = "") =>
    socket.write(`POST ${path} HTTP/1.1\r\nHost: x\r\n${more}${JSON_POST}\r\n{}`);
  post(INFO);
  post("/bedplate.control.v1.ControlService/WhoAmI");
  post(INFO, "Connection: close\r\n");
  const answers = await readAll(socket);
  expect(answers.match(/HTTP\/1\.1 \d+/g)).toEqual(["HTTP/1.1 200", "HTTP/1.1 401", "HTTP/1.1 200"]);
});
