import { once } from "node:events";
import { connect as connectHttp2 } from "node:http2";
import { Code, ConnectError, createClient } from "@connectrpc/connect";
import { expect, test, vi } from "vitest";
import { ControlService } from "../../gen/bedplate/control/v1/control_service_pb.js";
import { ErrorReason } from "../../gen/bedplate/type/v1/error_pb.js";
import { Role } from "../../gen/bedplate/type/v1/options_pb.js";
import { Health, HealthCheckResponse_ServingStatus as Status } from "../../gen/grpc/health/v1/health_pb.js";
import { openConnection, readAll } from "../../test/support/raw-connection.ts";
import { serve, tokenOf } from "../../test/support/stub-mesh.ts";
import { errorDetail } from "./failure.ts";
import { createNetworkTransport } from "./network-transport.ts";
import { mount } from "./service-host.ts";

const stubs = Object.fromEntries(ControlService.methods.map((method) => [method.localName, () => ({})]));
const never = () => new Promise<never>(() => {});

async function open(own: Parameters<typeof mount<typeof ControlService>>[1]) {
  const server = await serve([mount(ControlService, { ...stubs, ...own })]);
  const transport = createNetworkTransport({ url: server.url, token: tokenOf(Role.ADMIN) });
  return { server, transport, client: createClient(ControlService, transport) };
}

test("with nothing under way it closes at once, idle connections too", async () => {
  const { server, transport, client } = await open({});
  await client.whoAmI({});
  const idle = [await openConnection(server.url), await openConnection(server.url)];
  idle[1]?.write("GET /x HTTP/1.1\r\nHost: x\r\n\r\n");
  await once(idle[1] as NonNullable<(typeof idle)[0]>, "data");
  const closed = idle.map((socket) => readAll(socket));
  await server.close({ graceMs: 60_000, streamGraceMs: 60_000 });
  await Promise.all(closed);
  await expect(client.whoAmI({})).rejects.toMatchObject({ code: Code.Unavailable });
  transport.close();
});

test("a call under way is let finish", async () => {
  const began = Promise.withResolvers<void>();
  const finish = Promise.withResolvers<{ name: string }>();
  const { server, transport, client } = await open({
    whoAmI() {
      began.resolve();
      return finish.promise;
    },
  });
  const call = client.whoAmI({});
  await began.promise;
  const closed = server.close({ graceMs: 60_000 });
  finish.resolve({ name: "ada" });
  expect((await call).name).toBe("ada");
  await closed;
  transport.close();
});

test("a call that outlasts the grace, and a stream, are told SHUTTING_DOWN, without a word on stderr", async () => {
  const stderr = vi.spyOn(process.stderr, "write").mockReturnValue(true);
  const consoleError = vi.spyOn(console, "error").mockReturnValue();
  const { server, transport, client } = await open({
    whoAmI: never,
    async *followJob() {
      yield {};
      await never();
    },
  });
  const call = client.whoAmI({}).catch(ConnectError.from);
  const first = Promise.withResolvers<void>();
  const read = async () => {
    for await (const _ of client.followJob({ jobId: "j-1" })) first.resolve();
  };
  const stream = read().catch(ConnectError.from);
  await first.promise;
  await server.close({ graceMs: 50, streamGraceMs: 10 });
  for (const error of [await call, await stream]) {
    expect(error).toBeInstanceOf(ConnectError);
    expect((error as ConnectError).code).toBe(Code.Unavailable);
    expect(errorDetail(error)?.reason).toBe(ErrorReason.SHUTTING_DOWN);
  }
  expect([...stderr.mock.calls, ...consoleError.mock.calls]).toEqual([]);
  transport.close();
  vi.restoreAllMocks();
});

test("an HTTP/2 connection hears GOAWAY while a stream goes on", async () => {
  const { server, transport } = await open({ followJob: async function* () {} });
  const session = connectHttp2(server.url);
  const stream = session.request({
    ":method": "POST",
    ":path": "/grpc.health.v1.Health/Watch",
    "content-type": "application/connect+json",
  });
  stream.on("error", () => {});
  stream.end(Buffer.from([0, 0, 0, 0, 2, 0x7b, 0x7d]));
  await once(stream, "data");
  const goaway = once(session, "goaway");
  const closed = server.close({ graceMs: 50, streamGraceMs: 50 });
  expect((await goaway)[0]).toBe(0);
  await closed;
  transport.close();
});

test("health watchers see NOT_SERVING before the end", async () => {
  const { server, transport } = await open({});
  const health = createClient(Health, transport);
  const seen: Status[] = [];
  const watching = Promise.withResolvers<void>();
  const watch = async () => {
    for await (const { status } of health.watch({ service: ControlService.typeName })) {
      seen.push(status);
      watching.resolve();
    }
  };
  const watched = watch().catch(() => {});
  await watching.promise;
  server.host.health.shutdown();
  await server.close({ graceMs: 50, streamGraceMs: 50 });
  await watched;
  expect(seen).toEqual([Status.SERVING, Status.NOT_SERVING]);
  transport.close();
});

test("closing twice waits for the same end", async () => {
  const { server, transport } = await open({});
  expect(server.close()).toBe(server.close());
  await server.close();
  transport.close();
});
