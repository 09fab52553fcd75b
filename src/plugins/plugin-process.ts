import { type ChildProcess, spawn } from "node:child_process";
import type { Logger } from "pino";
import type { PluginCommand } from "./plugin-command.ts";
import { pluginEnvironment } from "./plugin-environment.ts";
import { forwardLines } from "./plugin-log.ts";

const STDERR_GRACE_MS = 1_000;

/** How a process ended. */
export type PluginExit = {
  /** What happened, in one line. */
  readonly message: string;
  /** Whether it never came to life, so that starting it again won't help soon. */
  readonly neverStarted: boolean;
  /** The signal that ended it; null when it ended by itself. */
  readonly signal: NodeJS.Signals | null;
};

/** One process of a plugin. */
export interface PluginProcess {
  /** Its process id; undefined when it couldn't be started. */
  readonly pid: number | undefined;
  readonly socket: string;
  /** Resolves when it has ended; never rejects. */
  readonly exited: Promise<PluginExit>;
  /** Asks it to end, ends it by force after the grace in milliseconds, and resolves when it is gone with all it started. */
  stop(graceMs: number): Promise<void>;
  /** Ends it at once and names the reason in `exited`. */
  kill(reason: string): void;
  /** Closes the pipe whose end of file tells it that the core is gone. */
  hangUp(): void;
}

/**
 * Starts a plugin that is to serve on `socket`. It runs in a process group of its own, so that a Ctrl-C meant for the core
 * reaches it through the core; its stdin is a pipe the core holds open, its stdout goes nowhere, its stderr to the log.
 */
export function startPluginProcess(plugin: PluginCommand, socket: string, log: Logger): PluginProcess {
  let child: ChildProcess;
  try {
    child = spawn(plugin.command, plugin.args, {
      env: pluginEnvironment(socket, plugin.env),
      stdio: ["pipe", "ignore", "pipe"],
      detached: true,
    });
  } catch (error) {
    return stillborn(plugin, socket, error);
  }
  const { pid, stdin, stderr } = child;
  stdin?.on("error", () => {});
  const output = stderr && forwardLines(stderr, log.child({ plugin: plugin.name, pid }));
  let gone = pid === undefined;
  let reason: string | undefined;
  // Once the group's leader is reaped its number may be given to others, so nothing is signalled after that.
  const signalGroup = (signal: NodeJS.Signals): void => {
    if (gone || pid === undefined) return;
    try {
      process.kill(-pid, signal);
    } catch {
      // Nothing of the group is left, which is what the signal is for.
    }
  };

  const exited = new Promise<PluginExit>((resolve) => {
    child.on("error", (error) => {
      if (pid === undefined) resolve(cannotStart(plugin, error));
    });
    child.on("exit", (code, signal) => {
      signalGroup("SIGKILL");
      gone = true;
      const how = signal === null ? `ended with exit code ${code}` : `was ended by ${signal}`;
      const report = (): void => {
        const words = output?.lastLine() ?? "";
        const message = `plugin "${plugin.name}" ${reason ?? how}${words === "" ? "" : `; its last line was: ${words}`}`;
        resolve({ message, neverStarted: false, signal });
      };
      // "close" comes after the last line of stderr was read, or never when a stranger holds the pipe.
      child.once("close", report);
      setTimeout(report, STDERR_GRACE_MS).unref();
    });
  });

  return {
    pid,
    socket,
    exited,
    async stop(graceMs) {
      signalGroup("SIGTERM");
      const timer = setTimeout(() => signalGroup("SIGKILL"), graceMs);
      await exited;
      clearTimeout(timer);
    },
    kill(why) {
      reason ??= why;
      signalGroup("SIGKILL");
    },
    hangUp: () => {
      stdin?.destroy();
    },
  };
}

function stillborn(plugin: PluginCommand, socket: string, error: unknown): PluginProcess {
  const exited = Promise.resolve(cannotStart(plugin, error));
  return { pid: undefined, socket, exited, stop: async () => {}, kill: () => {}, hangUp: () => {} };
}

function cannotStart(plugin: PluginCommand, error: unknown): PluginExit {
  const code = (error as NodeJS.ErrnoException).code ?? String(error);
  const why = code === "ENOENT" ? "there is no such program" : code === "EACCES" ? "it may not be executed" : code;
  return {
    message: `plugin "${plugin.name}" can't be started: ${plugin.command}: ${why}`,
    neverStarted: true,
    signal: null,
  };
}
