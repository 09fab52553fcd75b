import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer } from "node:http2";
import { join } from "node:path";
import { Code, ConnectError, type ConnectRouter, createClient } from "@connectrpc/connect";
import { connectNodeAdapter } from "@connectrpc/connect-node";
import { Server, ServerCredentials } from "@grpc/grpc-js";
import { expect, onTestFinished, test } from "vitest";
import { DriverService } from "../../gen/bedplate/driver/v1/driver_service_pb.js";
import { NetworkDriverService } from "../../gen/bedplate/driver/v1/network_driver_service_pb.js";
import { ErrorDetailSchema, ErrorReason } from "../../gen/bedplate/type/v1/error_pb.js";
import { ServerReflection } from "../../gen/grpc/reflection/v1/reflection_pb.js";
import { temporaryDirectory } from "../../test/conformance/fixtures/start-host.ts";
import { driverService } from "../drivers/noop-network/driver-service.ts";
import { addService } from "../drivers/noop-network/grpc-service.ts";
import { createGrpcTransport, type GrpcAddress, type GrpcTransport } from "./grpc-transport.ts";

const target = { instance: "one" };

function connectTo(address: GrpcAddress, options = {}): GrpcTransport {
  const transport = createGrpcTransport({ address, ...options });
  onTestFinished(() => transport.close());
  return transport;
}

/** A server of the other gRPC implementation the contract runs on. */
async function serveWithConnect(routes: (router: ConnectRouter) => void): Promise<GrpcTransport> {
  const socket = join(temporaryDirectory(), "s");
  const server = createServer(connectNodeAdapter({ routes }));
  server.listen(socket);
  await once(server, "listening");
  onTestFinished(() => void server.close());
  return connectTo({ socket });
}

async function failureOf(call: Promise<unknown>): Promise<ConnectError> {
  return call.then(
    () => {
      throw new Error("the call succeeded");
    },
    (error: unknown) => ConnectError.from(error),
  );
}

test("a unary call carries headers there, and headers and trailers back", async () => {
  const transport = await serveWithConnect((router) =>
    router.service(DriverService, {
      probe(request, context) {
        const note = context.requestHeader.get("note");
        context.responseHeader.set("seen", note ?? "");
        context.responseTrailer.set("after", "wards");
        context.responseTrailer.set("raw-bin", Buffer.from([1, 255]).toString("base64"));
        return { message: `${request.target?.instance} ${context.requestHeader.get("key-bin")}` };
      },
    }),
  );
  const seen: string[] = [];
  const answer = await createClient(DriverService, transport).probe(
    { target },
    {
      headers: { note: "read me", "key-bin": "AP8" },
      onHeader: (headers) => void seen.push(headers.get("seen") ?? ""),
      onTrailer: (headers) => void seen.push(headers.get("after") ?? "", headers.get("raw-bin") ?? ""),
    },
  );
  expect(answer.message).toBe("one AP8=");
  expect(seen).toEqual(["read me", "wards", "Af8="]);
});

test.each(["path: /a/b?c=d&e#f; name@host, 1+1=2 $5", "100% sure, %zz stays, übergrößt ✓"])(
  "the message %j arrives as it was sent, with and without details",
  async (message) => {
    const transport = await serveWithConnect((router) =>
      router.service(DriverService, {
        probe() {
          throw new ConnectError(message, Code.NotFound);
        },
        getDriverInfo() {
          const detail = { desc: ErrorDetailSchema, value: { reason: ErrorReason.TARGET_REJECTED, subject: message } };
          throw new ConnectError(message, Code.FailedPrecondition, undefined, [detail]);
        },
      }),
    );
    const client = createClient(DriverService, transport);
    const plain = await failureOf(client.probe({ target }));
    expect([plain.code, plain.rawMessage, plain.details]).toEqual([Code.NotFound, message, []]);
    const detailed = await failureOf(client.getDriverInfo({}));
    expect([detailed.code, detailed.rawMessage]).toEqual([Code.FailedPrecondition, message]);
    expect(detailed.findDetails(ErrorDetailSchema)).toMatchObject([
      { reason: ErrorReason.TARGET_REJECTED, subject: message },
    ]);
  },
);

test("a stream brings its messages in order, then its end or its error", async () => {
  const transport = await serveWithConnect((router) =>
    router.service(NetworkDriverService, {
      async *observePorts(request, context) {
        context.responseTrailer.set("after", "wards");
        for (let port = 0; port < 100; port++) yield { ports: [{ port: `et${port}` }] };
        if (request.servers.length > 0) throw new ConnectError("the switch: gone", Code.Unavailable);
      },
    }),
  );
  const client = createClient(NetworkDriverService, transport);
  const ports: string[] = [];
  let trailer: string | null = null;
  const onTrailer = (headers: Headers): void => {
    trailer = headers.get("after");
  };
  for await (const batch of client.observePorts({ target }, { onTrailer })) ports.push(batch.ports[0]?.port ?? "");
  expect(ports).toEqual(Array.from({ length: 100 }, (_, port) => `et${port}`));
  expect(trailer).toBe("wards");

  const error = await failureOf(Array.fromAsync(client.observePorts({ target, servers: [{ name: "a" }] })));
  expect([error.code, error.rawMessage]).toEqual([Code.Unavailable, "the switch: gone"]);
});

test("deadlines reach the server, calls and streams end by them, and an abort cancels", async () => {
  const aborted: string[] = [];
  const transport = await serveWithConnect((router) =>
    router
      .service(DriverService, {
        async probe(_request, context) {
          await new Promise((resolve) => context.signal.addEventListener("abort", resolve));
          aborted.push(String(context.timeoutMs() !== undefined));
          throw context.signal.reason;
        },
      })
      .service(NetworkDriverService, {
        async *observePorts(_request, context) {
          yield { ports: [] };
          await new Promise((resolve) => context.signal.addEventListener("abort", resolve));
        },
      }),
  );
  const client = createClient(DriverService, transport);
  expect((await failureOf(client.probe({ target }, { timeoutMs: 50 }))).code).toBe(Code.DeadlineExceeded);
  const abort = new AbortController();
  const call = failureOf(client.probe({ target }, { signal: abort.signal }));
  abort.abort();
  expect((await call).code).toBe(Code.Canceled);
  const ports = createClient(NetworkDriverService, transport).observePorts({ target }, { timeoutMs: 50 });
  expect((await failureOf(Array.fromAsync(ports))).code).toBe(Code.DeadlineExceeded);
  expect(aborted[0]).toBe("true");
});

test("calls that bring no deadline get the default", async () => {
  const transport = await serveWithConnect((router) =>
    router.service(DriverService, {
      probe: (_request, context) => ({ message: String((context.timeoutMs() ?? 0) > 25_000) }),
    }),
  );
  expect((await createClient(DriverService, transport).probe({ target })).message).toBe("true");
});

test("streams of requests work too, as reflection needs", async () => {
  const transport = await serveWithConnect((router) =>
    router.service(ServerReflection, {
      async *serverReflectionInfo(requests) {
        for await (const { host } of requests) yield { validHost: host };
      },
    }),
  );
  async function* hosts() {
    for (const host of ["a", "b", "c"]) yield { host };
  }
  const answers = await Array.fromAsync(createClient(ServerReflection, transport).serverReflectionInfo(hosts()));
  expect(answers.map(({ validHost }) => validHost)).toEqual(["a", "b", "c"]);
});

test("messages over 4 MiB are refused in either direction", async () => {
  const transport = await serveWithConnect((router) =>
    router.service(DriverService, { probe: () => ({ message: "x".repeat(5 * 1024 * 1024) }) }),
  );
  const client = createClient(DriverService, transport);
  expect((await failureOf(client.probe({ target }))).code).toBe(Code.ResourceExhausted);
  const large = { instance: "one", endpoint: "x".repeat(5 * 1024 * 1024) };
  expect((await failureOf(client.probe({ target: large }))).code).toBe(Code.ResourceExhausted);
});

test("nobody there is UNAVAILABLE", async () => {
  const client = createClient(DriverService, connectTo({ socket: "/nonexistent/s" }));
  expect((await failureOf(client.probe({ target }))).code).toBe(Code.Unavailable);
});

test("over TLS both sides prove themselves", async () => {
  const read = (name: string): Buffer =>
    readFileSync(new URL(`../../test/conformance/fixtures/tls/${name}.pem`, import.meta.url));
  const server = new Server();
  addService(server, DriverService, driverService);
  const pair = { private_key: read("driver-key"), cert_chain: read("driver") };
  const credentials = ServerCredentials.createSsl(read("authority"), [pair], true);
  const port = await new Promise<number>((resolve, reject) =>
    server.bindAsync("127.0.0.1:0", credentials, (error, bound) => (error ? reject(error) : resolve(bound))),
  );
  onTestFinished(() => server.forceShutdown());
  const address = { endpoint: `127.0.0.1:${port}`, authority: read("authority"), serverName: "driver.test" };

  const core = connectTo({ ...address, key: read("core-key"), certificate: read("core") });
  expect((await createClient(DriverService, core).probe({ target })).message).toBe("nothing is managed");
  const wrongName = connectTo({
    ...address,
    serverName: "other.test",
    key: read("core-key"),
    certificate: read("core"),
  });
  expect((await failureOf(createClient(DriverService, wrongName).probe({ target }))).code).toBe(Code.Unavailable);
});

test("nothing goes on waiting for a server that never came, once the channel is closed", async () => {
  const transport = createGrpcTransport({ address: { socket: join(temporaryDirectory(), "nobody.sock") } });
  const waiting = transport.ready(new AbortController().signal);
  transport.close();
  await expect(waiting).rejects.toThrow(/closed|connect/);
});
