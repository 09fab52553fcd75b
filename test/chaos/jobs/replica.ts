import { spawn } from "node:child_process";
import { once } from "node:events";
import { appendFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { type Client, createClient } from "@connectrpc/connect";
import { DesignStateService } from "../../../gen/bedplate/design/v1/design_state_service_pb.js";
import { OrchestratorService } from "../../../gen/bedplate/orchestrator/v1/orchestrator_service_pb.js";
import { createNetworkTransport } from "../../../src/mesh/network-transport.ts";
import type { ChildOrder, ChildReport, ChildWork } from "./child-words.ts";
import type { Cut } from "./cuts.ts";

const script = fileURLToPath(new URL("job-child.ts", import.meta.url));

/** How much of its log is shown of a server that ended by itself. */
const LAST_LINES = 20;

/** A server in a process of its own, which can be killed and stopped. */
export interface Replica {
  readonly client: Client<typeof OrchestratorService>;
  readonly state: Client<typeof DesignStateService>;
  /** Process ids of its drivers' processes, of all it has started. */
  readonly drivers: ReadonlySet<number>;
  /** Has it stand still at more cuts. */
  arm(cuts: readonly Cut[]): void;
  /** Has it go on where it stands still. */
  go(cut: string): void;
  kill(signal: "SIGKILL" | "SIGSTOP" | "SIGCONT"): void;
  /** Resolves once a line of its log holds the words, in lines from now on. Rejects when it is gone first. */
  says(words: string): Promise<void>;
  /** Resolves when it is gone and all it told was heard. */
  readonly gone: Promise<void>;
  /** How it ended and what it said last, when nobody had ended it; undefined otherwise. */
  ending(): string | undefined;
  /** Lets go of it: the process ends. */
  close(): Promise<void>;
}

/** Starts a server and resolves when it answers. `at` is told of every cut it stands still at. Rejects when it ends instead. */
export async function startReplica(
  work: ChildWork,
  token: string,
  at: (cut: string, subject: string) => void,
): Promise<Replica> {
  const child = spawn(process.execPath, ["--disable-warning=ExperimentalWarning", script, JSON.stringify(work)], {
    stdio: ["pipe", "pipe", "pipe"],
  });
  child.stdin.on("error", () => {});
  const drivers = new Set<number>();
  const listeners = new Set<(line: string) => void>();
  const last: string[] = [];
  let killed = false;
  let ending: string | undefined;
  const ready = Promise.withResolvers<string>();
  createInterface({ input: child.stderr }).on("line", (line) => {
    last.push(line);
    if (last.length > LAST_LINES) last.shift();
    if (process.env.BEDPLATE_CHAOS_LOG) appendFileSync(process.env.BEDPLATE_CHAOS_LOG, `${child.pid} ${line}\n`);
    const started = /"pid":(\d+),"driver":.*"msg":"plugin started"/.exec(line);
    if (started) drivers.add(Number(started[1]));
    for (const listener of listeners) listener(line);
  });
  createInterface({ input: child.stdout }).on("line", (line) => {
    const report = JSON.parse(line) as ChildReport;
    if ("ready" in report) ready.resolve(report.ready);
    else at(report.at, report.subject);
  });
  const kill = (signal: NodeJS.Signals): void => {
    if (signal === "SIGKILL") killed = true;
    child.kill(signal);
  };
  const gone = once(child, "close").then(([code, signal]) => {
    if (!killed) ending = `it ended by itself with ${signal ?? `code ${code}`}, and said last:\n${last.join("\n")}`;
    ready.reject(new Error(`a server of the harness did not start: ${ending ?? "it was killed"}`));
  });
  const url = await ready.promise;
  const transport = createNetworkTransport({ url, token, defaultCallMs: 60_000 });
  void gone.then(() => transport.close());
  const order = (words: ChildOrder): void => void child.stdin.write(`${JSON.stringify(words)}\n`);
  return {
    client: createClient(OrchestratorService, transport),
    state: createClient(DesignStateService, transport),
    drivers,
    arm: (cuts) => order({ arm: cuts }),
    go: (cut) => order({ go: cut }),
    kill,
    says(words) {
      return new Promise((resolve, reject) => {
        const listen = (line: string): void => {
          if (!line.includes(words)) return;
          listeners.delete(listen);
          resolve();
        };
        listeners.add(listen);
        void gone.then(() =>
          reject(new Error(`a server ended before it said "${words}": ${ending ?? "it was killed"}`)),
        );
      });
    },
    gone,
    ending: () => ending,
    async close() {
      kill("SIGKILL");
      await gone;
    },
  };
}
