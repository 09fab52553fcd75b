import type { Readable } from "node:stream";
import type { Logger } from "pino";

/** Longest line passed on, in characters; the rest of a longer one is dropped. */
const LINE_MAX = 4096;
const LINES_PER_SECOND = 100;
const BURST = 500;
const LEVELS = new Map([
  [10, "trace"],
  [20, "debug"],
  [30, "info"],
  [40, "warn"],
  [50, "error"],
  [60, "error"],
] as const);

/** The lines a plugin writes to stderr. */
export interface PluginLog {
  /** The last line that wasn't empty, at most 200 characters. */
  lastLine(): string;
}

/**
 * Passes each line of a plugin's stderr to the log, marked with the plugin's name by the given logger. Lines of JSON with
 * pino's numeric `level` and `msg` keep both. Lines past 4,096 characters are cut, lines past 100 a second (500 at once) are counted and dropped.
 */
export function forwardLines(stderr: Readable, log: Logger): PluginLog {
  let partial = "";
  let last = "";
  let tokens = BURST;
  let filledAt = performance.now();
  let dropped = 0;

  const take = (): boolean => {
    const now = performance.now();
    tokens = Math.min(BURST, tokens + ((now - filledAt) / 1000) * LINES_PER_SECOND);
    filledAt = now;
    if (tokens < 1) return false;
    tokens -= 1;
    return true;
  };
  const reportDropped = (): void => {
    if (dropped > 0) log.warn({ dropped }, "the plugin writes too many lines; some were dropped");
    dropped = 0;
  };
  const line = (text: string): void => {
    const bounded = text.slice(0, LINE_MAX).trimEnd();
    if (bounded === "") return;
    last = bounded;
    if (!take()) {
      dropped++;
      return;
    }
    reportDropped();
    const entry = readEntry(bounded);
    log[entry.level](entry.message);
  };

  stderr.setEncoding("utf8");
  stderr.on("data", (chunk: string) => {
    const lines = chunk.split("\n");
    lines[0] = partial + (lines[0] ?? "");
    partial = (lines.pop() ?? "").slice(0, LINE_MAX);
    for (const each of lines) line(each);
  });
  stderr.on("error", () => {});
  stderr.on("close", () => {
    line(partial);
    reportDropped();
  });
  return { lastLine: () => readEntry(last).message.slice(0, 200) };
}

type Level = "trace" | "debug" | "info" | "warn" | "error";

function readEntry(text: string): { level: Level; message: string } {
  if (text.startsWith("{")) {
    try {
      const entry = JSON.parse(text) as { level?: unknown; msg?: unknown };
      const level = LEVELS.get(entry.level as 10);
      if (level !== undefined && typeof entry.msg === "string") return { level, message: entry.msg };
    } catch {
      // A line that only looks like JSON is passed on as it is.
    }
  }
  return { level: "info", message: text };
}
