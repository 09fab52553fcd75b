import type { MessageInitShape } from "@bufbuild/protobuf";
import type { EnsureResultSchema } from "../../../gen/bedplate/driver/v1/target_pb.js";
import { oneLine } from "./text.ts";

/** The plain form of an outcome. */
export type ResultInit = Exclude<MessageInitShape<typeof EnsureResultSchema>, { $typeName: string }>;

const FIRST_WAIT_MS = 100;
const LONGEST_WAIT_MS = 10_000;

/** The wanted state is there and was read back. */
export function doneResult(precondition: string, changed: boolean, message: string): ResultInit {
  return { outcome: { case: "done", value: { changed, message: oneLine(message, 2048) } }, precondition };
}

/** It is not there yet. */
export function progressResult(
  precondition: string,
  retryAfterMs: number,
  percent: number,
  message: string,
): ResultInit {
  const value = { retryAfterMs, percent, message: oneLine(message, 2048) };
  return { outcome: { case: "inProgress", value }, precondition };
}

/** How long to wait when `waits` answers before only waited too: 100 ms, doubling up to 10 s. */
export function backoff(waits: number): number {
  return Math.min(FIRST_WAIT_MS * 2 ** Math.min(waits, 20), LONGEST_WAIT_MS);
}
