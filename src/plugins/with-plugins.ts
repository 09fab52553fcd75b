import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pino } from "pino";
import type { PluginCommand } from "./plugin-command.ts";
import { createPluginHost, type PluginHost } from "./plugin-host.ts";

/**
 * Runs plugins for as long as `use` does: each is started by its first call and stopped at the end. `say` is told each line they write to stderr.
 * A call that finds a plugin ended fails at once. A signal that ends this process ends them first; where somebody else listens to it, that one ends the process.
 */
export async function withPlugins<Result>(
  plugins: readonly PluginCommand[],
  coreVersion: string,
  say: (line: string) => void,
  use: (host: PluginHost) => Promise<Result>,
): Promise<Result> {
  const directory = mkdtempSync(join(tmpdir(), "bp-"));
  try {
    const log = pino({ level: "info" }, { write: (entry) => sayOwnLines(entry, say) });
    const host = createPluginHost({
      ...{ plugins, socketDir: directory, log, coreVersion },
      timing: { backoffMs: 500, patienceMs: 0, graceMs: 2_000 },
    });
    const leave = onSignals(() => host.close(), directory);
    try {
      return await use(host);
    } finally {
      leave();
      await host.close();
    }
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

function onSignals(close: () => Promise<void>, directory: string): () => void {
  const signals = ["SIGINT", "SIGTERM"] as const;
  const handlers = signals.map((signal) => {
    const isOthers = process.listenerCount(signal) > 0;
    const handle = (): void => {
      void close().then(() => {
        if (isOthers) return;
        rmSync(directory, { recursive: true, force: true });
        process.kill(process.pid, signal);
      });
    };
    process.once(signal, handle);
    return () => process.off(signal, handle);
  });
  return () => {
    for (const leave of handlers) leave();
  };
}

/** The host's own entries, which say more than the line, are told by the errors of calls. */
function sayOwnLines(entry: string, say: (line: string) => void): void {
  const { msg, driver, retryInMs } = JSON.parse(entry) as Record<"msg" | "driver" | "retryInMs", unknown>;
  if (typeof msg === "string" && driver === undefined && retryInMs === undefined) say(msg);
}
