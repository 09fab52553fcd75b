import { rmSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";
import { ConnectError } from "@connectrpc/connect";
import type { Logger } from "pino";
import { PluginState } from "../../gen/bedplate/orchestrator/v1/driver_instance_pb.js";
import { type CallSlots, createCallSlots } from "./call-slots.ts";
import { greetPlugin, type PluginGreeting } from "./greet-plugin.ts";
import { createGrpcTransport, type GrpcTransport } from "./grpc-transport.ts";
import { HandshakeRefused } from "./handshake.ts";
import type { PluginCommand } from "./plugin-command.ts";
import { hostClosing, pluginUnavailable } from "./plugin-error.ts";
import { type PluginProcess, startPluginProcess } from "./plugin-process.ts";
import type { PluginTiming } from "./plugin-timing.ts";
import type { SocketDirectory } from "./socket-directory.ts";

const DEFAULT_IN_FLIGHT = 16;
const NOTICE_MS = 500;

/** A plugin that has answered and can be called. */
export type RunningPlugin = {
  readonly greeting: PluginGreeting;
  readonly transport: GrpcTransport;
  readonly slots: CallSlots;
  readonly process: PluginProcess;
};

/** How a plugin is doing. */
export type PluginStatus = { readonly state: PluginState; readonly starts: number; readonly message: string };

/** Keeps one plugin running from its first use on. */
export interface PluginSupervisor {
  /** Starts the plugin unless it was started already. */
  start(): void;
  /** Waits until the plugin can be called. Rejects with UNAVAILABLE when that won't be soon, and with the signal's reason. */
  whenReady(signal: AbortSignal): Promise<RunningPlugin>;
  /** To be told of a call that ran into its deadline: a process that doesn't answer at all any more is ended and started again. */
  suspect(running: RunningPlugin): Promise<void>;
  /** Waits a moment for the end of a process whose connection broke; resolves at once when it was noticed already. */
  noticeEnd(running: RunningPlugin): Promise<void>;
  status(): PluginStatus;
  /** Stops the process for good. */
  close(): Promise<void>;
}

/** What a supervisor needs. */
export type SupervisorOptions = {
  readonly plugin: PluginCommand;
  readonly sockets: SocketDirectory;
  readonly log: Logger;
  readonly coreVersion: string;
  readonly timing: PluginTiming;
};

type Fault = { readonly message: string; readonly hopeless: boolean };

/** Makes the supervisor of one plugin; nothing is started yet. */
export function createPluginSupervisor({
  plugin,
  sockets,
  log,
  coreVersion,
  timing,
}: SupervisorOptions): PluginSupervisor {
  const closing = new AbortController();
  let status: PluginStatus = { state: PluginState.STOPPED, starts: 0, message: "" };
  let running: RunningPlugin | undefined;
  let retryAt = 0;
  let changed = Promise.withResolvers<void>();
  let loop: Promise<void> | undefined;
  let suspected: Promise<void> | undefined;

  const enter = (state: PluginState, message: string): void => {
    status = { state, starts: status.starts + (state === PluginState.STARTING ? 1 : 0), message };
    changed.resolve();
    changed = Promise.withResolvers();
  };

  async function supervise(): Promise<void> {
    let failures = 0;
    while (!closing.signal.aborted) {
      enter(PluginState.STARTING, "");
      const started = await startOnce();
      let fault: Fault;
      if ("message" in started) fault = started;
      else {
        const readyAt = performance.now();
        fault = await runUntilEnd(started);
        if (performance.now() - readyAt >= timing.healthyMs) failures = 0;
      }
      if (closing.signal.aborted) break;
      const wait = fault.hopeless
        ? timing.backoffMaxMs
        : Math.min(timing.backoffMs * 2 ** failures, timing.backoffMaxMs);
      failures++;
      log.warn({ plugin: plugin.name, retryInMs: wait }, fault.message);
      retryAt = performance.now() + wait;
      enter(PluginState.BACKOFF, fault.message.slice(0, 2048));
      await delay(wait, undefined, { signal: closing.signal }).catch(() => {});
    }
    enter(PluginState.STOPPED, "");
  }

  async function startOnce(): Promise<RunningPlugin | Fault> {
    const process = startPluginProcess(plugin, sockets.next(), log);
    const transport = createGrpcTransport({ address: { socket: process.socket } });
    const timeout = AbortSignal.timeout(timing.readyMs);
    const signal = AbortSignal.any([timeout, closing.signal]);
    try {
      const greeting = await Promise.race([
        answer(transport, signal),
        process.exited.then(({ message, neverStarted }) => {
          throw new StartFailed(message, neverStarted);
        }),
      ]);
      const { name, version, maxInFlight } = greeting;
      log.info({ plugin: plugin.name, pid: process.pid, driver: name, version }, "plugin started");
      return { greeting, transport, slots: createCallSlots(maxInFlight || DEFAULT_IN_FLIGHT), process };
    } catch (error) {
      transport.close();
      await process.stop(timing.graceMs);
      rmSync(process.socket, { force: true });
      if (error instanceof StartFailed) return { message: error.message, hopeless: error.hopeless };
      if (error instanceof HandshakeRefused) return { message: error.message, hopeless: true };
      const seconds = timing.readyMs / 1000;
      const why = timeout.aborted ? `did not answer within ${seconds} s of its start` : lineOf(error);
      return { message: `plugin "${plugin.name}" ${why}`, hopeless: false };
    }
  }

  async function answer(transport: GrpcTransport, signal: AbortSignal): Promise<PluginGreeting> {
    await transport.ready(signal);
    return greetPlugin(plugin, transport, coreVersion, { timeoutMs: timing.readyMs, signal });
  }

  async function runUntilEnd(started: RunningPlugin): Promise<Fault> {
    running = started;
    enter(PluginState.READY, `${started.greeting.name} ${started.greeting.version}`.trim());
    const ended = started.process.exited.then((exit) => exit.message);
    const message = await Promise.race([ended, aborted(closing.signal)]);
    running = undefined;
    if (message === undefined) await started.process.stop(timing.graceMs);
    started.transport.close();
    rmSync(started.process.socket, { force: true });
    return { message: message ?? "", hopeless: false };
  }

  async function check(suspect: RunningPlugin): Promise<void> {
    try {
      await greetPlugin(plugin, suspect.transport, coreVersion, { timeoutMs: timing.answerMs });
    } catch (error) {
      if (running !== suspect) return;
      log.warn({ plugin: plugin.name, pid: suspect.process.pid }, `plugin stopped answering: ${lineOf(error)}`);
      suspect.process.kill(`did not answer within ${timing.answerMs / 1000} s and was ended`);
    }
  }

  return {
    start() {
      if (!closing.signal.aborted) loop ??= supervise();
    },
    async whenReady(signal) {
      for (;;) {
        signal.throwIfAborted();
        if (closing.signal.aborted) throw hostClosing(plugin.name);
        if (running !== undefined) return running;
        loop ??= supervise();
        const wait = retryAt - performance.now();
        if (status.state === PluginState.BACKOFF && wait > timing.patienceMs) {
          throw pluginUnavailable(plugin.name, status.message, wait);
        }
        const turned = changed.promise;
        await Promise.race([turned, aborted(signal)]);
      }
    },
    suspect(suspect) {
      suspected ??= check(suspect).finally(() => {
        suspected = undefined;
      });
      return suspected;
    },
    async noticeEnd(broken) {
      const moment = AbortSignal.timeout(NOTICE_MS);
      while (running === broken && !moment.aborted) await Promise.race([changed.promise, aborted(moment)]);
    },
    status: () => status,
    async close() {
      closing.abort();
      changed.resolve();
      await loop;
    },
  };
}

class StartFailed extends Error {
  override name = "StartFailed";
  readonly hopeless: boolean;
  constructor(message: string, hopeless: boolean) {
    super(message);
    this.hopeless = hopeless;
  }
}

function aborted(signal: AbortSignal): Promise<undefined> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve(undefined);
    else signal.addEventListener("abort", () => resolve(undefined), { once: true });
  });
}

function lineOf(error: unknown): string {
  return ConnectError.from(error).rawMessage.split("\n", 1)[0] ?? "";
}
