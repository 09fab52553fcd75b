import { Agent, request } from "node:http";
import type { CallInAccess } from "./call-in-access.ts";
import type { WorldClock } from "./clock.ts";

/** What became of the calls of all machines. */
export interface CallInCounts {
  /** Machines whose call was answered. */
  readonly done: number;
  /** Machines that wait or call now. */
  readonly pending: number;
  /** Machines that gave up. */
  readonly failed: number;
  /** Why the last call that failed did. */
  readonly lastError: string;
}

/** The calls machines make when they have booted: ReportStatus READY, with the token of their user data. */
export interface CallIns {
  start(name: string, access: CallInAccess): void;
  /** What the machine was about to say is not said. */
  stop(name: string): void;
  counts(): CallInCounts;
  close(): void;
}

const METHOD = "/bedplate.introspection.v1.IntrospectionService/ReportStatus";
const AT_ONCE = 16;
const DEADLINE_MS = 10_000;
const FIRST_DELAY_MS = 250;
const LONGEST_DELAY_MS = 5_000;
const GIVE_UP_MS = 600_000;
const RETRIED: ReadonlySet<number> = new Set([408, 429, 500, 502, 503, 504]);

interface Caller {
  readonly name: string;
  readonly access: CallInAccess;
  readonly until: number;
  delayMs: number;
  cancel: (() => void) | undefined;
}

/** Makes the calls, sixteen at a time over kept connections; one that isn't answered is repeated for ten minutes. */
export function createCallIns(clock: WorldClock): CallIns {
  const http = new Agent({ keepAlive: true, maxSockets: AT_ONCE });
  const callers = new Map<string, Caller>();
  const queue: Caller[] = [];
  let [underWay, done, failed, lastError, isClosed] = [0, 0, 0, "", false];
  let head = 0;

  const next = (): void => {
    while (underWay < AT_ONCE && head < queue.length) {
      const caller = queue[head];
      head += 1;
      if (head > 1_024 && head * 2 > queue.length) {
        queue.splice(0, head);
        head = 0;
      }
      if (caller === undefined || callers.get(caller.name) !== caller) continue;
      underWay += 1;
      report(caller, http, (status, why) => {
        underWay -= 1;
        if (callers.get(caller.name) === caller) conclude(caller, status, why);
        next();
      });
    }
  };
  const conclude = (caller: Caller, status: number, why: string): void => {
    if (status === 200) {
      callers.delete(caller.name);
      done += 1;
      return;
    }
    lastError = why || `answered ${status}`;
    if (isClosed || (status !== 0 && !RETRIED.has(status)) || clock.now() + caller.delayMs > caller.until) {
      callers.delete(caller.name);
      failed += 1;
      return;
    }
    caller.cancel = clock.after(caller.delayMs, () => {
      queue.push(caller);
      next();
    });
    caller.delayMs = Math.min(LONGEST_DELAY_MS, caller.delayMs * 2);
  };

  return {
    start(name, access) {
      if (isClosed) return;
      callers.get(name)?.cancel?.();
      const caller = { name, access, until: clock.now() + GIVE_UP_MS, delayMs: FIRST_DELAY_MS, cancel: undefined };
      callers.set(name, caller);
      queue.push(caller);
      next();
    },
    stop(name) {
      callers.get(name)?.cancel?.();
      callers.delete(name);
    },
    counts: () => ({ done, failed, pending: callers.size, lastError }),
    close() {
      isClosed = true;
      for (const { cancel } of callers.values()) cancel?.();
      callers.clear();
      http.destroy();
    },
  };
}

function report({ name, access }: Caller, agent: Agent, end: (status: number, why: string) => void): void {
  const message = { phase: "NODE_REPORT_PHASE_READY", message: `${name} is up`, progressPercent: 100 };
  const body = Buffer.from(JSON.stringify(message));
  const { url, token } = access;
  const outgoing = request(`${url}${METHOD}`, {
    method: "POST",
    agent,
    timeout: DEADLINE_MS,
    headers: {
      "content-type": "application/json",
      "content-length": body.length,
      "connect-protocol-version": "1",
      authorization: `Bearer ${token}`,
    },
  });
  let ended = false;
  const once = (status: number, why: string): void => {
    if (ended) return;
    ended = true;
    end(status, why);
  };
  outgoing.on("response", (incoming) => {
    incoming.on("error", (error) => once(0, error.message));
    incoming.on("end", () => once(incoming.statusCode ?? 0, ""));
    incoming.resume();
  });
  outgoing.on("timeout", () => outgoing.destroy(new Error("no answer in time")));
  outgoing.on("error", (error) => once(0, error.message));
  outgoing.end(body);
}
