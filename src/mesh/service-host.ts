import type { DescMethod, DescService } from "@bufbuild/protobuf";
import {
  Code,
  type ConnectRouter,
  createConnectRouter,
  type HandlerContext,
  type ServiceImpl,
} from "@connectrpc/connect";
import type { UniversalHandler } from "@connectrpc/connect/protocol";
import { compressionGzip } from "@connectrpc/connect-node";
import { ErrorReason, file_bedplate_type_v1_error } from "../../gen/bedplate/type/v1/error_pb.js";
import { Role } from "../../gen/bedplate/type/v1/options_pb.js";
import { Health } from "../../gen/grpc/health/v1/health_pb.js";
import { ServerReflection as ReflectionV1 } from "../../gen/grpc/reflection/v1/reflection_pb.js";
import { ServerReflection as ReflectionV1Alpha } from "../../gen/grpc/reflection/v1alpha/reflection_pb.js";
import { createAuthorizer } from "./authorize.ts";
import { callOf } from "./call.ts";
import type { Authenticator } from "./caller.ts";
import { createDeadlineInterceptor } from "./deadline-interceptor.ts";
import { createErrorInterceptor, logIncident } from "./error-interceptor.ts";
import { failure } from "./failure.ts";
import { createHealthRegistry, type HealthRegistry } from "./health-registry.ts";
import { createHealthService } from "./health-service.ts";
import { COMMON_SERVICES, isPlanned, methodName, roleOf } from "./method-role.ts";
import { type CallObservers, observeCalls } from "./observe-call.ts";
import { createReflectionIndex } from "./reflection-index.ts";
import { createReflectionService } from "./reflection-service.ts";
import { shapeError } from "./shape-error.ts";
import { createValidationInterceptor } from "./validation.ts";

/** Largest message either way, in bytes. */
export const MAX_MESSAGE_BYTES = 4 * 1024 * 1024;

// Nobody who needs no credentials has much to say.
const MAX_COMMON_MESSAGE_BYTES = 64 * 1024;

/** A service together with the code behind it. */
export type MountedService = {
  readonly service: DescService;
  readonly mountOn: (router: ConnectRouter) => void;
};

/** What a host is made of. */
export type ServiceHostOptions = CallObservers & {
  readonly services: readonly MountedService[];
  readonly authenticator: Authenticator;
  /** Shared by all hosts of a process; by default one of the host's own. */
  readonly health?: HealthRegistry;
  /** Milliseconds a unary call may take when the caller names no deadline (60,000), and whatever it names (600,000). */
  readonly deadlines?: { readonly defaultMs: number; readonly maxMs: number };
};

/** Services ready to be called, over any transport: authorised, bounded, validated, logged, with errors in one form. */
export interface ServiceHost {
  /** One handler per RPC, those of health and reflection included. */
  readonly handlers: readonly UniversalHandler[];
  /** Our services here, without health and reflection. */
  readonly services: readonly DescService[];
  /** How they are doing. */
  readonly health: HealthRegistry;
}

/**
 * Joins a contract and its code. RPCs the contract calls `planned` are left out of the code and answer UNIMPLEMENTED
 * with NOT_IMPLEMENTED to whoever may call them. Throws if the two disagree: an RPC without a role, one neither planned nor written, or both.
 */
export function mount<S extends DescService>(service: S, implementation: Partial<ServiceImpl<S>>): MountedService {
  const written = implementation as Readonly<Record<string, unknown>>;
  for (const method of service.methods) {
    const own = written[method.localName];
    if (roleOf(method) === Role.UNSPECIFIED) throw new Error(`${methodName(method)} has no role: nobody could call it`);
    if (isPlanned(method) && own !== undefined) {
      throw new Error(`${methodName(method)} is written; take the option "planned" off its contract`);
    }
    if (!isPlanned(method) && typeof own !== "function") {
      throw new Error(`${methodName(method)} is not written; write it or give its contract the option "planned"`);
    }
  }
  const unknown = Object.keys(written).find((name) => service.method[name] === undefined);
  if (unknown !== undefined) throw new Error(`${service.typeName} has no RPC for ${unknown}`);
  return { service, mountOn: (router) => void router.service(service, implementation) };
}

/** Puts services behind the mesh's gates, and health and reflection beside them. */
export function createServiceHost(options: ServiceHostOptions): ServiceHost {
  const { log } = options;
  const services = options.services.map((each) => each.service);
  const all = [...services, ...COMMON_SERVICES];
  const health = options.health ?? createHealthRegistry(all);
  const authorize = createAuthorizer(options.authenticator);
  const router = createConnectRouter({
    acceptCompression: [compressionGzip],
    readMaxBytes: MAX_MESSAGE_BYTES,
    writeMaxBytes: MAX_MESSAGE_BYTES,
    jsonOptions: { ignoreUnknownFields: false },
    requestGate: (context) => enter(context, authorize, options),
    interceptors: [
      createErrorInterceptor(log),
      createDeadlineInterceptor(options.deadlines ?? { defaultMs: 60_000, maxMs: 600_000 }),
      createValidationInterceptor(),
    ],
  });
  for (const each of options.services) each.mountOn(router);
  const small = { readMaxBytes: MAX_COMMON_MESSAGE_BYTES };
  const reflection = createReflectionService(createReflectionIndex(all, [file_bedplate_type_v1_error]));
  router.service(Health, createHealthService(health), small);
  router.service(ReflectionV1, reflection, small);
  // The two versions differ in nothing but the package name.
  router.service(ReflectionV1Alpha, reflection as unknown as Partial<ServiceImpl<typeof ReflectionV1Alpha>>, small);
  return { services, health, handlers: router.handlers.map((handler) => observeCalls(handler, options)) };
}

async function enter(
  context: HandlerContext,
  authorize: (context: HandlerContext) => Promise<void>,
  { log }: CallObservers,
): Promise<void> {
  const call = callOf(context.values);
  call.signal = context.signal;
  try {
    if (call.refusal !== undefined) throw call.refusal;
    await authorize(context);
    // Before anybody is told what is wrong with a request that nothing would answer anyway.
    if (isPlanned(context.method)) throw notBuilt(context.method);
  } catch (caught) {
    const { error, incident } = shapeError(caught, context.signal);
    if (incident !== undefined) logIncident(log, methodName(context.method), incident);
    call.error = error;
    throw error;
  }
}

function notBuilt(method: DescMethod): Error {
  const name = methodName(method);
  return failure(Code.Unimplemented, ErrorReason.NOT_IMPLEMENTED, `${name} is not built yet`, { subject: name });
}
