import { Code, type ServiceImpl } from "@connectrpc/connect";
import type { OrchestratorService } from "../../../gen/bedplate/orchestrator/v1/orchestrator_service_pb.js";
import { ErrorReason } from "../../../gen/bedplate/type/v1/error_pb.js";
import type { Database } from "../../db/database.ts";
import { failure } from "../../mesh/failure.ts";
import { cutPage, pageStart, rowsToRead } from "../page.ts";
import { keepsAllEvents, readEvents, type StoredEvent } from "../store/events.ts";
import { readTaskOfStep } from "../store/read-job.ts";
import { requireJob } from "./require-job.ts";
import { resync } from "./resync.ts";

type Handlers = Pick<ServiceImpl<typeof OrchestratorService>, "listTaskHistory">;

/** The RPCs that list what happened. */
export function createHistoryRpcs(database: Database): Handlers {
  const { db } = database;
  return {
    async listTaskHistory(request) {
      const { id, design } = await requireJob(database, request.jobId);
      const task = await readTaskOfStep(db, id, request.stepId);
      if (task === undefined) {
        throw failure(Code.NotFound, ErrorReason.NOT_FOUND, `job ${id} has no step ${request.stepId}`, {
          subject: request.stepId,
          hint: `bedplate job get ${id} shows its steps`,
        });
      }
      const query = ["task history", id, request.stepId];
      const [after = "0"] = pageStart(request, query, 1) ?? [];
      const { events } = await readEvents(
        db,
        { design, jobId: id, task: task.sequence },
        BigInt(after),
        rowsToRead(request),
      );
      // Asked after the events were read: what was not kept by then may be missing in them.
      if (!(await keepsAllEvents(db, id))) {
        const hint = `bedplate job get ${id} shows what became of each task`;
        throw resync(id, `not all events of job ${id} are kept any more`, hint);
      }
      const page = cutPage(events, request, query, placeOf);
      return {
        moments: page.rows.flatMap(({ event: { sequence, at, change } }) =>
          change.case === "task" ? [{ sequence, task: change.value, ...(at && { at }) }] : [],
        ),
        nextPageToken: page.nextPageToken,
      };
    },
  };
}

function placeOf({ event }: StoredEvent): readonly string[] {
  return [`${event.sequence}`];
}
