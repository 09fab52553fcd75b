import { create, fromJson, toJson } from "@bufbuild/protobuf";
import { timestampFromDate } from "@bufbuild/protobuf/wkt";
import { type Client, Code, type ServiceImpl } from "@connectrpc/connect";
import type { DesignStateService } from "../../../gen/bedplate/design/v1/design_state_service_pb.js";
import { type Schedule, ScheduleSchema } from "../../../gen/bedplate/orchestrator/v1/drift_pb.js";
import type { OrchestratorService } from "../../../gen/bedplate/orchestrator/v1/orchestrator_service_pb.js";
import { Action } from "../../../gen/bedplate/orchestrator/v1/plan_pb.js";
import { ErrorReason } from "../../../gen/bedplate/type/v1/error_pb.js";
import { SelectorSchema } from "../../../gen/bedplate/type/v1/selector_pb.js";
import type { Db } from "../../db/database.ts";
import { failure } from "../../mesh/failure.ts";
import { cutPage, pageStart, rowsToRead } from "../page.ts";
import { deleteSchedule, listSchedules, putSchedule, type ScheduleRow } from "../store/schedules.ts";

/** What the RPCs about schedules need. */
export interface ScheduleRpcDeps {
  readonly db: Db;
  readonly state: () => Client<typeof DesignStateService>;
}

/** Most schedules of a design. */
const MOST = 100;

/** The RPCs about schedules. */
export function createScheduleRpcs({
  db,
  state,
}: ScheduleRpcDeps): Pick<ServiceImpl<typeof OrchestratorService>, "putSchedule" | "listSchedules" | "deleteSchedule"> {
  return {
    async putSchedule({ schedule }, { signal }) {
      const { design, name, action, selector, intervalSeconds } = schedule ?? create(ScheduleSchema);
      await state().getDesign({ design }, { signal });
      const known = await listSchedules(db, design, undefined, MOST + 1);
      if (known.length >= MOST && !known.some((each) => each.name === name)) throw tooMany(design);
      const row = await putSchedule(db, {
        ...{ design, name, intervalSeconds, action: Action[action] ?? "" },
        selector: toJson(SelectorSchema, selector ?? create(SelectorSchema)) as ScheduleRow["selector"],
      });
      return { schedule: scheduleMessage(row) };
    },

    async listSchedules(request) {
      const query = ["schedules", request.design];
      const rows = await listSchedules(db, request.design, pageStart(request, query, 2), rowsToRead(request));
      const page = cutPage(rows, request, query, ({ design, name }) => [design, name]);
      return { schedules: page.rows.map(scheduleMessage), nextPageToken: page.nextPageToken };
    },

    async deleteSchedule({ design, name }) {
      await deleteSchedule(db, design, name);
      return {};
    },
  };
}

function scheduleMessage(row: ScheduleRow): Schedule {
  return create(ScheduleSchema, {
    design: row.design,
    name: row.name,
    action: Action[row.action as keyof typeof Action],
    selector: fromJson(SelectorSchema, row.selector),
    intervalSeconds: row.interval_seconds,
    nextAt: timestampFromDate(new Date(row.next_at)),
    lastJobId: row.last_job_id,
    lastMessage: row.last_message,
  });
}

function tooMany(design: string): unknown {
  const message = `design ${design} has ${MOST} schedules, and that is the most`;
  return failure(Code.ResourceExhausted, ErrorReason.LIMIT_EXCEEDED, message, {
    subject: design,
    hint: "delete one that isn't needed: bedplate schedule delete NAME",
  });
}
