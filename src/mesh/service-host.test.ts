import { create } from "@bufbuild/protobuf";
import { Code, ConnectError, createClient, type ServiceImpl } from "@connectrpc/connect";
import { describe, expect, test } from "vitest";
import { ControlService } from "../../gen/bedplate/control/v1/control_service_pb.js";
import { DesignConsumerService } from "../../gen/bedplate/design/v1/design_consumer_service_pb.js";
import { IntrospectionService } from "../../gen/bedplate/introspection/v1/introspection_service_pb.js";
import {
  OrchestratorService,
  ValidateDesignRequestSchema,
} from "../../gen/bedplate/orchestrator/v1/orchestrator_service_pb.js";
import { ErrorReason } from "../../gen/bedplate/type/v1/error_pb.js";
import { Role } from "../../gen/bedplate/type/v1/options_pb.js";
import { Health } from "../../gen/grpc/health/v1/health_pb.js";
import { callAny } from "../../test/support/any-client.ts";
import { authenticator, CALLERS, memoryLog, stubService } from "../../test/support/stub-mesh.ts";
import type { AuditEntry } from "./audit.ts";
import { callerOf } from "./call.ts";
import { authorOf, type Caller } from "./caller.ts";
import { errorDetail, failure } from "./failure.ts";
import { createInProcessTransport } from "./in-process-transport.ts";
import { createServiceClients, onBehalfOf } from "./service-clients.ts";
import { createServiceHost, mount, type ServiceHostOptions } from "./service-host.ts";

const SERVICE: Caller = { name: "control", role: Role.SERVICE };

function control(own: Partial<ServiceImpl<typeof ControlService>>) {
  const stubs = Object.fromEntries(ControlService.methods.map((method) => [method.localName, () => ({})]));
  return mount(ControlService, { ...stubs, ...own });
}

function inProcess(own: Partial<ServiceImpl<typeof ControlService>>, options: Partial<ServiceHostOptions> = {}) {
  const { log, lines } = memoryLog();
  const host = createServiceHost({ log, authenticator, services: [control(own)], ...options });
  return { lines, client: createClient(ControlService, createInProcessTransport(host, SERVICE)) };
}

async function failed(call: Promise<unknown>): Promise<ConnectError> {
  return call.then(() => expect.fail("the call went through"), ConnectError.from);
}

describe("a contract and its code must agree", () => {
  const getSelf = () => ({});
  const all = {
    getSelf,
    reportHardware: getSelf,
    reportStatus: getSelf,
    appendLog: getSelf,
    registerNodeToken: getSelf,
    revokeNodeTokens: getSelf,
  };

  test("all working RPCs and no planned one: fine", () => {
    expect(mount(IntrospectionService, all).service).toBe(IntrospectionService);
  });

  test("a working RPC left out", () => {
    const { reportStatus: _, ...rest } = all;
    expect(() => mount(IntrospectionService, rest)).toThrow("IntrospectionService/ReportStatus is not written");
  });

  test("a planned RPC written", () => {
    const heartbeat = () => ({});
    expect(() => mount(IntrospectionService, { ...all, heartbeat })).toThrow('take the option "planned" off');
  });

  test("code for no RPC", () => {
    expect(() => mount(IntrospectionService, { ...all, getSelv: getSelf } as typeof all)).toThrow("no RPC for getSelv");
  });

  test("an RPC without a role is refused at start", () => {
    const service = { ...Health, typeName: "acme.v1.Health" };
    const methods = Health.methods.map((method) => ({ ...method, parent: service }));
    const check = () => ({});
    expect(() => mount({ ...service, methods }, { check, list: check })).toThrow("acme.v1.Health/Check has no role");
  });
});

test("a planned RPC says so before it looks at the request", async () => {
  const { log } = memoryLog();
  const host = createServiceHost({ log, authenticator, services: [stubService(IntrospectionService)] });
  const node = { name: "n1", role: Role.NODE, node: { design: "d", node: "n1", jobId: "j" } };
  const client = createClient(IntrospectionService, createInProcessTransport(host, node));
  const error = await failed(client.getAsset({}));
  expect(error.code).toBe(Code.Unimplemented);
  expect(error.rawMessage).toBe("bedplate.introspection.v1.IntrospectionService/GetAsset is not built yet");
  expect(errorDetail(error)?.reason).toBe(ErrorReason.NOT_IMPLEMENTED);
});

test("what a service didn't foresee is an incident: told by id, logged with its stack", async () => {
  const { client, lines } = inProcess({
    whoAmI() {
      throw new TypeError("password=hunter2");
    },
  });
  const error = await failed(client.whoAmI({}));
  expect(error.code).toBe(Code.Internal);
  expect(JSON.stringify([error.message, error.details])).not.toContain("hunter2");
  const logged = lines.find((line) => line.event === "incident");
  expect(error.rawMessage).toContain(String(logged?.incident));
  expect(logged).toMatchObject({ err: { stack: expect.stringContaining("service-host.test.ts") } });
});

test("a stream that breaks in the middle is shaped too", async () => {
  const { client } = inProcess({
    async *followJob() {
      yield {};
      throw new Error("hunter2");
    },
  });
  const seen: unknown[] = [];
  const read = async () => {
    for await (const event of client.followJob({ jobId: "j-1" })) seen.push(event);
  };
  const error = await failed(read());
  expect(seen).toHaveLength(1);
  expect(errorDetail(error)?.reason).toBe(ErrorReason.INTERNAL);
  expect(error.message).not.toContain("hunter2");
});

test("a failure of a service arrives as it was thrown", async () => {
  const { client } = inProcess({
    applyPlan() {
      throw failure(Code.FailedPrecondition, ErrorReason.PLAN_STALE, "subnet 10.1.0.0/24 moved", {
        subject: "10.1.0.0/24",
      });
    },
  });
  const error = await failed(client.applyPlan({ planId: "p-1", planDigest: "0".repeat(64), requestId: "request-1" }));
  expect(error.code).toBe(Code.FailedPrecondition);
  expect(errorDetail(error)).toMatchObject({ reason: ErrorReason.PLAN_STALE, subject: "10.1.0.0/24" });
});

test("a request that breaks its bounds names every field, and never reaches the code", async () => {
  const { log } = memoryLog();
  const host = createServiceHost({
    log,
    authenticator,
    services: [stubService(DesignConsumerService), stubService(OrchestratorService, () => expect.fail("reached"))],
  });
  const transport = createInProcessTransport(host, SERVICE);
  const client = createClient(OrchestratorService, transport);
  const error = await failed(client.createPlan({ design: "-", selector: { names: ["n".repeat(300)] } }));
  expect(error.code).toBe(Code.InvalidArgument);
  const detail = errorDetail(error);
  expect(detail).toMatchObject({ reason: ErrorReason.INVALID_FIELD, fieldPath: detail?.diagnostics[0]?.field });
  expect(detail?.diagnostics.map((each) => each.field)).toEqual(
    expect.arrayContaining(["design", "selector.names[0]"]),
  );
  const request = create(ValidateDesignRequestSchema, { design: "?" });
  const stream = await failed(callAny(transport, OrchestratorService.method.watchEvents, {}));
  expect(stream.code).toBe(Code.InvalidArgument);
  expect(errorDetail(stream)?.reason).toBe(ErrorReason.INVALID_FIELD);
  expect(
    errorDetail(await failed(callAny(transport, OrchestratorService.method.validateDesign, { request })))?.fieldPath,
  ).toBe("design");
});

describe("every call ends", () => {
  const never = () => new Promise<never>(() => {});

  test("at the server's deadline, when the handler hears nothing", async () => {
    const { client } = inProcess({ whoAmI: never }, { deadlines: { defaultMs: 10, maxMs: 20 } });
    const error = await failed(client.whoAmI({}, { timeoutMs: 5_000 }));
    expect(error.code).toBe(Code.DeadlineExceeded);
    expect(errorDetail(error)?.reason).toBe(ErrorReason.DEADLINE_EXCEEDED);
  });

  test("when its caller gives up, and the handler learns of it", async () => {
    const began = Promise.withResolvers<AbortSignal>();
    const { client } = inProcess({
      whoAmI(_request, { signal }) {
        began.resolve(signal);
        return never();
      },
    });
    const caller = new AbortController();
    const call = failed(client.whoAmI({}, { signal: caller.signal }));
    const signal = await began.promise;
    const heard = new Promise((resolve) => signal.addEventListener("abort", resolve));
    caller.abort();
    expect((await call).code).toBe(Code.Canceled);
    await heard;
  });

  test("a stream too, when its handler waits for something else", async () => {
    const began = Promise.withResolvers<void>();
    const { client, lines } = inProcess({
      async *followJob() {
        began.resolve();
        await never();
        yield {};
      },
    });
    const caller = new AbortController();
    const read = async () => {
      for await (const _ of client.followJob({ jobId: "j-1" }, { signal: caller.signal })) expect.fail("nothing comes");
    };
    const call = failed(read());
    await began.promise;
    caller.abort();
    expect((await call).code).toBe(Code.Canceled);
    await expect.poll(() => lines.find((line) => line.event === "rpc")?.outcome).toBe("CANCELED");
  });
});

test("a service calls on behalf of somebody, and only a service is believed", async () => {
  const authors: string[] = [];
  const { log } = memoryLog();
  const services = [
    control({
      whoAmI(_request, { values }) {
        authors.push(authorOf(callerOf(values)));
        return {};
      },
    }),
  ];
  const host = createServiceHost({ log, authenticator, services });
  const olga = CALLERS.find((caller) => caller.role === Role.OPERATOR) as Caller;
  for (const caller of [SERVICE, { name: "mallory", role: Role.VIEWER }]) {
    const transport = createInProcessTransport(host, caller);
    const clients = createServiceClients(() => ({ local: { services: host.services, transport } }));
    await clients.clientFor(ControlService).whoAmI({}, onBehalfOf(olga));
  }
  expect(authors).toEqual(["olga", "mallory"]);
});

test("a client for a service nobody runs is refused by name", () => {
  expect(() => createServiceClients({}).clientFor(ControlService)).toThrow(
    "bedplate.control.v1.ControlService runs neither",
  );
});

test("the log has one line per call and nothing of its messages", async () => {
  const reports: unknown[] = [];
  const { client, lines } = inProcess(
    { whoAmI: () => ({ name: "hunter2" }) },
    { onCall: (report) => reports.push(report) },
  );
  await client.whoAmI({});
  await failed(client.validateDesign({ design: "hunter2!" }));
  const calls = lines.filter((line) => line.event === "rpc");
  expect(calls).toMatchObject([
    { method: "bedplate.control.v1.ControlService/WhoAmI", caller: "control", peer: "in-process", outcome: "ok" },
    { method: "bedplate.control.v1.ControlService/ValidateDesign", caller: "control", outcome: "INVALID_ARGUMENT" },
  ]);
  expect(calls.every((line) => typeof line.ms === "number")).toBe(true);
  expect(JSON.stringify(lines)).not.toContain("hunter2");
  expect(reports).toMatchObject([{ outcome: "ok" }, { outcome: "INVALID_ARGUMENT" }]);
});

test("a lost audit record is logged whole, and the call still answered", async () => {
  const audit = { applies: () => true, record: (_: AuditEntry) => Promise.reject(new Error("disk full")) };
  const { client, lines } = inProcess({ cancelJob: () => ({}) }, { audit });
  await client.cancelJob({ jobId: "j-1" });
  expect(lines.find((line) => line.event === "audit-lost")).toMatchObject({ subject: "job_id=j-1", outcome: "ok" });
});
