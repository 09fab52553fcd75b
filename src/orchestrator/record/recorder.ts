import type { Database } from "../../db/database.ts";
import { withTransaction } from "../../db/with-transaction.ts";
import type { Life } from "../engine/life.ts";
import type { JobNodeRow } from "../store/job-node-row.ts";
import type { JobRow, TaskRow } from "../store/job-row.ts";
import {
  type JobChange,
  type JobNodeChange,
  type TaskChange,
  type WrittenChanges,
  writeChangesIn,
} from "../store/write-changes.ts";
import { wait } from "../wait.ts";
import { createBatcher } from "./batcher.ts";
import type { ChangeBus } from "./change-bus.ts";

/** Writes down how jobs get on: rows and events, many changes in one transaction. */
export interface Recorder {
  /** Changes a task and resolves with its row once that is durable; with undefined when the task had ended already. */
  task(design: string, change: TaskChange): Promise<TaskRow | undefined>;
  /** Changes a job, alike. */
  job(design: string, change: JobChange): Promise<JobRow | undefined>;
  /** Changes a node of a job, alike. */
  node(design: string, change: JobNodeChange): Promise<JobNodeRow | undefined>;
  /** Resolves when everything recorded so far is durable. */
  idle(): Promise<void>;
}

/** What a recorder needs. */
export interface RecorderOptions {
  readonly database: Database;
  readonly bus: ChangeBus;
  /** Nothing is written for a life that is lost: what was to be rejects with LifeLost. */
  readonly life: Pick<Life, "assertHeld" | "lost">;
  /** Ends the attempts to write when the database doesn't answer. */
  readonly signal: AbortSignal;
  readonly log: (message: string) => void;
}

type Item = { readonly design: string } & (
  | { readonly task: TaskChange }
  | { readonly job: JobChange }
  | { readonly node: JobNodeChange }
);

const DELAY_MS = 10;
const MOST_CHANGES = 2_000;
const RETRY_MS = 1_000;

/** Keys of the bus on which changes of a job and of a design are told. */
export const jobKey = (jobId: string): string => `job/${jobId}`;
export const designKey = (design: string): string => `design/${design}`;

/** Makes a recorder. A change waits at most for the batch being written and 10 ms more. */
export function createRecorder({ database, bus, life, signal, log }: RecorderOptions): Recorder {
  const batcher = createBatcher<Item, TaskRow | JobRow | JobNodeRow | undefined>({
    delayMs: DELAY_MS,
    most: MOST_CHANGES,
    groupOf: ({ design }) => design,
    // The later change of a row must see the earlier.
    keyOf,
    async work(batch) {
      const design = batch[0]?.design ?? "";
      const { tasks, jobs, nodes } = await writeUntilDone(design, batch);
      database.noteWrites(batch.length * 2);
      bus.emit([designKey(design), ...new Set(batch.map((item) => jobKey(jobOf(item))))]);
      const rows = new Map<string, TaskRow | JobRow | JobNodeRow>([
        ...tasks.map((row): [string, TaskRow] => [`${row.job_id}/${row.sequence}`, row]),
        ...jobs.map((row): [string, JobRow] => [row.id, row]),
        ...nodes.map((row): [string, JobNodeRow] => [`${row.job_id}/node/${row.node}`, row]),
      ]);
      return batch.map((item) => rows.get(keyOf(item)));
    },
  });
  /** A job can't go on without its record, so a database that is away is waited for until this process stops. */
  const writeUntilDone = async (design: string, batch: readonly Item[]): Promise<WrittenChanges> => {
    for (;;) {
      try {
        return await withTransaction(database.db, async (tx) => {
          await life.assertHeld(tx);
          return writeChangesIn(tx, design, batch);
        });
      } catch (error) {
        if (signal.aborted || life.lost.aborted) throw error;
        log(`progress of jobs could not be written, trying again: ${error instanceof Error ? error.message : error}`);
        await wait(RETRY_MS, signal);
      }
    }
  };
  return {
    task: (design, task) => batcher.add({ design, task }) as Promise<TaskRow | undefined>,
    job: (design, job) => batcher.add({ design, job }) as Promise<JobRow | undefined>,
    node: (design, node) => batcher.add({ design, node }) as Promise<JobNodeRow | undefined>,
    idle: batcher.idle,
  };
}

function keyOf(item: Item): string {
  if ("task" in item) return `${item.task.jobId}/${item.task.sequence}`;
  return "node" in item ? `${item.node.jobId}/node/${item.node.node}` : item.job.jobId;
}

function jobOf(item: Item): string {
  if ("task" in item) return item.task.jobId;
  return "node" in item ? item.node.jobId : item.job.jobId;
}
