import type { Took } from "./work-clock.ts";

/** Half of all, all but one in a hundred, and the worst, in milliseconds. */
export interface Latency {
  readonly middle: number;
  readonly most: number;
  readonly worst: number;
}

/** One job over so many nodes on instant simulated hardware, beside as many empty steps of the bare engine. */
export interface JobMeasurement {
  readonly nodes: number;
  readonly steps: number;
  /** From StartJob to the end of the job. */
  readonly job: Took;
  /** From CreatePlan to its answer. */
  readonly plan: Took;
  /** As many workflows of as many steps whose bodies are empty, on the same engine and database. */
  readonly bare: Took;
  /** Most resident memory of the process during the job over that before it, in MiB. */
  readonly memory: number;
  /** Resident memory before the job, in MiB. */
  readonly idle: number;
  /** Longest time the event loop was busy with one thing, in milliseconds. */
  readonly lag: number;
  /** From the start of the transaction that writes an event until a watcher has it. */
  readonly watch: Latency;
  /** Calls that reached the driver, by method. */
  readonly calls: Readonly<Record<string, number>>;
}

/** A job canceled while all its nodes hang in calls to their driver. */
export interface CancelMeasurement {
  readonly nodes: number;
  /** From the call of CancelJob until the last call to the driver was aborted, in milliseconds. */
  readonly aborted: number;
  /** From the call of CancelJob until the job has ended, in milliseconds. */
  readonly ended: number;
}

/** One job carried out by two processes. */
export interface ReplicasMeasurement {
  readonly nodes: number;
  /** From StartJob to the end of the job, in milliseconds. */
  readonly wall: number;
  /** How many nodes each process took up, most first. */
  readonly shares: readonly number[];
}

/** Numbers as a latency. */
export function latencyOf(times: readonly number[]): Latency {
  const sorted = times.toSorted((one, other) => one - other);
  const at = (part: number): number => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? 0;
  return { middle: at(0.5), most: at(0.99), worst: sorted.at(-1) ?? 0 };
}
