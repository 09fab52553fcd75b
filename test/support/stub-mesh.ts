import type { DescService } from "@bufbuild/protobuf";
import { type Logger, pino } from "pino";
import { ControlService } from "../../gen/bedplate/control/v1/control_service_pb.js";
import { DesignConsumerService } from "../../gen/bedplate/design/v1/design_consumer_service_pb.js";
import { DesignStateService } from "../../gen/bedplate/design/v1/design_state_service_pb.js";
import { DesignValidatorService } from "../../gen/bedplate/design/v1/design_validator_service_pb.js";
import { IntrospectionService } from "../../gen/bedplate/introspection/v1/introspection_service_pb.js";
import { OrchestratorService } from "../../gen/bedplate/orchestrator/v1/orchestrator_service_pb.js";
import { Role } from "../../gen/bedplate/type/v1/options_pb.js";
import { type Caller, createTokenAuthenticator, firstOf } from "../../src/mesh/caller.ts";
import { type ListenerOptions, listen } from "../../src/mesh/listener.ts";
import { isPlanned, methodName } from "../../src/mesh/method-role.ts";
import { createServiceHost, type MountedService, mount, type ServiceHostOptions } from "../../src/mesh/service-host.ts";

/** Every service a Bedplate process can hold. */
export const SERVICES: readonly DescService[] = [
  ControlService,
  DesignConsumerService,
  DesignStateService,
  DesignValidatorService,
  IntrospectionService,
  OrchestratorService,
];

/** One caller for each role there is; its token is `TOKEN-` and the role's name. */
export const CALLERS: readonly Caller[] = [
  { name: "node-1", role: Role.NODE, node: { design: "site-a", node: "n1", jobId: "j1" } },
  { name: "vera", role: Role.VIEWER },
  { name: "olga", role: Role.OPERATOR },
  { name: "ada", role: Role.ADMIN },
  { name: "orchestrator", role: Role.SERVICE },
];

/** The token of the caller with that role. */
export function tokenOf(role: Role): string {
  return `TOKEN-${Role[role]}`;
}

/** Knows the tokens of `CALLERS`. */
export const authenticator = firstOf(CALLERS.map((caller) => createTokenAuthenticator(tokenOf(caller.role), caller)));

/** A service whose every working RPC answers with an empty message and tells `reached` its name. */
export function stubService(service: DescService, reached: (name: string) => void = () => {}): MountedService {
  const methods = service.methods.filter((method) => !isPlanned(method));
  const implementation = methods.map((method) => {
    const answer = () => {
      reached(methodName(method));
      return {};
    };
    const stream = async function* () {
      yield answer();
    };
    return [method.localName, method.methodKind.endsWith("y") ? answer : stream];
  });
  return mount(service, Object.fromEntries(implementation) as Parameters<typeof mount>[1]);
}

/** A log kept in memory: `lines` has one parsed entry per line. */
export function memoryLog(): { readonly log: Logger; readonly lines: Record<string, unknown>[] } {
  const lines: Record<string, unknown>[] = [];
  const log = pino({ level: "debug" }, { write: (line: string) => void lines.push(JSON.parse(line)) });
  return { log, lines };
}

/** A host on a free loopback port; closed with `await using`. */
export async function serve(
  services: readonly MountedService[],
  options: Partial<ServiceHostOptions> & Partial<Omit<ListenerOptions, "host">> = {},
) {
  const log = options.log ?? pino({ level: "silent" });
  const host = createServiceHost({ authenticator, ...options, log, services });
  const address = { host: "127.0.0.1", port: 0, tls: options.tls !== undefined };
  const listener = await listen({ address, ...options, host, log });
  return {
    ...listener,
    host,
    [Symbol.asyncDispose]: () => listener.close({ graceMs: 0, streamGraceMs: 0 }),
  };
}
