import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import type { MessageInitShape } from "@bufbuild/protobuf";
import { type Client, createClient } from "@connectrpc/connect";
import { afterAll, onTestFinished } from "vitest";
import { DriverService } from "../../gen/bedplate/driver/v1/driver_service_pb.js";
import { ServerDriverService, type ServerPhase } from "../../gen/bedplate/driver/v1/server_driver_service_pb.js";
import type { ServerSpecSchema } from "../../gen/bedplate/driver/v1/server_spec_pb.js";
import type { SiteSpecSchema } from "../../gen/bedplate/driver/v1/site_spec_pb.js";
import type { Done, EnsureResult } from "../../gen/bedplate/driver/v1/target_pb.js";
import type { LedgerEntry } from "../../src/maas-sim/ledger/ledger.ts";
import { type MaasSim, startMaasSim } from "../../src/maas-sim/start-maas-sim.ts";
import { authorization, KEY } from "../../src/maas-sim/testing/sim-client.ts";
import { readWorld } from "../../src/maas-sim/world/read-world.ts";
import { builtInPlugins } from "../../src/plugins/built-in-plugins.ts";
import { createGrpcTransport } from "../../src/plugins/grpc-transport.ts";

/** A specification as a test writes it. */
export type ServerInit = Exclude<MessageInitShape<typeof ServerSpecSchema>, { $typeName: string }> & {
  readonly specDigest: string;
};
export type SiteInit = Exclude<MessageInitShape<typeof SiteSpecSchema>, { $typeName: string }>;

/** One process of the driver, and clients of it over its unix socket, by grpc-js. */
export interface DriverProcess {
  readonly process: ChildProcess;
  readonly socket: string;
  readonly driver: Client<typeof DriverService>;
  readonly server: Client<typeof ServerDriverService>;
  /** What it wrote to stderr so far. */
  readonly said: () => string;
  /** Ends it without warning. */
  kill(): Promise<void>;
}

/** A target of the driver. */
export type LabTarget = {
  readonly instance: string;
  readonly endpoint: string;
  readonly secrets: Record<string, string>;
};

/** A simulated MAAS and the driver in front of it. */
export interface Lab {
  readonly sim: MaasSim;
  readonly target: LabTarget;
  /** The driver of now. */
  readonly driver: DriverProcess;
  /** Puts another driver in the place of the one there is, which ends without warning if it is this lab's own. */
  restartDriver(): Promise<void>;
  /** Effective writes since the start. */
  ledger(): Promise<LedgerEntry[]>;
  /** The other hand: changes the simulated world. */
  meddle(path: string, body: unknown): Promise<void>;
  /** The rules of the fault script, and how often each fitted and happened. */
  faults(): Promise<unknown>;
  /** Reads the MAAS itself, past the driver. */
  read(path: string): Promise<unknown>;
  /** Another hand on the MAAS: a write past the driver. */
  write(method: "POST" | "PUT", path: string, form: Record<string, string>): Promise<unknown>;
  /** Repeats EnsureSite until it is done. */
  site(spec: SiteInit, precondition?: string): Promise<Done>;
  /** Repeats EnsureServer until it is done. */
  phase(spec: ServerInit, phase: ServerPhase, options?: PhaseOptions): Promise<{ done: Done; token: string }>;
}

/** What a test may want to be different. */
export type PhaseOptions = {
  readonly precondition?: string;
  readonly operationId?: string;
  readonly allowDestroy?: boolean;
  /** Called after each answer that is not the last. */
  readonly between?: () => Promise<void>;
};

const READY_MS = 20_000;
let operations = 0;

/** An id no operation had before. */
export function newOperation(): string {
  operations += 1;
  return `operation-${operations}-${process.pid}`;
}

/** A machine of the world file, with one boot NIC, two NICs to bond and two disks. */
export function labMachine(index: number, more: Record<string, unknown> = {}): Record<string, unknown> {
  const mac = (nic: number) => `52:54:00:00:${index.toString(16).padStart(2, "0")}:0${nic}`;
  return {
    hostname: `sim-${index}`,
    power_type: "ipmi",
    power_parameters: { power_address: `10.99.0.${index}`, power_user: "bedplate", power_pass: "bmc-secret" },
    nics: [
      { name: "ens1", mac: mac(1), pci_address: "0000:01:00.0", network: "10.20.0.0/24" },
      { name: "ens2f0", mac: mac(2), pci_address: "0000:18:00.0" },
      { name: "ens2f1", mac: mac(3), pci_address: "0000:18:00.1" },
    ],
    disks: [
      { name: "sda", serial: `A${index}`, size: "500G", scsi_address: "2:0.0.0" },
      { name: "sdb", serial: `B${index}`, size: "1000G", scsi_address: "2:1.0.0" },
    ],
    ...more,
  };
}

/** Has something done at some end. */
type AtEnd = (work: () => void | Promise<void>) => void;

let shared: Promise<DriverProcess> | undefined;
const atEndOfFile: (() => void | Promise<void>)[] = [];
afterAll(async () => {
  for (const work of atEndOfFile.toReversed()) await work();
});

/** The driver of all labs of a test file: it keeps nothing between calls, so one process serves as many as one each would. */
function driverOfFile(): Promise<DriverProcess> {
  if (shared !== undefined) return shared;
  const directory = mkdtempSync(join(tmpdir(), "bedplate-maas-driver-"));
  atEndOfFile.push(() => rmSync(directory, { recursive: true, force: true }));
  shared = startDriver(join(directory, "0"), (work) => atEndOfFile.push(work));
  return shared;
}

/** Starts a simulated MAAS with machines of a world file, and puts the driver in front of it. The MAAS ends with the test. */
export async function startLab(
  machines: readonly Record<string, unknown>[] = [labMachine(1)],
  world: Record<string, unknown> = {},
): Promise<Lab> {
  const sim = await startMaasSim({
    world: readWorld({
      speed: "instant",
      fabrics: [{ name: "default", vlans: [{ vid: 0, subnets: [{ cidr: "10.20.0.0/24" }] }] }],
      machines,
      ...world,
    }),
    apiKey: KEY,
    patience: { giveUpMs: 1 },
  });
  onTestFinished(() => sim.close());
  const directory = mkdtempSync(join(tmpdir(), "bedplate-maas-"));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  let driver = await driverOfFile();
  let starts = 0;
  const target = { instance: "maas-lab", endpoint: sim.url, secrets: { api_key: sim.apiKey } };

  const call = async (method: string, path: string, body?: URLSearchParams): Promise<unknown> => {
    const headers = { authorization: authorization(Math.floor(Date.now() / 1000)) };
    const answer = await fetch(`${sim.url}api/2.0/${path}`, { method, headers, ...(body && { body }) });
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
    return answer.json();
  };

  return {
    sim,
    target,
    get driver() {
      return driver;
    },
    async restartDriver() {
      if (starts > 0) await driver.kill();
      starts += 1;
      driver = await startDriver(join(directory, String(starts)));
    },
    async ledger() {
      const answer = await fetch(`${sim.controlUrl}ledger`);
      return ((await answer.json()) as { entries: LedgerEntry[] }).entries;
    },
    async meddle(path, body) {
      const answer = await fetch(`${sim.controlUrl}${path}`, { method: "POST", body: JSON.stringify(body) });
      if (!answer.ok) throw new Error(`${path}: ${await answer.text()}`);
    },
    faults: async () => (await fetch(`${sim.controlUrl}faults`)).json(),
    read: (path) => call("GET", path),
    write: (method, path, form) => call(method, path, new URLSearchParams(form)),
    async site(spec, precondition = "") {
      const operationId = newOperation();
      const last = await repeat(precondition, (token) =>
        driver.server.ensureSite({ target, spec, operation: { operationId, precondition: token } }),
      );
      return last.done;
    },
    phase(spec, phase, { precondition = "", operationId = newOperation(), allowDestroy = false, between } = {}) {
      return repeat(
        precondition,
        (token) =>
          driver.server.ensureServer({
            target,
            spec,
            phase,
            operation: { operationId, precondition: token },
            allowDestroy,
          }),
        between,
      );
    },
  };
}

/** Starts the driver as the core does and waits until it serves. It ends with the test. */
export async function startDriver(socket: string, atEnd: AtEnd = onTestFinished): Promise<DriverProcess> {
  const plugin = builtInPlugins().find(({ name }) => name === "maas");
  if (plugin === undefined) throw new Error("there is no built-in plugin maas");
  const child = spawn(plugin.command, plugin.args, {
    env: { PATH: process.env.PATH ?? "", BEDPLATE_PLUGIN_SOCKET: socket },
    stdio: ["pipe", "pipe", "pipe"],
  });
  let output = "";
  child.stderr?.on("data", (chunk: Buffer) => {
    output += chunk.toString();
  });
  const kill = async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const exit = once(child, "exit");
    child.kill("SIGKILL");
    await exit;
  };
  atEnd(kill);
  const transport = createGrpcTransport({ address: { socket } });
  atEnd(() => transport.close());
  const ended = once(child, "exit").then(() => {
    throw new Error(`the driver ended: ${output}`);
  });
  await Promise.race([transport.ready(AbortSignal.timeout(READY_MS)), ended]);
  ended.catch(() => {});
  return {
    process: child,
    socket,
    driver: createClient(DriverService, transport),
    server: createClient(ServerDriverService, transport),
    said: () => output,
    kill,
  };
}

async function repeat(
  precondition: string,
  call: (token: string) => Promise<{ result?: EnsureResult | undefined }>,
  between: () => Promise<void> = async () => {},
): Promise<{ done: Done; token: string }> {
  let token = precondition;
  for (;;) {
    const { result } = await call(token);
    if (result?.outcome.case === undefined) throw new Error("an Ensure call without outcome");
    token = result.precondition;
    if (result.outcome.case === "done") return { done: result.outcome.value, token };
    await between();
    await delay(Math.min(result.outcome.value.retryAfterMs, 200));
  }
}
