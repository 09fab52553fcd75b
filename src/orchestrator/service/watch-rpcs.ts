import { type Client, Code, type ServiceImpl } from "@connectrpc/connect";
import type { DesignStateService } from "../../../gen/bedplate/design/v1/design_state_service_pb.js";
import type { Event } from "../../../gen/bedplate/orchestrator/v1/job_pb.js";
import { JobState } from "../../../gen/bedplate/orchestrator/v1/job_pb.js";
import type { OrchestratorService } from "../../../gen/bedplate/orchestrator/v1/orchestrator_service_pb.js";
import { ErrorReason } from "../../../gen/bedplate/type/v1/error_pb.js";
import type { Database } from "../../db/database.ts";
import { failure } from "../../mesh/failure.ts";
import { callFault } from "../job/call-fault.ts";
import { keepsAllEvents } from "../store/events.ts";
import { isFinal } from "../store/job-row.ts";
import { inMessages } from "../watch/event-cache.ts";
import type { EventFeeds } from "../watch/event-feeds.ts";
import type { ReadBlock } from "../watch/recent-blocks.ts";
import type { WatchPolicy } from "../watch/watch-policy.ts";
import { requireJob } from "./require-job.ts";
import { requireKept } from "./resync.ts";

type Handlers = Pick<ServiceImpl<typeof OrchestratorService>, "watchJob" | "watchEvents">;

/** What the watching RPCs need. */
export interface WatchRpcDeps {
  readonly database: Database;
  readonly feeds: EventFeeds;
  readonly state: () => Client<typeof DesignStateService>;
  readonly policy: Pick<WatchPolicy, "messageBytes" | "idleMs">;
  /** Aborts when this process stops, with the error watchers are told: they come again elsewhere. */
  readonly stop: AbortSignal;
}

/** How one watch differs from others. */
interface Watched {
  readonly design: string;
  readonly jobId?: string;
  readonly after: bigint;
  /** Whether nothing is waited for. */
  readonly untilNow: boolean;
  /** Throws when events after a place are missing in what was read. */
  readonly check: (after: bigint, allowed: bigint, block: Required<ReadBlock>) => Promise<void> | void;
  /** Whether an event is the last there is. */
  readonly isLast: (event: Event) => boolean;
  /** Whether nothing more comes, asked before what may be the last is read. */
  readonly hasEnded: () => Promise<boolean>;
}

/** The RPCs that stream events. They read what is written down as it is taken, so nothing is missed or told twice, whoever wrote it and however slow the reader is. */
export function createWatchRpcs({ database, feeds, state, policy, stop }: WatchRpcDeps): Handlers {
  async function* follow(watched: Watched, signal: AbortSignal): AsyncGenerator<{ events: Event[] }> {
    const { design, jobId, untilNow, check, isLast, hasEnded } = watched;
    const reader = feeds.join({ design, ...(jobId !== undefined && { jobId }) });
    // One who goes takes nothing more, and what takes nothing never comes to its end.
    signal.addEventListener("abort", () => reader.close(), { once: true });
    try {
      let { after } = watched;
      // One who wants all that are kept gets what was kept when he came.
      let until: bigint | undefined;
      let allowed: bigint | undefined = after === 0n ? undefined : 0n;
      for (let over = await hasEnded(); ; ) {
        signal.throwIfAborted();
        const block = await reader.next(after);
        allowed ??= block?.horizon ?? 0n;
        if (block?.newest !== undefined && block.horizon !== undefined) {
          await check(after, allowed, { ...block, newest: block.newest, horizon: block.horizon });
        }
        for (const events of inMessages(block?.events ?? [], policy.messageBytes)) {
          const last = events.findIndex(isLast);
          yield { events: last < 0 ? events : events.slice(0, last + 1) };
          if (last >= 0) return;
        }
        until ??= untilNow ? block?.newest : undefined;
        if (block !== undefined && block.last > after) {
          after = block.last;
          if (until !== undefined && after >= until) return;
          continue;
        }
        if (over || untilNow) return;
        if (!(await reader.wait(policy.idleMs, signal)) && !signal.aborted) over = await hasEnded();
      }
    } catch (error) {
      throw watchError(error);
    } finally {
      reader.close();
    }
  }

  return {
    async *watchJob({ jobId, afterSequence: after, untilNow }, context) {
      const { design } = await requireJob(database, jobId);
      yield* follow(
        {
          ...{ design, jobId, after, untilNow },
          async check(place, allowed, { newest, horizon }) {
            // Of a job that goes on everything is kept.
            const missing = horizon > place && horizon > allowed && !(await keepsAllEvents(database.db, jobId));
            requireKept(`job ${jobId}`, place, allowed, { newest, horizon: missing ? horizon : 0n });
          },
          isLast: ({ change }) => change.case === "job" && FINAL.has(change.value.state),
          hasEnded: async () => isFinal((await requireJob(database, jobId)).state),
        },
        AbortSignal.any([context.signal, stop]),
      );
    },

    async *watchEvents({ design, afterSequence: after, untilNow }, context) {
      await state().getDesign({ design }, { signal: context.signal });
      yield* follow(
        {
          ...{ design, after, untilNow },
          check: (place, allowed, read) => requireKept(`design ${design}`, place, allowed, read),
          isLast: () => false,
          hasEnded: async () => false,
        },
        AbortSignal.any([context.signal, stop]),
      );
    },
  };
}

const FINAL: ReadonlySet<JobState> = new Set([JobState.SUCCEEDED, JobState.FAILED, JobState.CANCELED]);

/** One who watches comes again after a database that was away, and goes on where he was. */
function watchError(error: unknown): unknown {
  if (callFault(error).kind !== "away") return error;
  const message = "the database is away; watch again from the last sequence number";
  return failure(Code.Unavailable, ErrorReason.SERVICE_UNAVAILABLE, message, { cause: error });
}
