import { create } from "@bufbuild/protobuf";
import { Code, createClient } from "@connectrpc/connect";
import { afterAll, beforeAll, expect, test } from "vitest";
import { ControlService } from "../../gen/bedplate/control/v1/control_service_pb.js";
import { OobDriverService } from "../../gen/bedplate/driver/v1/oob_driver_service_pb.js";
import {
  Health,
  HealthCheckRequestSchema,
  HealthCheckResponse_ServingStatus as Status,
} from "../../gen/grpc/health/v1/health_pb.js";
import { grpcClient, grpcUnary } from "../../test/support/any-client.ts";
import { serve, stubService } from "../../test/support/stub-mesh.ts";
import { unbuilt } from "../../test/support/unbuilt-service.ts";
import { isPlanned } from "./method-role.ts";
import { createNetworkTransport, type NetworkTransport } from "./network-transport.ts";

const unbuiltService = unbuilt(OobDriverService);
let server: Awaited<ReturnType<typeof serve>>;
let transport: NetworkTransport;
beforeAll(async () => {
  server = await serve([stubService(ControlService), stubService(unbuiltService)]);
  transport = createNetworkTransport({ url: server.url });
});
afterAll(async () => {
  transport.close();
  await server.close();
});

test("check tells the truth per service, to anybody", async () => {
  using client = grpcClient(server.url);
  const check = (service: string) =>
    grpcUnary(client, Health.method.check, create(HealthCheckRequestSchema, { service }));
  expect(unbuiltService.methods.every(isPlanned)).toBe(true);
  expect(await check(unbuiltService.typeName)).toMatchObject({ status: Status.NOT_SERVING });
  expect(await check(ControlService.typeName)).toMatchObject({ status: Status.SERVING });
  expect(await check("")).toMatchObject({ status: Status.SERVING });
  await expect(check("acme.v1.Nothing")).rejects.toMatchObject({ code: Code.NotFound });
});

test("list has every service and the whole", async () => {
  const { statuses } = await createClient(Health, transport).list({});
  expect(Object.keys(statuses)).toEqual(expect.arrayContaining(["", ControlService.typeName, Health.typeName]));
  expect(statuses[unbuiltService.typeName]?.status).toBe(Status.NOT_SERVING);
});

test("watch follows a service, and waits for one that isn't there", async () => {
  const health = createClient(Health, transport);
  const stop = new AbortController();
  const watch = (service: string) => health.watch({ service }, { signal: stop.signal })[Symbol.asyncIterator]();
  const [known, unknown, whole] = [watch(ControlService.typeName), watch("acme.v1.Nothing"), watch("")];
  expect((await known.next()).value).toMatchObject({ status: Status.SERVING });
  expect((await unknown.next()).value).toMatchObject({ status: Status.SERVICE_UNKNOWN });
  expect((await whole.next()).value).toMatchObject({ status: Status.SERVING });
  server.host.health.set(ControlService, false);
  expect((await known.next()).value).toMatchObject({ status: Status.NOT_SERVING });
  expect((await whole.next()).value).toMatchObject({ status: Status.NOT_SERVING });
  server.host.health.set(ControlService, true);
  expect((await known.next()).value).toMatchObject({ status: Status.SERVING });
  stop.abort();
  await expect(known.next()).rejects.toMatchObject({ code: Code.Canceled });
});

test("a service with nothing built can't be set to serve, and after the shutdown none can", async () => {
  const { health } = server.host;
  health.set(unbuiltService, true);
  expect(health.get(unbuiltService.typeName)).toBe(false);
  health.shutdown();
  health.set(ControlService, true);
  expect(health.names().map(health.get)).not.toContain(true);
  expect(health.get("")).toBe(false);
});
