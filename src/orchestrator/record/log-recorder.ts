import { create, toJson } from "@bufbuild/protobuf";
import { Code } from "@connectrpc/connect";
import { EventSchema, type NodeLogLine } from "../../../gen/bedplate/orchestrator/v1/job_pb.js";
import { ErrorReason, RetryKind } from "../../../gen/bedplate/type/v1/error_pb.js";
import type { Database } from "../../db/database.ts";
import { withTransaction } from "../../db/with-transaction.ts";
import { failure } from "../../mesh/failure.ts";
import type { Policy } from "../policy.ts";
import { appendEvents, type NewEvent } from "../store/append-events.ts";
import { createBatcher } from "./batcher.ts";
import type { ChangeBus } from "./change-bus.ts";
import { designKey, jobKey } from "./recorder.ts";

/** Writes down lines of nodes as events of their design, those of many nodes in one transaction. */
export interface LogRecorder {
  /**
   * Records lines in their order and gives the moment, by the database clock, once they are durable. Throws RESOURCE_EXHAUSTED when more lines wait than may. A
   * database that is away is the caller's to wait for: lines of nodes hold up no job.
   */
  record(design: string, jobId: string, lines: readonly NodeLogLine[]): Promise<Date>;
  /** Resolves when everything recorded so far is durable, or refused. */
  idle(): Promise<void>;
}

interface Lines {
  readonly design: string;
  readonly jobId: string;
  readonly events: readonly NewEvent[];
}

/** Makes a recorder. */
export function createLogRecorder(
  { db, noteWrites }: Database,
  bus: ChangeBus,
  policy: Pick<Policy, "logDelayMs" | "logLinesPerWrite" | "logLinesWaiting">,
): LogRecorder {
  let waiting = 0;
  let calls = 0;
  const batcher = createBatcher<Lines & { readonly call: number }, Date>({
    delayMs: policy.logDelayMs,
    most: policy.logLinesPerWrite,
    weightOf: ({ events }) => events.length,
    groupOf: ({ design }) => design,
    keyOf: ({ call }) => `${call}`,
    async work(batch) {
      const design = batch[0]?.design ?? "";
      const events = batch.flatMap((lines) => lines.events);
      const at = await withTransaction(db, (tx) => appendEvents(tx, design, events));
      noteWrites(events.length);
      bus.emit([designKey(design), ...new Set(batch.map(({ jobId }) => jobKey(jobId)))]);
      return batch.map(() => at);
    },
  });
  return {
    async record(design, jobId, lines) {
      if (waiting + lines.length > policy.logLinesWaiting) throw tooMany();
      waiting += lines.length;
      try {
        const events = lines.map((line) => eventOf(jobId, line));
        return await batcher.add({ design, jobId, events, call: ++calls });
      } finally {
        waiting -= lines.length;
      }
    },
    idle: batcher.idle,
  };
}

function eventOf(jobId: string, line: NodeLogLine): NewEvent {
  const event = create(EventSchema, { change: { case: "log", value: line } });
  return { jobId, node: line.node, change: toJson(EventSchema, event) };
}

function tooMany(): unknown {
  return failure(Code.ResourceExhausted, ErrorReason.LIMIT_EXCEEDED, "too many lines of nodes wait to be written", {
    retry: { kind: RetryKind.AFTER, delayMs: 5_000 },
    hint: "send the same lines again in a while",
  });
}
