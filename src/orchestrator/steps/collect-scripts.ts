import { timestampDate } from "@bufbuild/protobuf/wkt";
import {
  ScriptOutcome,
  type ScriptResult,
  ServerDriverService,
} from "../../../gen/bedplate/driver/v1/server_driver_service_pb.js";
import { driverFault } from "../drivers/driver-failure.ts";
import type { CollectedResults, NewScriptOutput } from "../store/script-results.ts";
import type { StepContext } from "./step.ts";

const CAPABILITY = "script-results";
const SHORTEST_SECRET = 4;
const LAST_LINES = 3;
const LINE = 300;
const NAMED = 3;
const BAD: ReadonlySet<ScriptOutcome> = new Set([ScriptOutcome.FAILED, ScriptOutcome.TIMED_OUT]);

/** What collecting the results of scripts came to. */
export interface CollectedScripts {
  /** Scripts that failed since an earlier job looked, each with its last lines, on one line; empty when none did. */
  readonly failed: string;
  /** Why they could not be collected; empty when they were, or when the driver doesn't tell of scripts. */
  readonly problem: string;
}

const NOTHING: CollectedScripts = { failed: "", problem: "" };

/**
 * Collects what scripts said that ran on the step's machine, and keeps it. When nothing was done to the machine and results of it are known, it isn't asked again. A machine
 * is not worse for results that can't be had: that is told, and fails nothing. Rejects only with the signal's reason.
 */
export async function collectScripts(context: StepContext, happened: boolean): Promise<CollectedScripts> {
  const { job, task, drivers, scripts, policy, signal } = context;
  const { subject, driverInstance } = task.step;
  try {
    const { capabilities } = await drivers.info(driverInstance, signal);
    if (!capabilities.some(({ name }) => name === CAPABILITY)) return NOTHING;
    const known = await scripts.known(job.design, subject, job.id);
    if (!happened && !known.isEmpty) return NOTHING;
    const server = job.snapshot.specOf(subject).spec.identity ?? { name: subject };
    const results = await drivers.call(driverInstance, ServerDriverService, signal, async (client, target) => {
      const asked = { target, server, knownOutputs: [...known.outputs] };
      const found: ScriptResult[] = [];
      const stream = client.listServerScriptResults(asked, { signal, timeoutMs: policy.observeMs });
      for await (const batch of stream) found.push(...batch.results);
      return found;
    });
    const secret = await passwordOf(context);
    await scripts.record(collected(context, results, secret));
    const fresh = results.filter(({ providerId }) => !known.providerIds.has(providerId));
    return { failed: failedScripts(fresh, secret), problem: "" };
  } catch (error) {
    signal.throwIfAborted();
    return { failed: "", problem: `what scripts said could not be collected: ${driverFault(error).message}` };
  }
}

/** The password of the machine's controller, which no script should print; empty when there is none to be had. */
async function passwordOf({ job, task, controllers, signal }: StepContext): Promise<string> {
  const password = await controllers.credential(job.snapshot, task.step.subject, signal).catch(() => {
    signal.throwIfAborted();
    return undefined;
  });
  // One so short stands in many a word.
  return password === undefined || password.length < SHORTEST_SECRET ? "" : password;
}

function collected({ job, task }: StepContext, results: readonly ScriptResult[], secret: string): CollectedResults {
  return {
    ...{ design: job.design, node: task.step.subject, jobId: job.id, driverInstance: task.step.driverInstance },
    results: results.map((result) => ({
      type: stored(result.type, 16),
      script: stored(result.script, 253),
      providerId: stored(result.providerId, 64),
      outcome: ScriptOutcome[result.outcome] ?? "UNSPECIFIED",
      exitStatus: result.exitStatus ?? null,
      startedAt: result.startedAt === undefined ? null : timestampDate(result.startedAt).toISOString(),
      endedAt: result.endedAt === undefined ? null : timestampDate(result.endedAt).toISOString(),
      scriptDigest: stored(result.scriptDigest, 64),
      outputDigest: stored(result.outputDigest, 64),
      truncated: result.truncated,
    })),
    outputs: results
      .filter(({ output, outputDigest }) => output !== "" && outputDigest !== "")
      .map(
        ({ output, outputDigest, truncated }): NewScriptOutput => ({
          digest: stored(outputDigest, 64),
          content: without(output, secret),
          truncated,
        }),
      ),
  };
}

/** A driver's text as a database takes it. */
function stored(text: string, most: number): string {
  return text.toWellFormed().replaceAll("\0", "").slice(0, most);
}

function without(output: string, secret: string): string {
  const text = output.toWellFormed().replaceAll("\0", "");
  return secret === "" ? text : text.replaceAll(secret, "[redacted]");
}

function failedScripts(results: readonly ScriptResult[], secret: string): string {
  const failed = results.filter(({ outcome }) => BAD.has(outcome));
  const more = failed.length > NAMED ? `, and ${failed.length - NAMED} more scripts failed` : "";
  return (
    failed
      .slice(0, NAMED)
      .map((result) => ending(result, secret))
      .join("; ") + more
  );
}

function ending({ script, type, outcome, exitStatus, output }: ScriptResult, secret: string): string {
  const how =
    outcome === ScriptOutcome.TIMED_OUT
      ? "ran too long"
      : exitStatus === undefined
        ? "failed"
        : `failed with exit status ${exitStatus}`;
  const lines = without(output, secret)
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "")
    .slice(-LAST_LINES)
    .map((line) => (line.length > LINE ? `${line.slice(0, LINE - 1)}…` : line));
  const what = type === "testing" ? "test" : "script";
  return `${what} ${script} ${how}${lines.length === 0 ? "" : `: ${lines.join(" / ")}`}`;
}
