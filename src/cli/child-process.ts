import { type ChildProcess, spawn } from "node:child_process";
import { createWriteStream, readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { CliError } from "./cli-error.ts";
import { exitCode } from "./exit-code.ts";

/** Another `bedplate` command running beside this one. */
export interface BedplateChild {
  /** Ends it and waits until it is gone. */
  stop(): Promise<void>;
}

/**
 * Starts a `bedplate` command, adds it to `children` at once, and waits, for at most 60 seconds, for the line that says it is ready. Its messages go to a file.
 */
export async function startBedplate(
  args: readonly string[],
  ready: RegExp,
  logFile: string,
  children: BedplateChild[],
): Promise<string> {
  const main = fileURLToPath(new URL("./main.ts", import.meta.url));
  const child = spawn(process.execPath, ["--disable-warning=ExperimentalWarning", main, ...args], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  const log = createWriteStream(logFile, { flags: "a" });
  child.stderr.pipe(log);
  children.push({ stop: () => stop(child) });
  return firstLine(child, ready, args[0] ?? "", logFile);
}

function firstLine(child: ChildProcess, ready: RegExp, name: string, logFile: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const fail = (why: string) => {
      clearTimeout(timer);
      child.kill("SIGKILL");
      reject(new CliError(exitCode.cannotStart, `bedplate ${name} did not start: ${why}`, lastWords(logFile)));
    };
    const timer = setTimeout(() => fail("it was not ready within 60 seconds"), 60_000);
    child.once("error", (error) => fail(error.message));
    child.once("exit", (code, signal) => fail(`it ended with ${signal ?? `exit code ${code}`}`));
    if (child.stdout === null) return;
    createInterface({ input: child.stdout }).on("line", (text) => {
      if (!ready.test(text)) return;
      clearTimeout(timer);
      child.removeAllListeners("exit");
      resolve(text);
    });
  });
}

/** What a process said last; its log goes with the folder it is in. */
function lastWords(logFile: string): string {
  try {
    return readFileSync(logFile, "utf8").trim().split("\n").at(-1) || "it said nothing";
  } catch {
    return "it said nothing";
  }
}

function stop(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    if (child.exitCode !== null || child.signalCode !== null) {
      resolve();
      return;
    }
    const timer = setTimeout(() => child.kill("SIGKILL"), 15_000);
    child.once("exit", () => {
      clearTimeout(timer);
      resolve();
    });
    child.kill("SIGTERM");
  });
}
