import { Code, ConnectError, createClient, type Transport } from "@connectrpc/connect";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ControlService } from "../../gen/bedplate/control/v1/control_service_pb.js";
import { ErrorReason } from "../../gen/bedplate/type/v1/error_pb.js";
import { Role } from "../../gen/bedplate/type/v1/options_pb.js";
import { authenticator, CALLERS, serve, tokenOf } from "../../test/support/stub-mesh.ts";
import type { Caller } from "./caller.ts";
import { errorDetail, failure } from "./failure.ts";
import { createInProcessTransport } from "./in-process-transport.ts";
import { createNetworkTransport, type NetworkTransport } from "./network-transport.ts";
import { createServiceClients } from "./service-clients.ts";
import { mount } from "./service-host.ts";

const stubs = Object.fromEntries(ControlService.methods.map((method) => [method.localName, () => ({})]));
const control = mount(ControlService, {
  ...stubs,
  whoAmI: () => ({ name: "ada", role: Role.ADMIN }),
  async *followJob({ jobId }) {
    yield { events: [{ sequence: 1n, jobId }] };
    if (jobId === "broken") throw failure(Code.NotFound, ErrorReason.NOT_FOUND, "no such job", { subject: jobId });
  },
  cancelJob() {
    throw new Error("hunter2");
  },
  listNodes: () => new Promise(() => {}),
});

let server: Awaited<ReturnType<typeof serve>>;
const ways: Record<"network" | "in process", Transport> = {} as never;

beforeAll(async () => {
  server = await serve([control], { authenticator });
  ways.network = createNetworkTransport({ url: server.url, token: async () => tokenOf(Role.SERVICE) });
  ways["in process"] = createInProcessTransport(
    server.host,
    CALLERS.find(({ role }) => role === Role.SERVICE) as Caller,
  );
});
afterAll(async () => {
  (ways.network as NetworkTransport).close();
  await server.close();
});

async function outcome(call: Promise<unknown>): Promise<unknown> {
  try {
    return await call;
  } catch (caught) {
    const error = ConnectError.from(caught);
    const { $typeName: _, $unknown: __, ...detail } = errorDetail(error) ?? { $typeName: "", reason: 0 };
    return {
      code: error.code,
      message: error.rawMessage.replace(/incident \w+/, "incident X"),
      detail,
      details: error.details.length,
    };
  }
}

async function readAll<T>(stream: AsyncIterable<T>): Promise<T[]> {
  return Array.fromAsync(stream);
}

describe("whoever calls can't tell in process from over the network", () => {
  const calls: readonly [
    string,
    (client: ReturnType<typeof createClient<typeof ControlService>>) => Promise<unknown>,
  ][] = [
    ["an answer", (client) => client.whoAmI({})],
    ["a stream", (client) => readAll(client.followJob({ jobId: "j-1" }))],
    ["a stream that fails", (client) => readAll(client.followJob({ jobId: "broken" }))],
    ["a fault", (client) => client.cancelJob({ jobId: "j-1" })],
    ["a request out of bounds", (client) => client.cancelJob({ jobId: "j".repeat(1000) })],
    ["a request too large", (client) => client.cancelJob({ jobId: "j".repeat(5 * 1024 * 1024) })],
    ["a deadline", (client) => client.listNodes({ design: "site-a" }, { timeoutMs: 50 })],
  ];

  test.each(calls)("%s", async (_what, call) => {
    const [far, near] = [
      await outcome(call(createClient(ControlService, ways.network))),
      await outcome(call(createClient(ControlService, ways["in process"]))),
    ];
    // Either side may be the one to notice that time is up, and only their words differ.
    if ((far as { code?: Code }).code === Code.DeadlineExceeded)
      expect(near).toMatchObject({ code: Code.DeadlineExceeded });
    else expect(near).toEqual(far);
  });

  test("a role that isn't enough is refused in process too", async () => {
    const transport = createInProcessTransport(server.host, { name: "vera", role: Role.VIEWER });
    await expect(createClient(ControlService, transport).cancelJob({ jobId: "j" })).rejects.toMatchObject({
      code: Code.PermissionDenied,
    });
  });
});

test("a client goes to this process for what runs here, to the peer for the rest", async () => {
  const transport = createInProcessTransport(server.host, CALLERS[4] as Caller);
  const here = createServiceClients({ local: { services: server.host.services, transport } });
  const there = createServiceClients({
    local: { services: [], transport },
    peers: new Map([[ControlService.typeName, ways.network]]),
  });
  expect(await there.clientFor(ControlService).whoAmI({})).toEqual(await here.clientFor(ControlService).whoAmI({}));
  expect(here.clientFor(ControlService)).toBe(here.clientFor(ControlService));
});

describe("a server that can't be reached", () => {
  test("is UNAVAILABLE, with its address and the next step", async () => {
    const gone = await serve([control]);
    await gone.close();
    const transport = createNetworkTransport({ url: gone.url });
    const client = createClient(ControlService, transport);
    for (const call of [client.getServerInfo({}), readAll(client.followJob({ jobId: "j-1" }))]) {
      const error = await call.then(() => undefined, ConnectError.from);
      expect(error?.code).toBe(Code.Unavailable);
      expect(error?.rawMessage).toBe(`can't reach a Bedplate server at ${gone.url}: ECONNREFUSED`);
      expect(errorDetail(error)).toMatchObject({ reason: ErrorReason.SERVICE_UNAVAILABLE, subject: gone.url });
    }
    transport.close();
  });

  test("or doesn't answer, is given up at the default deadline", async () => {
    const transport = createNetworkTransport({ url: server.url, token: tokenOf(Role.ADMIN), defaultCallMs: 50 });
    const error = await createClient(ControlService, transport)
      .listNodes({ design: "site-a" })
      .then(() => undefined, ConnectError.from);
    expect(error?.code).toBe(Code.DeadlineExceeded);
    expect(errorDetail(error)?.reason).toBe(ErrorReason.DEADLINE_EXCEEDED);
    transport.close();
  });
});
