import type { Db } from "../../db/database.ts";
import { createBatcher } from "../record/batcher.ts";
import { type LeaseAnswer, type OtherHolder, putDownLeases, takeLeases } from "../store/leases.ts";
import { JobEnded } from "./job-watch.ts";

/** A node, or a provisioner's site, as jobs hold it. */
export interface LeaseSubject {
  readonly design: string;
  readonly node: string;
  readonly jobId: string;
}

/** Leases of this process. */
export interface Leases {
  /**
   * Makes sure that the job holds the subject for a good while longer and gives the moment until which it does, by the database
   * clock; or who holds it instead. Throws JobEnded when the job has ended.
   */
  hold(subject: LeaseSubject): Promise<Date | OtherHolder>;
  /** Has the next `hold` ask the database, whatever is known here. */
  doubt(subject: LeaseSubject): void;
  /** Lets other processes go on with the same jobs at once. To be called when no more calls are made. */
  putDown(): Promise<void>;
}

interface Held {
  readonly expiresAt: Date;
  /** When it runs out, by the clock of this process. */
  readonly until: number;
}

// A lease is prolonged when less than this part of it is left, so that every call has time to be made.
const FRESH = 2 / 3;
const MOST_HELD = 50_000;
const DELAY_MS = 5;
const MOST_TAKEN = 1_000;

/** Makes the leases of one process. `holder` names the process: what it took before it was restarted it may take again at once. */
export function createLeases(db: Db, holder: string, leaseMs: number): Leases {
  const held = new Map<string, Held>();
  const { add } = createBatcher<LeaseSubject, LeaseAnswer>({
    delayMs: DELAY_MS,
    most: MOST_TAKEN,
    groupOf: () => "",
    keyOf: ({ design, node }) => `${design} ${node}`,
    work: (batch) =>
      takeLeases(
        db,
        batch.map((subject) => ({ ...subject, holder })),
        leaseMs,
      ),
  });
  return {
    async hold(subject) {
      const key = keyOf(subject);
      const known = held.get(key);
      if (known !== undefined && known.until - performance.now() > leaseMs * FRESH) return known.expiresAt;
      held.delete(key);
      const asked = performance.now();
      const taken = await add({ design: subject.design, node: subject.node, jobId: subject.jobId });
      if ("over" in taken) throw new JobEnded();
      if (!("epoch" in taken)) return taken;
      held.set(key, { expiresAt: taken.expiresAt, until: asked + taken.remainingMs });
      for (const oldest of held.keys()) {
        if (held.size <= MOST_HELD) break;
        held.delete(oldest);
      }
      return taken.expiresAt;
    },
    doubt: (subject) => void held.delete(keyOf(subject)),
    putDown: () => putDownLeases(db, holder),
  };
}

function keyOf({ design, node, jobId }: LeaseSubject): string {
  return `${design} ${node} ${jobId}`;
}
