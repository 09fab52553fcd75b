import { Writable } from "node:stream";
import { createClient } from "@connectrpc/connect";
import { pino } from "pino";
import { DriverService, type GetDriverInfoResponse } from "../../../gen/bedplate/driver/v1/driver_service_pb.js";
import { NetworkDriverService } from "../../../gen/bedplate/driver/v1/network_driver_service_pb.js";
import { ServerDriverService } from "../../../gen/bedplate/driver/v1/server_driver_service_pb.js";
import { createGrpcTransport, type GrpcTransport } from "../grpc-transport.ts";
import { shakeHands } from "../handshake.ts";
import { type PluginProcess, startPluginProcess } from "../plugin-process.ts";
import type { SocketDirectory } from "../socket-directory.ts";
import type { ConformanceKind, ConformanceSpec, ConformanceWorld, TargetInit } from "./conformance-case.ts";
import { createObserver } from "./observations.ts";
import { CaseSkipped } from "./verdict.ts";

const READY_MS = 20_000;
/** Cases send messages that are too large on purpose. */
const SEND_MAX_BYTES = 64 * 1024 * 1024;

/** What a world is made of. One of command and socket is there. */
export type WorldOptions = {
  readonly kind: ConformanceKind;
  readonly command?: readonly string[];
  readonly socket?: string;
  readonly target?: TargetInit;
  readonly spec?: ConformanceSpec;
  readonly sockets: SocketDirectory;
  readonly graceMs: number;
  readonly signal: AbortSignal;
};

/** Starts the plugin under test, or connects to it. `close` ends every process that was started. */
export function openWorld(options: WorldOptions): { world: ConformanceWorld; close(): Promise<void> } {
  const { kind, command = [], sockets, graceMs, spec = {}, signal } = options;
  const observer = createObserver();
  const processes: PluginProcess[] = [];
  const transports: GrpcTransport[] = [];
  const log = pino(
    new Writable({
      write(line: Buffer, _encoding, done) {
        observer.hear(String((JSON.parse(line.toString()) as { msg?: unknown }).msg ?? ""));
        done();
      },
    }),
  );

  const launch = (): PluginProcess => {
    const [program, ...args] = command;
    if (program === undefined) throw new CaseSkipped("needs the command that starts the plugin");
    const process = startPluginProcess({ name: "under-test", command: program, args }, sockets.next(), log);
    processes.push(process);
    return process;
  };
  const connect = (socket: string): GrpcTransport => {
    const transport = createGrpcTransport({
      address: { socket },
      sendMaxBytes: SEND_MAX_BYTES,
      interceptors: [observer.interceptor],
    });
    transports.push(transport);
    return transport;
  };
  const untilReady = async (transport: GrpcTransport, process: PluginProcess | undefined): Promise<void> => {
    const timeout = AbortSignal.timeout(READY_MS);
    const ready = transport.ready(AbortSignal.any([timeout, signal])).catch((error: unknown) => {
      throw timeout.aborted ? new Error(`nothing answers on the socket after ${READY_MS / 1000} s`) : error;
    });
    const ended = process?.exited.then(({ message }) => {
      throw new Error(message);
    });
    await Promise.race(ended === undefined ? [ready] : [ready, ended]);
  };

  const process = command.length > 0 ? launch() : undefined;
  const transport = connect(process?.socket ?? options.socket ?? "");
  let info: Promise<GetDriverInfoResponse> | undefined;
  let target: Promise<TargetInit> | undefined;
  const world: ConformanceWorld = {
    kind,
    spec,
    signal,
    graceMs,
    transport,
    observations: observer,
    driver: createClient(DriverService, transport),
    server: createClient(ServerDriverService, transport),
    network: createClient(NetworkDriverService, transport),
    info() {
      info ??= untilReady(transport, process).then(() =>
        shakeHands("under-test", transport, "0.0.0", { timeoutMs: READY_MS, signal }),
      );
      return info;
    },
    target() {
      target ??= options.target === undefined ? defaultTarget(world) : Promise.resolve(options.target);
      return target;
    },
    async another() {
      const process = launch();
      const transport = connect(process.socket);
      await untilReady(transport, process);
      return { process, transport };
    },
  };
  return {
    world,
    async close() {
      for (const each of transports) each.close();
      await Promise.all(processes.map((each) => each.stop(graceMs)));
    },
  };
}

/** A target that says nothing, where the driver can do with that. */
async function defaultTarget(world: ConformanceWorld): Promise<TargetInit> {
  const { secretNames } = await world.info();
  if (secretNames.length > 0) throw new CaseSkipped(`needs a target with the secrets ${secretNames.join(", ")}`);
  const target = { instance: "conformance" };
  try {
    await world.driver.probe({ target }, { signal: world.signal });
  } catch {
    throw new CaseSkipped("needs a target: the driver can't work with an empty one");
  }
  return target;
}
