import { timestampNow } from "@bufbuild/protobuf/wkt";
import { Code, type ConnectRouter } from "@connectrpc/connect";
import {
  DriverService,
  GetDriverInfoRequestSchema,
  ProbeRequestSchema,
} from "../../../../gen/bedplate/driver/v1/driver_service_pb.js";
import {
  EnsureAnnotationsRequestSchema,
  EnsureServerPowerRequestSchema,
  EnsureServerRequestSchema,
  EnsureServerRescueRequestSchema,
  EnsureSiteRequestSchema,
  GetServerHardwareRequestSchema,
  ListServerScriptResultsRequestSchema,
  ObserveServersRequestSchema,
  ObserveSiteRequestSchema,
  PlanServerRequestSchema,
  PlanServersRequestSchema,
  PlanSiteRequestSchema,
  ServerDriverService,
  WatchServersRequestSchema,
} from "../../../../gen/bedplate/driver/v1/server_driver_service_pb.js";
import type { ServerSpec } from "../../../../gen/bedplate/driver/v1/server_spec_pb.js";
import { ErrorReason, RetryKind } from "../../../../gen/bedplate/type/v1/error_pb.js";
import { plannedChange } from "../action.ts";
import { DriverError, invalidField } from "../driver-error.ts";
import { readManifest } from "../hardware/manifest.ts";
import { writePrecondition } from "../precondition.ts";
import { listResults } from "../scripts/list-results.ts";
import { ensureAnnotations } from "../server/annotations.ts";
import { ensurePower } from "../server/ensure-power.ts";
import { ensureRescue } from "../server/ensure-rescue.ts";
import { ensureServer } from "../server/ensure-server.ts";
import { findMachine } from "../server/find-machine.ts";
import { observeServers } from "../server/observe-servers.ts";
import { planServer } from "../server/plan-server.ts";
import { planServers } from "../server/plan-servers.ts";
import { serverPrecondition } from "../server/server-facts.ts";
import { ensureSite } from "../site/ensure-site.ts";
import { observedObjects, planObjects } from "../site/observed-objects.ts";
import { planSite } from "../site/plan-site.ts";
import { readSite, readWhole } from "../site/read-site.ts";
import type { SiteObject } from "../site/site-object.ts";
import { driverInfo } from "./driver-info.ts";
import type { Guard } from "./guard.ts";
import { probe } from "./probe.ts";
import type { Sessions } from "./sessions.ts";

/** The services of the driver. */
export function routes(guard: Guard, sessions: Sessions): (router: ConnectRouter) => void {
  return (router) => {
    router.service(DriverService, {
      getDriverInfo: guard.unary(GetDriverInfoRequestSchema, async (request) => driverInfo(request)),
      probe: guard.unary(ProbeRequestSchema, async ({ target }, context) => {
        const { message, version } = await probe(sessions.read(target, context));
        return { message, targetVersion: version };
      }),
    });
    router.service(ServerDriverService, {
      observeSite: guard.unary(ObserveSiteRequestSchema, async ({ target }, context) => {
        const state = await readWhole(sessions.read(target, context));
        return { objects: observedObjects(state).map(objectInit), observedAt: timestampNow() };
      }),
      planSite: guard.unary(PlanSiteRequestSchema, async ({ target, spec }, context) => {
        const wanted = required(spec, "spec");
        const state = await readSite(sessions.read(target, context), wanted);
        const objects = planObjects(state, wanted);
        return {
          changes: planSite(state, wanted).actions.map(plannedChange),
          objects: objects.map(objectInit),
          precondition: writePrecondition(objects),
        };
      }),
      ensureSite: guard.unary(EnsureSiteRequestSchema, async ({ target, spec, operation }, context) => {
        const wanted = required(spec, "spec");
        const running = required(operation, "operation");
        const { operationId, precondition } = running;
        const call = { target, operation: running, subject: `site ${wanted.name}` };
        const result = await sessions.write(call, context, (client, writer) =>
          ensureSite(client, { spec: wanted, operationId, precondition }, writer),
        );
        return { result };
      }),
      observeServers: guard.stream(ObserveServersRequestSchema, async function* ({ target, servers }, context) {
        for await (const batch of observeServers(sessions.read(target, context), servers)) yield { servers: batch };
      }),
      planServer: guard.unary(PlanServerRequestSchema, async ({ target, spec, phase }, context) => {
        const wanted = required(spec, "spec");
        const client = sessions.read(target, context, secretsOf(wanted));
        const machine = await findMachine(client, required(wanted.identity, "spec.identity"));
        const actions = await planServer(client, wanted, phase, machine);
        return { changes: actions.map(plannedChange), precondition: serverPrecondition(machine) };
      }),
      planServers: guard.stream(PlanServersRequestSchema, async function* ({ target, specs, phases }, context) {
        const client = sessions.read(target, context, specs.flatMap(secretsOf));
        for await (const plans of planServers(client, specs, phases)) yield { plans };
      }),
      ensureServer: guard.unary(EnsureServerRequestSchema, async (request, context) => {
        const { target, phase, allowDestroy } = request;
        const spec = required(request.spec, "spec");
        const operation = required(request.operation, "operation");
        const { operationId, precondition } = operation;
        const subject = required(spec.identity, "spec.identity").name;
        return sessions.write({ target, operation, subject, secrets: secretsOf(spec) }, context, (client, writer) =>
          ensureServer(client, { spec, phase, operationId, precondition, allowDestroy }, writer),
        );
      }),
      ensureServerPower: guard.unary(EnsureServerPowerRequestSchema, async (request, context) => {
        const { target, power } = request;
        const server = required(request.server, "server");
        const operation = required(request.operation, "operation");
        const { operationId, precondition } = operation;
        return sessions.write({ target, operation, subject: server.name }, context, (client, writer) =>
          ensurePower(client, { server, power, operationId, precondition }, writer),
        );
      }),
      ensureServerRescue: guard.unary(EnsureServerRescueRequestSchema, async (request, context) => {
        const { target, rescue } = request;
        const server = required(request.server, "server");
        const operation = required(request.operation, "operation");
        const { operationId, precondition } = operation;
        return sessions.write({ target, operation, subject: server.name }, context, (client, writer) =>
          ensureRescue(client, { server, rescue, operationId, precondition }, writer),
        );
      }),
      ensureAnnotations: guard.unary(EnsureAnnotationsRequestSchema, async (request, context) => {
        const { target } = request;
        const spec = required(request.spec, "spec");
        const operation = required(request.operation, "operation");
        const { operationId, precondition } = operation;
        const subject = required(spec.identity, "spec.identity").name;
        const call = { target, operation, subject, secrets: secretsOf(spec) };
        const result = await sessions.write(call, context, (client, writer) =>
          ensureAnnotations(client, { spec, operationId, precondition }, writer),
        );
        return { result };
      }),
      getServerHardware: guard.unary(GetServerHardwareRequestSchema, async ({ target, server }, context) => ({
        manifest: await readManifest(sessions.read(target, context), required(server, "server")),
      })),
      listServerScriptResults: guard.stream(ListServerScriptResultsRequestSchema, async function* (request, context) {
        const client = sessions.read(request.target, context);
        const server = required(request.server, "server");
        for await (const results of listResults(client, server, request.knownOutputs)) yield { results };
      }),
      // biome-ignore lint/correctness/useYield: a stream that only fails
      watchServers: guard.stream(WatchServersRequestSchema, async function* () {
        throw new DriverError("the MAAS driver does not watch servers; observe them instead", {
          code: Code.Unimplemented,
          reason: ErrorReason.CAPABILITY_UNDECLARED,
          retry: RetryKind.NEVER,
        });
      }),
    });
  };
}

function required<T>(value: T | undefined, path: string): T {
  if (value === undefined) throw invalidField(path, `${path} is missing`);
  return value;
}

function secretsOf({ oob, userData }: ServerSpec): string[] {
  // The token in the user data may be quoted alone.
  const token = /"token\\?"\s*:\s*\\?"([^"\\]+)/.exec(userData)?.[1] ?? "";
  return [oob?.credential ?? "", userData, token];
}

function objectInit({ type, name, summary, digest }: SiteObject) {
  return { type, name: name.slice(0, 253), summary, digest };
}
