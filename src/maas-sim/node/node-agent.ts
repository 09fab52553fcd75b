import { Agent } from "node:http";
import { lshwTree } from "../hardware/lshw-tree.ts";
import type { Machine } from "../machine.ts";
import type { Scheduler } from "../scheduler.ts";
import { connectCall } from "./connect-call.ts";
import { createGate } from "./gate.ts";
import { type IntrospectionAccess, introspectionAccess } from "./user-data.ts";

/**
 * What a simulated machine does once its system is installed, the contract with whoever deploys it:
 *
 * 1. It knows nothing but the `user_data` of `op=deploy`: base64 of a `#cloud-config` document. In its `write_files`
 *    it looks for `/etc/bedplate/introspection.json` (plain, or `encoding: b64`), whose content is
 *    `{"url": "http://127.0.0.1:PORT", "token": "…", "node": "name"}`. Without that file it stays silent.
 * 2. It calls `bedplate.introspection.v1.IntrospectionService` at that address: Connect JSON, unary, HTTP/1.1,
 *    `authorization: Bearer <token>`, in this order:
 *    `GetSelf` `{}` ·
 *    `ReportHardware` `{"manifest": {"format": "MANIFEST_FORMAT_LSHW_JSON", "content": "<lshw -json>"}}` ·
 *    `ReportStatus` `{"phase": "NODE_REPORT_PHASE_READY", "message": "…", "progressPercent": 100}`.
 * 3. It repeats a call that finds nobody, gets no answer in ten seconds, or is answered 408, 429 or 5xx (501 apart),
 *    waiting a quarter of a second at first and at most five, until ten minutes have passed. Any other refusal ends
 *    its efforts.
 *
 * The address must be of this host: a simulated node calls nobody else.
 */
export interface NodeAgents {
  /** The system of a machine has started. */
  start(machine: Machine): void;
  /** The system of a machine is gone: whatever it was about to say is not said. */
  stop(machine: Machine): void;
  /** What became of a machine's calls, for `/_sim/state`; `undefined` while it has not been started. */
  report(machine: Machine): AgentReport | undefined;
  close(): void;
}

/** What a node has done and heard. The token is never part of it. */
export interface AgentReport {
  /** `silent`: nobody to call. `calling`: under way or waiting. */
  readonly phase: "silent" | "calling" | "done" | "failed";
  readonly node?: string;
  readonly url?: string;
  /** Attempts so far, of all calls. */
  readonly attempts: number;
  /** The answers, by method. */
  readonly answers: Readonly<Record<string, unknown>>;
  /** Why the last attempt, or the whole, failed. */
  readonly error?: string;
}

/** How patient a node is, milliseconds. */
export interface AgentPatience {
  readonly firstDelayMs: number;
  readonly maxDelayMs: number;
  readonly giveUpMs: number;
  readonly callDeadlineMs: number;
}

const PATIENCE: AgentPatience = { firstDelayMs: 250, maxDelayMs: 5000, giveUpMs: 600_000, callDeadlineMs: 10_000 };
const SERVICE = "/bedplate.introspection.v1.IntrospectionService";
/** How many nodes call at the same time. */
const CALLS_AT_ONCE = 32;
const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/;

/** The nodes of one simulator. */
export function createNodeAgents(scheduler: Scheduler, patience: Partial<AgentPatience> = {}): NodeAgents {
  const limits = { ...PATIENCE, ...patience };
  const http = new Agent({ keepAlive: true, maxSockets: CALLS_AT_ONCE, timeout: limits.callDeadlineMs });
  const gate = createGate(CALLS_AT_ONCE);
  const nodes = new Map<string, { report: AgentReport; readonly stop: AbortController }>();

  const wait = (ms: number, signal: AbortSignal) =>
    new Promise<void>((resolve) => {
      const done = () => {
        cancel();
        signal.removeEventListener("abort", done);
        resolve();
      };
      const cancel = scheduler.after(ms, done);
      signal.addEventListener("abort", done);
    });

  const run = async (machine: Machine, access: IntrospectionAccess, signal: AbortSignal) => {
    const note = (change: Partial<AgentReport>) => {
      const node = nodes.get(machine.systemId);
      if (node !== undefined && !signal.aborted) node.report = { ...node.report, ...change };
      return node?.report;
    };
    const until = scheduler.now() + limits.giveUpMs;
    for (const [method, message] of calls(machine)) {
      for (let delay = limits.firstDelayMs; ; delay = Math.min(delay * 2, limits.maxDelayMs)) {
        const call = { url: access.url, method: `${SERVICE}/${method}`, token: access.token, message };
        const outcome = await gate(() => connectCall(call, http, limits.callDeadlineMs, signal));
        if (signal.aborted) return;
        const before = nodes.get(machine.systemId)?.report;
        const attempts = (before?.attempts ?? 0) + 1;
        if (outcome.ok) {
          note({ attempts, answers: { ...before?.answers, [method]: outcome.response } });
          break;
        }
        const over = !outcome.retry || scheduler.now() + delay > until;
        note({ attempts, error: `${method}: ${outcome.reason}`, ...(over ? { phase: "failed" as const } : {}) });
        if (over) return;
        await wait(delay * (0.5 + Math.random() / 2), signal);
        if (signal.aborted) return;
      }
    }
    note({ phase: "done" });
  };

  return {
    start(machine) {
      nodes.get(machine.systemId)?.stop.abort();
      const stop = new AbortController();
      const silent: AgentReport = { phase: "silent", attempts: 0, answers: {} };
      const node = { report: silent, stop };
      nodes.set(machine.systemId, node);
      try {
        const access = introspectionAccess(machine.userData);
        if (access === undefined) return;
        node.report = { ...silent, phase: "calling", node: access.node, url: access.url };
        if (!LOOPBACK.test(new URL(access.url).hostname)) throw new Error("the introspection url is not on this host");
        void run(machine, access, stop.signal);
      } catch (cause) {
        const error = cause instanceof Error ? cause.message : String(cause);
        node.report = { ...node.report, phase: "failed", error };
      }
    },
    stop(machine) {
      nodes.get(machine.systemId)?.stop.abort();
      nodes.delete(machine.systemId);
    },
    report: (machine) => nodes.get(machine.systemId)?.report,
    close() {
      for (const { stop } of nodes.values()) stop.abort();
      http.destroy();
    },
  };
}

function calls(machine: Machine): readonly (readonly [string, unknown])[] {
  const content = machine.hardware === null ? "{}" : JSON.stringify(lshwTree(machine.hardware), null, 2);
  const system = `${machine.osystem}/${machine.distroSeries}`;
  return [
    ["GetSelf", {}],
    ["ReportHardware", { manifest: { format: "MANIFEST_FORMAT_LSHW_JSON", content } }],
    [
      "ReportStatus",
      { phase: "NODE_REPORT_PHASE_READY", message: `${machine.hostname} runs ${system}`, progressPercent: 100 },
    ],
  ];
}
