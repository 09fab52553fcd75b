import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

const main = fileURLToPath(new URL("../../../src/cli/main.ts", import.meta.url));

/** How a command ended. */
export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A command that goes on running. */
export interface Running {
  /** The first line it printed that fitted. */
  readonly line: string;
  readonly pid: number;
  /** Everything it has written to standard error so far. */
  stderr(): string;
  /** Everything it has written to standard output so far. */
  stdout(): string;
  /** Resolves with its exit code when it has ended. */
  readonly ended: Promise<number | null>;
  /** Sends a signal and waits until the process is gone. */
  end(signal?: NodeJS.Signals): Promise<void>;
}

/** The environment of a command: no settings of the person who runs the tests. */
function environmentOf(environment: Readonly<Record<string, string>>): NodeJS.ProcessEnv {
  const { PATH, HOME, NODE_COMPILE_CACHE, TMPDIR } = process.env;
  return { PATH, HOME, NODE_COMPILE_CACHE, TMPDIR, NO_COLOR: "1", ...environment };
}

function start(args: readonly string[], environment: Readonly<Record<string, string>>): ChildProcess {
  return spawn(process.execPath, ["--disable-warning=ExperimentalWarning", main, ...args], {
    stdio: ["ignore", "pipe", "pipe"],
    env: environmentOf(environment),
  });
}

/** Runs a command to its end. */
export async function bedplate(
  args: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): Promise<Ended> {
  const child = start(args, environment);
  const output = { stdout: "", stderr: "" };
  child.stdout?.on("data", (chunk) => {
    output.stdout += chunk;
  });
  child.stderr?.on("data", (chunk) => {
    output.stderr += chunk;
  });
  const [code] = (await once(child, "close")) as [number | null];
  return { code, ...output };
}

/** Starts a command and waits for a line of its output. Throws what it wrote to standard error when it ends before. */
export async function running(
  args: readonly string[],
  ready: RegExp,
  environment: Readonly<Record<string, string>> = {},
): Promise<Running> {
  const child = start(args, environment);
  let errors = "";
  let output = "";
  child.stderr?.on("data", (chunk) => {
    errors += chunk;
  });
  child.stdout?.on("data", (chunk) => {
    output += chunk;
  });
  const gone = once(child, "close") as Promise<[number | null]>;
  const line = await new Promise<string>((resolve, reject) => {
    child.once("close", (code) => reject(new Error(`bedplate ${args.join(" ")} ended with ${code}: ${errors}`)));
    if (child.stdout !== null)
      createInterface({ input: child.stdout }).on("line", (text) => ready.test(text) && resolve(text));
  });
  return {
    line,
    pid: child.pid ?? 0,
    stderr: () => errors,
    stdout: () => output,
    ended: gone.then(([code]) => code),
    async end(signal = "SIGTERM") {
      if (child.exitCode === null && child.signalCode === null) child.kill(signal);
      await gone;
    },
  };
}
