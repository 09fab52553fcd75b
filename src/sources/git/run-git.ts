import { spawn } from "node:child_process";
import { SourceError } from "../source-error.ts";

/** One run of Git. */
export interface GitRun {
  readonly args: readonly string[];
  /** What this run's environment has beside the common part; credentials go here, never into arguments. */
  readonly env?: Readonly<Record<string, string>>;
  readonly input?: string;
  /** Most bytes of output taken. */
  readonly maxBytes: number;
  readonly signal: AbortSignal;
}

/** Thrown when Git ends with an error; `stderr` is what it said, at most 4 KiB. */
export class GitFailed extends Error {
  override name = "GitFailed";
  readonly stderr: string;

  constructor(stderr: string) {
    super("git failed");
    this.stderr = stderr;
  }
}

const MOST_STDERR = 4096;

/** Variables of the server that Git and SSH need to find their way out. */
const passedOn = [
  ...["PATH", "HOME", "SSH_AUTH_SOCK", "SSL_CERT_FILE", "SSL_CERT_DIR", "GIT_SSL_CAINFO", "TMPDIR"],
  ...["https_proxy", "HTTPS_PROXY", "no_proxy", "NO_PROXY", "ALL_PROXY"],
];

/** SSH as it is called for Git: it asks nobody, takes no host's word for its key, and gives up where nothing answers. */
export const SSH =
  "ssh -o BatchMode=yes -o StrictHostKeyChecking=yes -o ConnectTimeout=20 -o ServerAliveInterval=15 -o ServerAliveCountMax=4";

/** Settings that keep Git from asking anybody, from running what a repository or another file names, and from other protocols. */
function commonEnvironment(): Record<string, string> {
  const env: Record<string, string> = {
    LC_ALL: "C",
    GIT_TERMINAL_PROMPT: "0",
    GIT_ASKPASS: "",
    SSH_ASKPASS: "",
    GIT_CONFIG_NOSYSTEM: "1",
    GIT_CONFIG_GLOBAL: "/dev/null",
    GIT_ALLOW_PROTOCOL: "file:https:ssh",
    GIT_PROTOCOL_FROM_USER: "0",
    GIT_OPTIONAL_LOCKS: "0",
    GIT_NO_LAZY_FETCH: "1",
    GIT_SSH_COMMAND: SSH,
  };
  for (const name of passedOn) {
    const value = process.env[name];
    if (value !== undefined) env[name] = value;
  }
  return env;
}

const settings = [
  ...["core.hooksPath=/dev/null", "core.fsmonitor=false", "core.logAllRefUpdates=false", "http.followRedirects=false"],
  // A connection over which nothing comes any more is given up.
  ...["http.lowSpeedLimit=100", "http.lowSpeedTime=60"],
  ...["gc.autoDetach=false", "gc.pruneExpire=now", "maintenance.autoDetach=false", "log.showSignature=false"],
  ...["i18n.logOutputEncoding=UTF-8", "submodule.recurse=false", "core.symlinks=false"],
].flatMap((setting) => ["-c", setting]);

/**
 * Runs Git without a shell and gives what it printed. It ends, with whatever it started, when the signal aborts. Throws `GitFailed`, the signal's reason, or a
 * `SourceError` when there is no Git or it prints too much.
 */
export function runGit({ args, env = {}, input = "", maxBytes, signal }: GitRun): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) {
      reject(signal.reason);
      return;
    }
    // A process group of its own, so that what Git starts (ssh, its helpers) ends with it.
    const child = spawn("git", [...settings, ...args], {
      env: { ...commonEnvironment(), ...env },
      stdio: ["pipe", "pipe", "pipe"],
      detached: true,
    });
    const output: Buffer[] = [];
    let size = 0;
    let stderr = "";
    let refusal: unknown;
    const kill = (): void => {
      try {
        if (child.pid !== undefined) process.kill(-child.pid, "SIGKILL");
      } catch {
        // It has ended already.
      }
    };
    const abort = (): void => {
      refusal ??= signal.reason;
      kill();
    };
    signal.addEventListener("abort", abort, { once: true });
    child.stdout.on("data", (part: Buffer) => {
      size += part.length;
      if (size <= maxBytes) output.push(part);
      else {
        refusal ??= new SourceError(
          "rejected",
          `git printed more than ${maxBytes} bytes`,
          "follow a smaller directory",
        );
        kill();
      }
    });
    child.stderr.on("data", (part: Buffer) => {
      if (stderr.length < MOST_STDERR) stderr += part.toString("utf8").slice(0, MOST_STDERR - stderr.length);
    });
    // Git may end before it has read everything.
    child.stdin.on("error", () => {});
    child.stdin.end(input);
    child.on("error", (error) => {
      signal.removeEventListener("abort", abort);
      reject(new SourceError("rejected", "git can't be run", "install Git where the server runs", error));
    });
    child.on("close", (code) => {
      signal.removeEventListener("abort", abort);
      if (refusal !== undefined) reject(refusal);
      else if (code === 0) resolve(Buffer.concat(output));
      else reject(new GitFailed(stderr));
    });
  });
}
