import { Code, ConnectError } from "@connectrpc/connect";
import { boundTimeout, DEFAULT_TIMEOUT_MS } from "./grpc-transport.ts";
import { pluginBusy, pluginUnavailable } from "./plugin-error.ts";
import type { PluginSupervisor, RunningPlugin } from "./plugin-supervisor.ts";

/** One call's time, from before it waits for the plugin to its end. */
export interface PluginCall {
  /** What the caller gave. */
  readonly given: AbortSignal | undefined;
  /** Aborts with the caller's signal and at the deadline. */
  readonly signal: AbortSignal;
  /** Milliseconds left, 1 at least. */
  remaining(): number;
  /** To be called once, or the timer lives until the deadline. */
  end(): void;
}

const OUT_OF_TIME = new Error("the deadline passed");

/** Starts the clock of a call: the caller's deadline in milliseconds, or 30 s. */
export function beginCall(given: AbortSignal | undefined, timeoutMs: number | undefined): PluginCall {
  const timeout = boundTimeout(timeoutMs, DEFAULT_TIMEOUT_MS);
  const deadline = performance.now() + timeout;
  const late = new AbortController();
  const timer = setTimeout(() => late.abort(OUT_OF_TIME), timeout);
  return {
    given,
    signal: given === undefined ? late.signal : AbortSignal.any([given, late.signal]),
    remaining: () => Math.max(1, Math.ceil(deadline - performance.now())),
    end: () => clearTimeout(timer),
  };
}

/** Waits for the plugin within the call's time. Rejects with UNAVAILABLE, or CANCELED when the caller gave up. */
export async function reachPlugin(
  plugin: string,
  supervisor: PluginSupervisor,
  call: PluginCall,
): Promise<RunningPlugin> {
  try {
    return await supervisor.whenReady(call.signal);
  } catch (error) {
    if (error !== OUT_OF_TIME) throw ConnectError.from(error, Code.Canceled);
    const { message } = supervisor.status();
    const why = message === "" ? "" : `: ${message}`;
    throw pluginUnavailable(plugin, `plugin "${plugin}" was not ready before the deadline${why}; call again`, 1_000);
  }
}

/** Waits for one of the plugin's slots within the call's time; resolves with what gives it back. Rejects as `reachPlugin` does. */
export async function takeSlot(plugin: string, running: RunningPlugin, call: PluginCall): Promise<() => void> {
  try {
    return await running.slots.take(call.signal);
  } catch (error) {
    if (error === OUT_OF_TIME || error instanceof RangeError) throw pluginBusy(plugin, running.slots.limit);
    throw ConnectError.from(error, Code.Canceled);
  }
}
