import { StepKind } from "../../gen/bedplate/orchestrator/v1/plan_pb.js";
import type { PlanStep } from "./plan-step.ts";

/** How long a step of a kind may take with a driver instance, in whole seconds from 0; the instance is empty for what core does alone. */
export type StepSeconds = (kind: StepKind, driverInstance: string) => number;

/**
 * How long a plan may take, in whole seconds: the steps of the site one after the other, then its nodes, `nodesAtOnce` (1 or more) at a time in the order of the plan,
 * each going through its own steps. 0 when no step has anything to do.
 */
export function estimatePlan(
  steps: readonly Pick<PlanStep, "kind" | "subject" | "estimatedSeconds">[],
  nodesAtOnce: number,
): number {
  let site = 0;
  const nodes = new Map<string, number>();
  for (const { kind, subject, estimatedSeconds } of steps) {
    if (kind === StepKind.PREPARE_SITE) site += estimatedSeconds;
    else nodes.set(subject, (nodes.get(subject) ?? 0) + estimatedSeconds);
  }
  const times = [...nodes.values()].filter((seconds) => seconds > 0);
  return site + lastEnd(times, Math.min(nodesAtOnce, times.length));
}

/** When the last of some pieces of work ends that `places` take up in order, each as soon as it is free. */
function lastEnd(times: readonly number[], places: number): number {
  if (places === 0) return 0;
  // A heap of the moments at which places become free: the parent of index i is at (i - 1) >> 1.
  const free = new Array<number>(places).fill(0);
  let last = 0;
  for (const seconds of times) {
    const end = (free[0] ?? 0) + seconds;
    last = Math.max(last, end);
    sink(free, end);
  }
  return last;
}

/** Puts a value in place of the least one of a heap. */
function sink(heap: number[], value: number): void {
  let at = 0;
  for (;;) {
    const left = 2 * at + 1;
    if (left >= heap.length) break;
    const right = left + 1;
    const child = right < heap.length && (heap[right] ?? 0) < (heap[left] ?? 0) ? right : left;
    const least = heap[child] ?? 0;
    if (least >= value) break;
    heap[at] = least;
    at = child;
  }
  heap[at] = value;
}
