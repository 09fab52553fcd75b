import type { Client, ServiceImpl } from "@connectrpc/connect";
import type { DesignStateService } from "../../../gen/bedplate/design/v1/design_state_service_pb.js";
import type { Event } from "../../../gen/bedplate/orchestrator/v1/job_pb.js";
import type { OrchestratorService } from "../../../gen/bedplate/orchestrator/v1/orchestrator_service_pb.js";
import type { Database } from "../../db/database.ts";
import type { ChangeBus } from "../record/change-bus.ts";
import { designKey, jobKey } from "../record/recorder.ts";
import { readEvents } from "../store/events.ts";
import { isFinal } from "../store/job-row.ts";
import { requireJob } from "./require-job.ts";

type Handlers = Pick<ServiceImpl<typeof OrchestratorService>, "watchJob" | "watchEvents">;

/** What the watching RPCs need. */
export interface WatchRpcDeps {
  readonly database: Database;
  readonly bus: ChangeBus;
  readonly state: () => Client<typeof DesignStateService>;
  /** How often to look for what other processes wrote, in milliseconds. */
  readonly pollMs: number;
  /** Aborts when this process stops, with the error watchers are told: they come again elsewhere. */
  readonly stop: AbortSignal;
}

const PAGE = 500;

/** The RPCs that stream events. They read what is written down, so nothing is missed or told twice, whoever wrote it. */
export function createWatchRpcs({ database, bus, state, pollMs, stop }: WatchRpcDeps): Handlers {
  const { db } = database;

  async function* follow(
    key: string,
    signal: AbortSignal,
    afterSequence: bigint,
    read: (after: bigint) => Promise<readonly Event[]>,
    ended: () => Promise<boolean>,
  ): AsyncGenerator<{ events: Event[] }> {
    const listener = bus.listen(key);
    try {
      for (let after = afterSequence; ; ) {
        // Asked before the events are read: what had ended by then has no later event.
        const last = await ended();
        const events = await read(after);
        if (events.length > 0) {
          yield { events: [...events] };
          after = events.at(-1)?.sequence ?? after;
        } else {
          if (last) return;
          signal.throwIfAborted();
          await listener.wait(pollMs, signal);
        }
      }
    } finally {
      listener.close();
    }
  }

  return {
    async *watchJob({ jobId, afterSequence }, context) {
      const row = await requireJob(database, jobId);
      yield* follow(
        jobKey(jobId),
        AbortSignal.any([context.signal, stop]),
        afterSequence,
        async (after) =>
          (await readEvents(db, { design: row.design, jobId }, after, PAGE)).events.map(({ event }) => event),
        async () => isFinal((await requireJob(database, jobId)).state),
      );
    },

    async *watchEvents({ design, afterSequence }, context) {
      await state().getDesign({ design }, { signal: context.signal });
      yield* follow(
        designKey(design),
        AbortSignal.any([context.signal, stop]),
        afterSequence,
        async (after) => (await readEvents(db, { design }, after, PAGE)).events.map(({ event }) => event),
        async () => false,
      );
    },
  };
}
