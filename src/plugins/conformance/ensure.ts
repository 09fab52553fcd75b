import { randomUUID } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";
import type { Done, EnsureResult } from "../../../gen/bedplate/driver/v1/target_pb.js";
import { hold } from "./verdict.ts";

const LONGEST_PAUSE_MS = 5_000;

/** The parts of an operation that change from call to call. */
export type Attempt = { readonly operationId: string; readonly precondition: string };

/** What every Ensure call answers. */
export type EnsureAnswer = { readonly result?: EnsureResult | undefined };

/** A fresh operation id, as the core makes one for each intent. */
export function newOperationId(): string {
  return `conformance-${randomUUID()}`;
}

/** A name no server has. */
export function newName(): string {
  return `conformance-${randomUUID()}`;
}

/** Repeats an Ensure call with one operation id and the last token until it is done, as the core does. */
export async function ensureDone(
  precondition: string,
  signal: AbortSignal,
  call: (attempt: Attempt) => Promise<EnsureAnswer>,
): Promise<Done> {
  const operationId = newOperationId();
  let token = precondition;
  for (;;) {
    signal.throwIfAborted();
    const { result } = await call({ operationId, precondition: token });
    hold(result?.outcome.case !== undefined, "Ensure answered neither done nor in_progress");
    if (result.outcome.case === "done") return result.outcome.value;
    token = result.precondition;
    const pause = result.outcome.value.retryAfterMs;
    await delay(Math.min(pause, LONGEST_PAUSE_MS), undefined, { signal });
  }
}
