import { tmpdir } from "node:os";
import { join } from "node:path";
import { createSocketDirectory } from "../socket-directory.ts";
import { CASES } from "./cases.ts";
import type {
  ConformanceCase,
  ConformanceKind,
  ConformanceSpec,
  ConformanceWorld,
  TargetInit,
} from "./conformance-case.ts";
import { CaseFailed, CaseSkipped, type Outcome, type Verdict } from "./verdict.ts";
import { openWorld } from "./world.ts";

/** What to test and with what. Point it at a target made for tests: a driver that breaks the rules may write. */
export type ConformanceOptions = {
  /** Path of the unix socket of a plugin that runs already. Cases that start and stop plugins are skipped. */
  readonly socket?: string;
  /** Program and arguments of the plugin, for the suite to start. Takes precedence over `socket`. */
  readonly command?: readonly string[];
  readonly kind: ConformanceKind;
  /** The target; without one, cases that need one run only if the driver can do with an empty one. */
  readonly target?: TargetInit;
  readonly spec?: ConformanceSpec;
  /** Ids of the rules to check; all when absent. C19 and C20 judge what the others saw. */
  readonly only?: readonly string[];
  /** How long the plugin may take to end when it is told to, in milliseconds; 5,000 when absent. */
  readonly graceMs?: number;
  readonly signal?: AbortSignal;
  /** Called with each verdict as it falls. */
  readonly onVerdict?: (verdict: Verdict) => void;
};

const CASE_MS = 60_000;

/**
 * Checks a plugin against the rules of the driver protocol and resolves with a verdict for each, sorted by id; it conforms
 * when none is "fail". Rejects only when neither a socket nor a command is given, or when the signal aborts.
 */
export async function runConformance(options: ConformanceOptions): Promise<Verdict[]> {
  const { command, socket, only, onVerdict, graceMs = 5_000, signal = new AbortController().signal } = options;
  if (command === undefined && socket === undefined) throw new TypeError("give the plugin's socket or its command");
  const cases = CASES.filter(
    ({ id, kinds }) => (kinds?.includes(options.kind) ?? true) && (only?.includes(id) ?? true),
  );
  const verdicts: Verdict[] = [];
  const conclude = (verdict: Verdict): void => {
    verdicts.push(verdict);
    onVerdict?.(verdict);
  };
  const sockets = createSocketDirectory(join(tmpdir(), `bedplate-test-${process.getuid?.() ?? 0}`));
  const { world, close } = openWorld({ ...options, sockets, graceMs, signal });
  try {
    const unreachable = await world.info().then(
      () => undefined,
      (error: unknown) => lineOf(error),
    );
    for (const each of cases) {
      signal.throwIfAborted();
      if (unreachable === undefined) conclude(await judge(each, world));
      else if (each === cases[0]) conclude(verdictOn(each, "fail", unreachable, 0));
      else conclude(verdictOn(each, "skip", "the plugin can't be reached", 0));
    }
  } finally {
    await close();
    sockets.remove();
  }
  return verdicts.sort((a, b) => (a.id < b.id ? -1 : 1));
}

async function judge(each: ConformanceCase, world: ConformanceWorld): Promise<Verdict> {
  const start = performance.now();
  const conclude = (outcome: Outcome, reason: string): Verdict =>
    verdictOn(each, outcome, reason, Math.round(performance.now() - start));
  const timeout = AbortSignal.timeout(CASE_MS);
  const late = new Promise<never>((_, reject) => {
    timeout.addEventListener("abort", () => reject(new CaseFailed(`no end after ${CASE_MS / 1000} s`)), { once: true });
  });
  try {
    await Promise.race([each.run({ ...world, signal: AbortSignal.any([world.signal, timeout]) }), late]);
    return conclude("pass", "");
  } catch (error) {
    world.signal.throwIfAborted();
    return error instanceof CaseSkipped ? conclude("skip", error.message) : conclude("fail", lineOf(error));
  }
}

function verdictOn({ id, title }: ConformanceCase, outcome: Outcome, reason: string, durationMs: number): Verdict {
  return { id, title, outcome, reason, durationMs };
}

function lineOf(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return text.replaceAll(/\s+/g, " ").slice(0, 1000);
}
