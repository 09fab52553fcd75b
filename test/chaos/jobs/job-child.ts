// node test/chaos/jobs/job-child.ts WORK: a whole server that carries jobs out, whose process tells on its stdout, in lines of JSON, of each armed cut it comes to,
// and stands still there until its stdin says to go on. WORK is the JSON of a ChildWork.
import { writeSync } from "node:fs";
import { createInterface } from "node:readline";
import { pino } from "pino";
import { startServer } from "../../../src/main.ts";
import type { BoundaryWatch } from "../../../src/orchestrator/job/boundaries.ts";
import type { ChildOrder, ChildReport, ChildWork } from "./child-words.ts";
import type { Cut } from "./cuts.ts";
import { plantEarlyCheckpoint } from "./planted-bug.ts";

const work = JSON.parse(process.argv[2] ?? "") as ChildWork;
// In one system call each, so that a line is told whole or not at all, whatever ends the process.
const tell = (report: ChildReport): void => void writeSync(1, `${JSON.stringify(report)}\n`);
const armed = new Map<string, Cut>(work.cuts.map((cut) => [cut.id, cut]));
const waiting = new Map<string, () => void>();
const planted = work.planted ? plantEarlyCheckpoint() : undefined;
const passings = new Map<string, number>();

const boundary: BoundaryWatch = (name, kind, subject) => {
  void planted?.passed(name, kind, subject);
  const key = `${kind ?? ""} ${name} ${subject}`;
  const nth = (passings.get(key) ?? 0) + 1;
  passings.set(key, nth);
  for (const cut of armed.values()) {
    if (cut.boundary !== name || cut.kind !== kind || cut.nth !== nth) continue;
    if (cut.subject !== undefined && cut.subject !== subject) continue;
    armed.delete(cut.id);
    const going = new Promise<void>((go) => void waiting.set(cut.id, go));
    tell({ at: cut.id, subject });
    return going;
  }
};

const lines = createInterface({ input: process.stdin });
lines.on("line", (line) => {
  const order = JSON.parse(line) as ChildOrder;
  if ("arm" in order) for (const cut of order.arm) armed.set(cut.id, cut);
  else {
    waiting.get(order.go)?.();
    waiting.delete(order.go);
  }
});
lines.on("close", () => process.exit(0));

const server = await startServer({
  version: "0.0.0-chaos",
  listen: [{ host: "127.0.0.1", port: work.port, tls: false }],
  dataDir: work.dataDir,
  ...(work.databaseUrl !== undefined && { databaseUrl: work.databaseUrl }),
  introspectionUrl: work.introspectionUrl,
  drivers: [
    { name: "simulator", plugin: "simulator", endpoint: work.endpoint, options: work.driverOptions, secrets: {} },
  ],
  log: pino({ level: "info" }, { write: (line: string) => void writeSync(2, line) }),
  jobs: {
    boundary,
    policy: work.policy,
    heartbeatMs: work.heartbeatMs,
    deadAfterMs: work.deadAfterMs,
    ...(planted && { steps: planted.steps }),
  },
});
tell({ ready: server.urls[0] ?? "" });
