import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import type { Report } from "./attempt.ts";

const script = fileURLToPath(new URL("commit-child.ts", import.meta.url));

/** How a process changes the design. */
export interface ChildWork {
  /** A data directory or a PostgreSQL URL. */
  readonly place: string;
  readonly name: string;
  readonly seed: number;
  readonly callers: number;
  readonly attempts: number;
}

/** A process that changes the design. */
export interface CommitChild {
  /** Ends it at once, as a power cut would. */
  kill(): void;
  /** Settles when it is gone and all it told was heard: whether it finished. Rejects when it ended by an error of its own. */
  readonly gone: Promise<boolean>;
}

/** Starts a process that changes the design at random, and hands over what it reports. */
export function startCommitChild(
  { place, name, seed, callers, attempts }: ChildWork,
  report: (report: Report) => void,
): CommitChild {
  const words = [place, name, seed, callers, attempts].map(String);
  const child = spawn(process.execPath, ["--disable-warning=ExperimentalWarning", script, ...words], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  let errors = "";
  let done = false;
  child.stderr.on("data", (text) => {
    errors += text;
  });
  createInterface({ input: child.stdout }).on("line", (line) => {
    const heard = JSON.parse(line) as Report;
    if ("done" in heard) done = true;
    else report(heard);
  });
  const gone = once(child, "close").then(([code, signal]) => {
    if (code !== 0 && signal !== "SIGKILL") throw new Error(`the process ${name} ended with ${code}: ${errors}`);
    return done;
  });
  return { kill: () => void child.kill("SIGKILL"), gone };
}
