import type { Target } from "../../../../gen/bedplate/driver/v1/target_pb.js";
import type { SeenServer } from "../world/calls.ts";
import { Refusal } from "../world/refusal.ts";
import type { Caller } from "./grpc-service.ts";
import { type ObservedInit, observedServer } from "./messages.ts";
import type { Worlds } from "./worlds.ts";

const GATHER_MS = 10;
const BATCH = 500;

/**
 * Machines that changed, as they are when they are told: several changes of one machine within a moment are one. Ends when the caller
 * does; fails when the world can't be reached any more.
 */
export async function* watchServers(
  worlds: Worlds,
  target: Target | undefined,
  caller: Caller,
): AsyncGenerator<{ servers: ObservedInit[] }> {
  const signal = caller.signal();
  await worlds.ask(target, { do: "probe" }, caller);
  let names = new Set<string>();
  let wake = (): void => {};
  let end: { readonly error?: unknown } | undefined;
  const stop = (error?: unknown): void => {
    end = { error };
    wake();
  };
  const noticed = (changed: readonly string[]): void => {
    for (const name of changed) names.add(name);
    wake();
  };
  void worlds
    .link(target)
    .watch(noticed, signal)
    .then(() => stop(), stop);
  // The reader knows by it that nothing is missed from here on.
  yield { servers: [] };
  while (end === undefined) {
    if (names.size === 0) {
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
      await new Promise((resolve) => setTimeout(resolve, GATHER_MS));
    }
    const told = [...names];
    names = new Set();
    for (let at = 0; at < told.length && !signal.aborted; at += BATCH) {
      const asked = { do: "observe", names: told.slice(at, at + BATCH) } as const;
      const seen = await worlds.ask<SeenServer[]>(target, asked, caller).catch((error: unknown) => {
        if (!(error instanceof Refusal) || error.failure.retryMs === undefined) throw error;
        // The target can't be reached for a while: what changed is told later.
        noticed(told.slice(at));
        return [];
      });
      if (seen.length > 0) yield { servers: seen.map((each) => observedServer(each)) };
    }
  }
  if (end.error !== undefined && !signal.aborted) throw end.error;
}
