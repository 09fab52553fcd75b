import type { Db } from "../../db/database.ts";
import type { Life } from "../engine/life.ts";
import { createBatcher } from "../record/batcher.ts";
import { type LeaseAnswer, type OtherHolder, putDownLeases, releaseLeases, takeLeases } from "../store/leases.ts";
import { JobEnded } from "./job-watch.ts";

/** A node, or a provisioner's site, as jobs hold it. */
export interface LeaseSubject {
  readonly design: string;
  readonly node: string;
  readonly jobId: string;
}

/** What is held of a site while its provisioner is prepared. */
export function siteSubject(instance: string): string {
  return `site:${instance}`;
}

/** Leases of this process. They last as long as its life, which is prolonged for all of them at once. */
export interface Leases {
  /**
   * Makes sure that the job holds the subject and gives the moment until which it does for certain, by the clock of this host; or who holds it instead. Throws
   * JobEnded when the job has ended, and LifeLost.
   */
  hold(subject: LeaseSubject): Promise<Date | OtherHolder>;
  /** Has the next `hold` ask the database, whatever is known here. */
  doubt(subject: LeaseSubject): void;
  /** Lets other jobs have the subject, at once or soon. */
  release(subject: LeaseSubject): void;
  /** Lets other processes go on with the same jobs at once. To be called when no more calls are made. */
  putDown(): Promise<void>;
}

const MOST_HELD = 50_000;
const DELAY_MS = 5;
const MOST_TAKEN = 1_000;
const RELEASE_DELAY_MS = 20;

/** Makes the leases of one life. */
export function createLeases(db: Db, life: Life, onError: (error: unknown) => void): Leases {
  const held = new Set<string>();
  const mine = ({ design, node, jobId }: LeaseSubject) => ({ design, node, jobId, holder: life.id });
  const { add } = createBatcher<LeaseSubject, LeaseAnswer>({
    delayMs: DELAY_MS,
    most: MOST_TAKEN,
    groupOf: () => "",
    keyOf: ({ design, node }) => `${design} ${node}`,
    work: (batch) => takeLeases(db, batch.map(mine)),
  });
  const releases = createBatcher<LeaseSubject, void>({
    delayMs: RELEASE_DELAY_MS,
    most: MOST_TAKEN,
    groupOf: () => "",
    keyOf: ({ design, node }) => `${design} ${node}`,
    async work(batch) {
      await releaseLeases(db, batch.map(mine));
      return batch.map(() => undefined);
    },
  });
  return {
    async hold(subject) {
      const key = keyOf(subject);
      if (!held.has(key)) {
        await life.heldUntil();
        const taken = await add(mine(subject));
        if ("over" in taken) throw new JobEnded();
        if (!("epoch" in taken)) return taken;
        held.add(key);
        for (const oldest of held) {
          if (held.size <= MOST_HELD) break;
          held.delete(oldest);
        }
      }
      return life.heldUntil();
    },
    doubt: (subject) => void held.delete(keyOf(subject)),
    release(subject) {
      held.delete(keyOf(subject));
      releases.add(mine(subject)).catch(onError);
    },
    async putDown() {
      await releases.idle();
      await putDownLeases(db, life.id);
    },
  };
}

function keyOf({ design, node, jobId }: LeaseSubject): string {
  return `${design} ${node} ${jobId}`;
}
