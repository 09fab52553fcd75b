import { createHash } from "node:crypto";
import { EventEmitter, on } from "node:events";
import { create, type DescService, type MessageInitShape } from "@bufbuild/protobuf";
import { durationFromMs, timestampMs } from "@bufbuild/protobuf/wkt";
import { type Client, Code, ConnectError, createClient, createRouterTransport } from "@connectrpc/connect";
import {
  type CapabilitySchema,
  DriverKind,
  DriverService,
  type GetDriverInfoResponse,
  GetDriverInfoResponseSchema,
} from "../../gen/bedplate/driver/v1/driver_service_pb.js";
import { NetworkDriverService } from "../../gen/bedplate/driver/v1/network_driver_service_pb.js";
import { BootDevice, OobDriverService } from "../../gen/bedplate/driver/v1/oob_driver_service_pb.js";
import {
  type ObservedServerSchema,
  PowerNeed,
  PowerState,
  type ScriptResultSchema,
  ServerDriverService,
  ServerPhase,
  ServerState,
} from "../../gen/bedplate/driver/v1/server_driver_service_pb.js";
import type { ServerSpec } from "../../gen/bedplate/driver/v1/server_spec_pb.js";
import type {
  EnsureResultSchema,
  Operation,
  PlannedChangeSchema,
  Target,
} from "../../gen/bedplate/driver/v1/target_pb.js";
import { PluginState } from "../../gen/bedplate/orchestrator/v1/driver_instance_pb.js";
import { ErrorDetailSchema, ErrorReason, RetryKind } from "../../gen/bedplate/type/v1/error_pb.js";
import type { HardwareManifestSchema } from "../../gen/bedplate/type/v1/hardware_pb.js";
import type { PluginHost } from "../../src/plugins/plugin-host.ts";

/** A machine of the simulated provisioner. */
export interface Machine {
  readonly name: string;
  state: ServerState;
  specDigest: string;
  userData: string;
  /** Grows with every change, whoever makes it. */
  version: number;
  nics: string[];
  network: string;
  storage: string;
  power: PowerState;
  tags: readonly string[];
  ownerData: Readonly<Record<string, string>>;
  /** What someone changed on the installed machine by hand: what plans of it then say. */
  drift: readonly MessageInitShape<typeof PlannedChangeSchema>[];
}

/** A small provisioner with level-based drivers before it, for tests of what calls drivers. */
export interface DriverWorld {
  readonly machines: Map<string, Machine>;
  /** DNS servers of the one subnet; the plan of a site rests on it. */
  dns: string;
  siteDone: boolean;
  /** What the plan of a site says its one change comes to. */
  siteChange: string;
  /** What the network of a machine that isn't configured as designed is said to be like, in plans. */
  networkNow: string;
  /** What driver plans refuse of a machine; empty for nothing. */
  refusal: (name: string, phase: ServerPhase) => string;
  /** Every effective write, such as "deploy n000". */
  readonly ledger: string[];
  /** Operation ids in the order calls with new ones came, by what they were for. */
  readonly operations: Map<string, Set<string>>;
  /** Targets as the driver saw them last. */
  lastTarget: Target | undefined;
  /** BMC passwords as the OOB driver got them, by machine. */
  readonly credentials: Map<string, string>;
  /** Most calls that were under way at the same time. */
  busiest: number;
  /** Asked before every call; what it throws the call fails with, and what it waits for the call waits for. Calls about a machine's phase bring the signal that aborts them. */
  before: (method: string, subject: string, signal?: AbortSignal) => Promise<void> | void;
  /** Machines that get no further for now; a driver asked about one says to ask again after `busyMs`. */
  readonly busy: Set<string>;
  busyMs: number;
  /** Tells changes of machines to all who watch. */
  tell: (names: readonly string[]) => void;
  /** How many watch now, and who is told when that changes. */
  watchers: number;
  watched: (watchers: number) => void;
  /** Whether the provisioner switches no power: machines it works on stand still until somebody else boots them, and must be off before. */
  leavesPower: boolean;
  /** Told when a machine has booted what was installed. */
  booted: (machine: Machine) => void;
  /** What scripts said that ran on machines, by machine; told when the driver declares "script-results". */
  readonly scripts: Map<string, readonly MessageInitShape<typeof ScriptResultSchema>[]>;
  /** The drivers, as plugins of a host. */
  readonly plugins: Pick<PluginHost, "client" | "info" | "state">;
}

/** An error as a driver gives it. */
export function driverFailure(code: Code, reason: ErrorReason, message: string, retryMs?: number): ConnectError {
  const retry = retryMs === undefined ? {} : { retry: { kind: RetryKind.AFTER, delay: durationFromMs(retryMs) } };
  return new ConnectError(message, code, undefined, [{ desc: ErrorDetailSchema, value: { reason, ...retry } }]);
}

type Result = MessageInitShape<typeof EnsureResultSchema>;

/** What a provisioner that switches no power needs of it; in any other state that the machine is off. */
const NEEDS: ReadonlyMap<ServerState, PowerNeed> = new Map([
  [ServerState.COMMISSIONING, PowerNeed.NETWORK_BOOT],
  [ServerState.DEPLOYING, PowerNeed.NETWORK_BOOT],
  [ServerState.DEPLOYED, PowerNeed.UNSPECIFIED],
]);

const RETRY_MS = 2;
/** Without parameters a capability has no bounds. */
const CAPABILITIES = [
  ...["plan-servers", "power", "annotate", "site.networks", "site.dhcp", "site.static-routes", "site.authorized-keys"],
  ...["server.power", "server.alias", "network.bond", "network.vlan", "network.address"],
  ...["storage.layout", "storage.partitions", "storage.lvm", "deploy.kernel-params", "deploy.user-data"],
].map((name) => ({ name }));

/** What differs from the usual of a world's driver. */
export interface DriverOptions {
  readonly maxInFlight?: number;
  /** Whether it declares "watch-servers"; false by default. */
  readonly watchServers?: boolean;
  /** Whether it declares "plan-servers"; true by default. */
  readonly planServers?: boolean;
  /** Whether it declares "script-results"; false by default. */
  readonly scriptResults?: boolean;
  /** What it declares in place of the usual. */
  readonly capabilities?: readonly MessageInitShape<typeof CapabilitySchema>[];
}

/** Makes a world of machines nobody has enlisted yet. */
export function createDriverWorld(names: readonly string[], options: DriverOptions = {}): DriverWorld {
  let underWay = 0;
  const told = new EventEmitter();
  const machines = new Map(names.map((name) => [name, newMachine(name)]));
  const world: DriverWorld = {
    machines,
    dns: "10.0.0.2",
    siteDone: false,
    scripts: new Map(),
    leavesPower: false,
    siteChange: "vid 7",
    networkNow: "",
    refusal: () => "",
    ledger: [],
    operations: new Map(),
    lastTarget: undefined,
    credentials: new Map(),
    busiest: 0,
    before: () => {},
    booted: () => {},
    busy: new Set(),
    busyMs: 600_000,
    tell: (names) => told.emit("told", names),
    watchers: 0,
    watched: () => {},
    plugins: { client, info, state: () => ({ state: PluginState.READY, starts: 1, message: "" }) },
  };

  /** Notes a call, lets the test interfere, and holds it until then. */
  const enter = async <Answer>(
    method: string,
    subject: string,
    target: Target | undefined,
    work: () => Answer,
    signal?: AbortSignal,
  ): Promise<Answer> => {
    underWay++;
    world.busiest = Math.max(world.busiest, underWay);
    try {
      world.lastTarget = target;
      await world.before(method, subject, signal);
      return work();
    } finally {
      underWay--;
    }
  };

  const transport = createRouterTransport(({ service }) => {
    service(DriverService, {
      getDriverInfo: () => driverInfo(options),
      probe: ({ target }) => enter("probe", "", target, () => ({ message: "all well", targetVersion: "1" })),
    });
    service(ServerDriverService, {
      observeSite: () => ({ objects: [subnet(world)] }),
      planSite: ({ target }) =>
        enter("planSite", "site", target, () => ({
          objects: [subnet(world)],
          changes: world.siteDone ? [] : [{ object: "vlan 7", action: "create", after: world.siteChange }],
          precondition: `site ${world.dns}`,
        })),
      ensureSite: ({ target, operation }) =>
        enter("ensureSite", "site", target, () => {
          check(world, "site", operation, `site ${world.dns}`);
          const changed = !world.siteDone;
          if (changed) world.ledger.push("site");
          world.siteDone = true;
          return { result: done(changed, `site ${world.dns}`) };
        }),
      async *observeServers({ target, servers }) {
        await enter("observeServers", servers.map(({ name }) => name).join(","), target, () => {});
        yield { servers: servers.map(({ name }) => observed(world, name, machines.get(name))) };
      },
      async *planServers({ target, specs, phases }) {
        await enter("planServers", specs.map(({ identity }) => identity?.name).join(","), target, () => {});
        yield {
          plans: specs.flatMap((spec) =>
            phases.map((phase) => {
              const name = spec.identity?.name ?? "";
              const refusal = world.refusal(name, phase);
              const changes = refusal === "" ? planned(world, machines.get(name), spec, phase) : [];
              return { name, phase, changes, refusal, precondition: `${machines.get(name)?.version ?? ""}` };
            }),
          ),
        };
      },
      planServer: ({ target, spec, phase }) => {
        const name = spec?.identity?.name ?? "";
        return enter("planServer", name, target, () => {
          const refusal = world.refusal(name, phase);
          if (refusal !== "") throw driverFailure(Code.FailedPrecondition, ErrorReason.TARGET_REJECTED, refusal);
          const machine = machines.get(name);
          const changes = spec === undefined ? [] : planned(world, machine, spec, phase);
          return { changes, precondition: `${machine?.version ?? ""}` };
        });
      },
      async *watchServers({ target }, { signal }) {
        await enter("watchServers", "", target, () => {});
        const changes = on(told, "told", { signal });
        world.watched(++world.watchers);
        signal.addEventListener("abort", () => world.watched(--world.watchers), { once: true });
        yield {};
        for await (const [names] of changes) {
          yield { servers: (names as string[]).map((name) => observed(world, name, machines.get(name))) };
        }
      },
      ensureServer: ({ target, spec, phase, operation, allowDestroy }, { signal }) => {
        const name = spec?.identity?.name ?? "";
        return enter(
          `ensure ${ServerPhase[phase]}`,
          name,
          target,
          () => {
            const machine = machines.get(name);
            if (machine === undefined || spec === undefined) {
              throw driverFailure(Code.NotFound, ErrorReason.NOT_FOUND, `there is no machine ${name}`);
            }
            check(world, `${ServerPhase[phase]} ${name}`, operation, `${machine.version}`);
            const result = world.busy.has(name)
              ? inProgress(world.busyMs)
              : ensure(world, machine, spec, phase, allowDestroy);
            return {
              result: { ...result, precondition: `${machine.version}` },
              observed: observed(world, name, machine),
            };
          },
          signal,
        );
      },
      ensureServerPower: ({ target, server, power, operation }) =>
        enter(`power ${PowerState[power]}`, server?.name ?? "", target, () => {
          const machine = machineOf(machines, server?.name);
          check(world, `power ${machine.name}`, operation, `${machine.version}`);
          const result = switchPower(world, machine, power);
          return {
            result: { ...result, precondition: `${machine.version}` },
            observed: observed(world, machine.name, machine),
          };
        }),
      ensureAnnotations: ({ target, spec, operation }) =>
        enter("annotate", spec?.identity?.name ?? "", target, () => {
          const machine = machineOf(machines, spec?.identity?.name);
          check(world, `annotate ${machine.name}`, operation, `${machine.version}`);
          return { result: { ...annotate(world, machine, spec), precondition: `${machine.version}` } };
        }),
      getServerHardware: ({ target, server }) =>
        enter("getServerHardware", server?.name ?? "", target, () => ({
          manifest: manifest(machines.get(server?.name ?? "")),
        })),
      async *listServerScriptResults({ target, server, knownOutputs }) {
        const name = server?.name ?? "";
        const results = await enter("listServerScriptResults", name, target, () => world.scripts.get(name) ?? []);
        for (const result of results) {
          const isKnown = knownOutputs.includes(result.outputDigest ?? "");
          yield { results: [isKnown ? { ...result, output: "" } : result] };
        }
      },
    });
    service(OobDriverService, {
      getPower: ({ target, subject }) =>
        enter("getPower", subject?.server?.name ?? "", target, () => ({
          power: machineOf(machines, subject?.server?.name).power,
        })),
      ensureBootDevice: ({ target, subject, device, operation }) =>
        enter("boot device", subject?.server?.name ?? "", target, () => {
          const machine = machineOf(machines, subject?.server?.name);
          check(world, `boot device ${machine.name}`, operation, undefined);
          world.ledger.push(`boot ${BootDevice[device]} ${machine.name}`);
          return { result: done(true) };
        }),
      ensurePower: ({ target, subject, power, operation }) =>
        enter(`power ${PowerState[power]}`, subject?.server?.name ?? "", target, () => {
          const machine = machineOf(machines, subject?.server?.name);
          check(world, `power ${machine.name}`, operation, undefined);
          world.credentials.set(machine.name, subject?.oob?.credential ?? "");
          return { result: switchPower(world, machine, power) };
        }),
    });
    service(NetworkDriverService, {
      ensureNetwork: ({ target, spec, operation }) =>
        enter("ensureNetwork", spec?.server?.name ?? "", target, () => {
          check(world, `ports ${spec?.server?.name}`, operation, undefined);
          return { result: done(false, "") };
        }),
    });
  });

  function client<S extends DescService>(_plugin: string, service: S): Client<S> {
    return createClient(service, transport);
  }
  function info(plugin: string): Promise<GetDriverInfoResponse> {
    if (plugin === "fake") return Promise.resolve(create(GetDriverInfoResponseSchema, driverInfo(options)));
    return Promise.reject(driverFailure(Code.NotFound, ErrorReason.NOT_FOUND, `there is no plugin "${plugin}"`));
  }
  return world;
}

function newMachine(name: string): Machine {
  const nics = ["0000:00:03.0", "0000:00:04.0"];
  return {
    ...{ name, state: ServerState.ENLISTED, specDigest: "", userData: "", version: 1, network: "", storage: "" },
    ...{ nics, power: PowerState.OFF, tags: [], ownerData: {}, drift: [] },
  };
}

function driverInfo({
  maxInFlight = 16,
  planServers = true,
  watchServers = false,
  scriptResults = false,
  capabilities = CAPABILITIES,
}: DriverOptions): MessageInitShape<typeof GetDriverInfoResponseSchema> {
  return {
    name: "test.fake",
    version: "1.0.0",
    kinds: [DriverKind.SERVER, DriverKind.NETWORK, DriverKind.OOB],
    protocolPackages: ["bedplate.driver.v1"],
    limits: { maxInFlight },
    capabilities: [
      ...capabilities.filter(({ name }) => planServers || name !== "plan-servers"),
      ...(watchServers ? [{ name: "watch-servers" }] : []),
      ...(scriptResults ? [{ name: "script-results" }] : []),
    ],
    options: [{ name: "speed", description: "how fast" }],
    secretNames: ["api_key"],
  };
}

function subnet({ dns }: DriverWorld): { type: string; name: string; summary: string; digest: string } {
  const summary = `vlan=7; dns_servers=${dns}`;
  return { type: "subnet", name: "10.0.0.0/16", summary, digest: createHash("sha256").update(summary).digest("hex") };
}

function check(world: DriverWorld, what: string, operation: Operation | undefined, token: string | undefined): void {
  if (operation?.notAfter === undefined) throw new ConnectError("no operation", Code.InvalidArgument);
  if (timestampMs(operation.notAfter) < Date.now()) {
    throw driverFailure(Code.FailedPrecondition, ErrorReason.LEASE_EXPIRED, "too late");
  }
  const ids = world.operations.get(what) ?? new Set();
  world.operations.set(what, ids.add(operation.operationId));
  if (token !== undefined && operation.precondition !== "" && operation.precondition !== token) {
    throw driverFailure(Code.FailedPrecondition, ErrorReason.WORLD_CHANGED, `${what} is not as it was`);
  }
}

function observed(
  world: DriverWorld,
  name: string,
  machine: Machine | undefined,
): MessageInitShape<typeof ObservedServerSchema> {
  if (machine === undefined) return { name, state: ServerState.ABSENT };
  const { state, specDigest, version, power } = machine;
  const powerNeed = world.leavesPower ? (NEEDS.get(state) ?? PowerNeed.OFF) : PowerNeed.UNSPECIFIED;
  const seen = { name, providerId: `id-${name}`, state, specDigest, power, powerNeed };
  return { ...seen, precondition: `${version}`, addresses: ["10.0.0.10"] };
}

/** What bringing a machine to a phase would change. */
function planned(
  world: DriverWorld,
  machine: Machine | undefined,
  spec: ServerSpec,
  phase: ServerPhase,
): MessageInitShape<typeof PlannedChangeSchema>[] {
  const object = `machine ${machine?.name ?? ""}`;
  if (machine === undefined) return [{ object, action: "enlist" }];
  if (machine.state === ServerState.DEPLOYED && machine.specDigest === spec.specDigest) {
    return phase === ServerPhase.DEPLOYED ? differing(machine, spec) : [];
  }
  switch (phase) {
    case ServerPhase.COMMISSIONED:
      return machine.state === ServerState.ENLISTED ? [{ object, action: "commission" }] : [];
    case ServerPhase.NETWORK_CONFIGURED:
      if (machine.network === spec.specDigest) return [];
      return spec.interfaces.map(({ name, devices }) => ({
        ...{ object: `interface ${name}`, action: "update", before: world.networkNow, after: devices.join(", ") },
        field: `interfaces[${JSON.stringify(name)}].devices`,
      }));
    case ServerPhase.STORAGE_CONFIGURED:
      if (machine.storage === spec.specDigest || spec.storage === undefined) return [];
      return [{ object: "disks", action: "update", after: spec.storage.layout, field: "storage.layout" }];
    case ServerPhase.DEPLOYED: {
      const deploy = { object, action: "deploy", after: spec.image, field: "image" };
      if (machine.state !== ServerState.DEPLOYED) return [deploy];
      return [{ object, action: "release", destructive: true }, ...differing(machine, spec), deploy];
    }
    default:
      return [];
  }
}

function ensure(
  world: DriverWorld,
  machine: Machine,
  spec: ServerSpec,
  phase: ServerPhase,
  allowDestroy: boolean,
): Result {
  const moveTo = (state: ServerState, write?: string): Result => {
    machine.state = state;
    machine.version++;
    if (write !== undefined) world.ledger.push(`${write} ${machine.name}`);
    return inProgress(RETRY_MS);
  };
  const standsStill = world.leavesPower && machine.power !== PowerState.ON;
  const begin = (state: ServerState, write: string): Result => {
    if (world.leavesPower && machine.power === PowerState.ON)
      throw driverFailure(Code.FailedPrecondition, ErrorReason.MACHINE_FAILED, `${machine.name} runs something else`);
    return moveTo(state, write);
  };
  if (phase === ServerPhase.RELEASED) return release(world, machine, allowDestroy, moveTo);
  const asWanted = machine.state === ServerState.DEPLOYED && machine.specDigest === spec.specDigest;
  if (phase !== ServerPhase.COMMISSIONED && machine.state === ServerState.DEPLOYED && !asWanted) {
    if (!allowDestroy) {
      throw driverFailure(
        Code.FailedPrecondition,
        ErrorReason.TARGET_REJECTED,
        `${machine.name} is deployed otherwise`,
      );
    }
    return moveTo(ServerState.READY, "release");
  }
  switch (phase) {
    case ServerPhase.COMMISSIONED:
      if (machine.state === ServerState.ENLISTED) return begin(ServerState.COMMISSIONING, "commission");
      if (machine.state !== ServerState.COMMISSIONING) return done(false);
      if (standsStill) return inProgress(RETRY_MS);
      if (world.leavesPower) machine.power = PowerState.OFF;
      moveTo(ServerState.READY);
      return done(true);
    case ServerPhase.NETWORK_CONFIGURED:
    case ServerPhase.STORAGE_CONFIGURED: {
      const part = phase === ServerPhase.NETWORK_CONFIGURED ? "network" : "storage";
      if (asWanted || machine[part] === spec.specDigest) return done(false);
      machine[part] = spec.specDigest;
      moveTo(machine.state, part);
      return done(true);
    }
    case ServerPhase.DEPLOYED:
      if (asWanted) return done(false);
      if (machine.state === ServerState.DEPLOYING) {
        if (standsStill) return inProgress(RETRY_MS);
        machine.power = PowerState.ON;
        moveTo(ServerState.DEPLOYED);
        world.booted(machine);
        return done(true);
      }
      machine.specDigest = spec.specDigest;
      machine.userData = spec.userData;
      machine.tags = [...spec.tags];
      machine.ownerData = { ...spec.ownerData };
      machine.drift = [];
      return begin(ServerState.DEPLOYING, "deploy");
    default:
      throw new ConnectError("unknown phase", Code.InvalidArgument);
  }
}

function release(
  world: DriverWorld,
  machine: Machine,
  allowDestroy: boolean,
  moveTo: (state: ServerState, write?: string) => Result,
): Result {
  const { state } = machine;
  if (state === ServerState.RELEASING) {
    machine.specDigest = "";
    if (!world.leavesPower) machine.power = PowerState.OFF;
    moveTo(ServerState.READY);
    return done(true);
  }
  if (state === ServerState.READY || state === ServerState.ENLISTED) return done(false);
  if (state !== ServerState.ALLOCATED && !allowDestroy) {
    throw driverFailure(Code.FailedPrecondition, ErrorReason.CONSENT_REQUIRED, `${machine.name} is installed`);
  }
  return moveTo(ServerState.RELEASING, "release");
}

function switchPower(world: DriverWorld, machine: Machine, power: PowerState): Result {
  if (machine.power === power) return done(false);
  machine.power = power;
  machine.version++;
  world.ledger.push(`power ${PowerState[power]} ${machine.name}`);
  return done(true);
}

/** In what an installed machine differs from its specification. */
function differing(machine: Machine, spec: ServerSpec): MessageInitShape<typeof PlannedChangeSchema>[] {
  const object = `machine ${machine.name}`;
  const changes: MessageInitShape<typeof PlannedChangeSchema>[] = [];
  if (`${machine.tags}` !== `${spec.tags}`)
    changes.push({ object, action: "update", field: "tags", before: `${machine.tags}`, after: `${spec.tags}` });
  for (const [key, after] of Object.entries(spec.ownerData)) {
    const before = machine.ownerData[key] ?? "";
    if (before !== after) changes.push({ object, action: "update", field: `owner_data["${key}"]`, before, after });
  }
  return [...machine.drift, ...changes];
}

function annotate(world: DriverWorld, machine: Machine, spec: ServerSpec | undefined): Result {
  if (machine.state !== ServerState.DEPLOYED)
    throw driverFailure(Code.FailedPrecondition, ErrorReason.TARGET_REJECTED, `${machine.name} is not installed`);
  const wanted = { ...machine.ownerData, ...spec?.ownerData };
  const tags = spec?.tags ?? [];
  if (`${machine.tags}` === `${tags}` && JSON.stringify(wanted) === JSON.stringify(machine.ownerData))
    return done(false);
  machine.tags = [...tags];
  machine.ownerData = wanted;
  machine.version++;
  world.ledger.push(`annotate ${machine.name}`);
  return done(true);
}

function machineOf(machines: ReadonlyMap<string, Machine>, name = ""): Machine {
  const machine = machines.get(name);
  if (machine === undefined) throw driverFailure(Code.NotFound, ErrorReason.NOT_FOUND, `there is no machine ${name}`);
  return machine;
}

function inProgress(retryAfterMs: number): Result {
  return { outcome: { case: "inProgress", value: { retryAfterMs, percent: 50, message: "at it" } } };
}

function done(changed: boolean, precondition = ""): Result {
  return { outcome: { case: "done", value: { changed, message: "as wanted" } }, precondition };
}

function manifest(machine: Machine | undefined): MessageInitShape<typeof HardwareManifestSchema> {
  if (machine === undefined) throw driverFailure(Code.NotFound, ErrorReason.NOT_FOUND, "there is no such machine");
  const nics = machine.nics.map((pciAddress, index) => ({
    logicalName: `eno${index}`,
    pciAddress,
    mac: `52:54:00:00:00:0${index}`,
  }));
  return { systemVendor: "Acme", nics, source: "test.fake" };
}
