import type { MessageInitShape } from "@bufbuild/protobuf";
import { timestampFromDate } from "@bufbuild/protobuf/wkt";
import type { ObservedServer } from "../../../gen/bedplate/driver/v1/server_driver_service_pb.js";
import type { EnsureResult, OperationSchema } from "../../../gen/bedplate/driver/v1/target_pb.js";
import { oneLine } from "../one-line.ts";
import { type StepContext, StepFailure } from "../steps/step.ts";
import { callFault } from "./call-fault.ts";
import { JobEnded } from "./job-watch.ts";
import type { ServerIdentityInit } from "./observer.ts";
import { createPatience } from "./patience.ts";

/** One operation as a driver gets it. */
export type OperationInit = MessageInitShape<typeof OperationSchema>;

/** One thing to be brought about by a driver. */
export interface Ensuring {
  /** What is held while it is worked on: a node's name, or `site:INSTANCE`. */
  readonly subject: string;
  /** Driver instance, for people. */
  readonly instance: string;
  readonly operationId: string;
  /** The driver's last token about it; empty when there is none. */
  readonly precondition: string;
  /** Makes one call. */
  readonly call: (operation: OperationInit) => Promise<EnsureResult | undefined>;
  /** The machine that is waited for, as its driver saw it last; absent where no ServerDriver tells of it. */
  readonly machine?: { readonly server: ServerIdentityInit; readonly known: () => ObservedServer | undefined };
  /** Looks at the world again and gives the driver's new token; throws StepFailure when going on isn't what was approved. */
  readonly lookAgain: () => Promise<string>;
}

/** It is there. */
export interface Ensured {
  readonly changed: boolean;
  readonly message: string;
  /** The driver's token for the next call. */
  readonly precondition: string;
}

/**
 * Calls an Ensure RPC again and again until it is done. Repeating is safe, so nothing in between is kept: after a crash the whole is
 * begun again with the same operation id. Throws StepFailure, and the signal's reason.
 */
export async function ensureUntilDone(context: StepContext, ensuring: Ensuring): Promise<Ensured> {
  const { clock, policy, signal } = context;
  const lease = { design: context.job.design, node: ensuring.subject, jobId: context.job.id };
  /** Waits for a driver that is at it. Its own word on when to ask again counts for as long as it can't be observed. */
  const untilItMoves = async (afterMs: number, what: string): Promise<void> => {
    const { machine, instance } = ensuring;
    if (machine === undefined || afterMs < policy.observeEveryMs) return clock.pause(afterMs, what);
    const watched = context.observer.watch(instance, machine.server, machine.known());
    try {
      await clock.pause(afterMs, what, watched.changed);
      if (watched.isSeen()) await clock.pause(policy.askAgainMs - afterMs, what, watched.changed);
    } finally {
      watched.end();
    }
  };
  const patience = createPatience(clock, policy);
  let { precondition } = ensuring;
  let looked = 0;
  // A driver that asks for the next call very soon, and then has nothing new again and again, is asked less and less often.
  let unmoved = 0;
  for (;;) {
    signal.throwIfAborted();
    let result: EnsureResult | undefined;
    let holder: string | undefined;
    const began = performance.now();
    try {
      const held = await context.leases.hold(lease);
      if (held instanceof Date) {
        result = await ensuring.call({
          operationId: ensuring.operationId,
          precondition,
          notAfter: timestampFromDate(held),
        });
      } else holder = held.jobId;
      patience.answered();
    } catch (error) {
      signal.throwIfAborted();
      unlessEnded(error);
      const fault = callFault(error);
      if (fault.kind === "away") {
        await patience.away(oneLine(fault.message));
        continue;
      }
      if (fault.kind === "stop") throw new StepFailure(oneLine(fault.message));
      if (fault.kind === "world-changed") {
        looked++;
        if (looked > policy.replans) throw new StepFailure(oneLine(`the world keeps changing: ${fault.message}`));
        precondition = await ensuring.lookAgain();
        continue;
      }
      if (fault.kind === "lease-expired") context.leases.doubt(lease);
      // A driver that wrote for as long as it may has not failed.
      if (fault.kind === "lease-expired" && performance.now() - began > LONG_CALL_MS) {
        await patience.away(oneLine(fault.message));
        continue;
      }
      await patience.again(oneLine(fault.message), fault.kind === "again" ? fault.delayMs : undefined);
      continue;
    }
    if (holder !== undefined) {
      await clock.pause(policy.pollMs, `job ${holder}, which holds ${ensuring.subject}`);
      continue;
    }
    if (result === undefined) throw new StepFailure(`the driver of ${ensuring.instance} gave no result`);
    unmoved = result.precondition === precondition ? unmoved + 1 : 0;
    precondition = result.precondition;
    const { outcome } = result;
    if (outcome.case === "done") {
      return { changed: outcome.value.changed, message: oneLine(outcome.value.message), precondition };
    }
    if (outcome.case !== "inProgress") throw new StepFailure(`the driver of ${ensuring.instance} gave no outcome`);
    const message = oneLine(outcome.value.message);
    clock.report({ message, percent: Math.min(outcome.value.percent, 100) });
    const { retryAfterMs } = outcome.value;
    const afterMs = Math.max(retryAfterMs, Math.min(retryAfterMs * 2 ** unmoved, policy.observeEveryMs));
    await untilItMoves(afterMs, message === "" ? ensuring.instance : `${ensuring.instance}: ${message}`);
  }
}

const LONG_CALL_MS = 1_000;

/** A job that has ended has no more calls. */
function unlessEnded(error: unknown): void {
  if (error instanceof JobEnded) throw error;
}
