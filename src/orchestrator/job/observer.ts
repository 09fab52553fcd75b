import type { MessageInitShape } from "@bufbuild/protobuf";
import { type ObservedServer, ServerDriverService } from "../../../gen/bedplate/driver/v1/server_driver_service_pb.js";
import type { ServerIdentitySchema } from "../../../gen/bedplate/driver/v1/server_spec_pb.js";
import type { DriverAccess } from "../drivers/driver-access.ts";
import { wait } from "../wait.ts";

/** How a machine is asked for. */
export type ServerIdentityInit = MessageInitShape<typeof ServerIdentitySchema>;

/** Looks at machines for the tasks that wait for a driver: at all of a driver instance together, while any task waits. */
export interface ServerObserver {
  /** Begins to watch a machine for a task; `known` is how its driver saw it last, undefined when it didn't say. To be ended. */
  watch(instance: string, server: ServerIdentityInit, known: ObservedServer | undefined): WatchedServer;
}

/** A machine while a task waits for it. */
export interface WatchedServer {
  /** Aborts once the machine was seen otherwise than it was known; without having been known, than at the first look. */
  readonly changed: AbortSignal;
  /** Whether the last look at it succeeded, so that the driver need not be asked how far it is. */
  isSeen(): boolean;
  end(): void;
}

/** What an observer needs. All times in milliseconds. */
export interface ServerObserverOptions {
  readonly drivers: DriverAccess;
  /** From one look to the next. */
  readonly everyMs: number;
  /** Deadline of one look; a driver that tells changes by itself is asked anew after it. */
  readonly observeMs: number;
  /** Aborts when the process stops. */
  readonly stop: AbortSignal;
  readonly onError: (instance: string, error: unknown) => void;
}

interface Waiter {
  readonly woken: AbortController;
  known: string | undefined;
  seen: boolean;
}

interface Waited {
  readonly server: ServerIdentityInit;
  readonly waiters: Set<Waiter>;
}

interface Instance {
  readonly machines: Map<string, Waited>;
  /** Aborts when nobody waits any more. */
  readonly idle: AbortController;
}

// A request of so many names stays well within the largest message.
const MOST_NAMES = 5_000;
// Even a driver that tells changes by itself is looked at once in so many intervals.
const LOOKS_SELDOM = 12;

/** Makes the observer of one process. */
export function createServerObserver(options: ServerObserverOptions): ServerObserver {
  const { drivers, everyMs, observeMs, stop } = options;
  const instances = new Map<string, Instance>();

  const tell = ({ machines }: Instance, servers: readonly ObservedServer[]): void => {
    for (const server of servers) {
      for (const waiter of machines.get(server.name)?.waiters ?? []) {
        const now = stateOf(server);
        waiter.seen = true;
        waiter.known ??= now;
        if (waiter.known !== now) waiter.woken.abort(CHANGED);
      }
    }
  };
  const look = async (name: string, instance: Instance, signal: AbortSignal): Promise<void> => {
    const asked = [...instance.machines.values()];
    const answered = new Set<string>();
    try {
      for (let at = 0; at < asked.length; at += MOST_NAMES) {
        const servers = asked.slice(at, at + MOST_NAMES).map(({ server }) => server);
        await drivers.call(name, ServerDriverService, signal, async (client, target) => {
          const answers = client.observeServers({ target, servers }, { signal, timeoutMs: observeMs });
          for await (const { servers: batch } of answers) {
            for (const { name: seen } of batch) answered.add(seen);
            tell(instance, batch);
          }
        });
      }
    } finally {
      // What a driver says nothing of, its tasks must ask it about themselves.
      for (const { server, waiters } of asked) {
        if (!answered.has(server.name ?? "")) for (const waiter of waiters) waiter.seen = false;
      }
    }
  };
  /** Has the driver tell changes by itself, if it can, until that ends. `begun` is called once nothing is missed any more. */
  const follow = async (name: string, instance: Instance, signal: AbortSignal, begun: () => void): Promise<void> => {
    const { capabilities, limits } = await drivers.info(name, signal);
    // It takes a place among the calls a driver takes at a time, and must leave one.
    if (limits?.maxInFlight === 1 || !capabilities.some((each) => each.name === "watch-servers")) return;
    await drivers.call(name, ServerDriverService, signal, async (client, target) => {
      let first = true;
      for await (const { servers } of client.watchServers({ target }, { signal, timeoutMs: observeMs })) {
        if (first) {
          // What changed before it began to tell is seen by looking.
          await look(name, instance, signal);
          begun();
        }
        first = false;
        tell(instance, servers);
      }
    });
  };
  const run = async (name: string, instance: Instance): Promise<void> => {
    const signal = AbortSignal.any([instance.idle.signal, stop]);
    const failed = (error: unknown): void => {
      if (!signal.aborted) options.onError(name, error);
    };
    let asked = false;
    let isTold = false;
    for (let turn = 1; ; turn++) {
      await wait(everyMs, signal).catch(() => {});
      if (signal.aborted) return;
      if (!asked) {
        asked = true;
        const begun = (): void => {
          isTold = true;
        };
        const over = (): void => {
          asked = false;
          isTold = false;
        };
        void follow(name, instance, signal, begun).catch(failed).finally(over);
      }
      if (!isTold || turn % LOOKS_SELDOM === 0) await look(name, instance, signal).catch(failed);
    }
  };
  return {
    watch(name, server, known) {
      const instance = instances.get(name) ?? { machines: new Map(), idle: new AbortController() };
      const machine = instance.machines.get(server.name ?? "") ?? { server, waiters: new Set() };
      const waiter: Waiter = { woken: new AbortController(), known: known && stateOf(known), seen: false };
      machine.waiters.add(waiter);
      instance.machines.set(server.name ?? "", machine);
      if (!instances.has(name)) {
        instances.set(name, instance);
        void run(name, instance);
      }
      return {
        changed: waiter.woken.signal,
        isSeen: () => waiter.seen,
        end() {
          machine.waiters.delete(waiter);
          if (machine.waiters.size === 0) instance.machines.delete(server.name ?? "");
          if (instance.machines.size > 0 || instances.get(name) !== instance) return;
          instances.delete(name);
          instance.idle.abort(CHANGED);
        },
      };
    },
  };
}

const CHANGED = new Error("there is nothing more to wait for");

/** What of a machine tells that a task may go on. */
function stateOf({ state, power, specDigest, precondition }: ObservedServer): string {
  return `${state} ${power} ${specDigest} ${precondition}`;
}
