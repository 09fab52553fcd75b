import { create } from "@bufbuild/protobuf";
import { timestampFromDate } from "@bufbuild/protobuf/wkt";
import { type Client, Code, type ServiceImpl } from "@connectrpc/connect";
import type { DesignStateService } from "../../../gen/bedplate/design/v1/design_state_service_pb.js";
import { type NodeLogLine, NodeLogLineSchema } from "../../../gen/bedplate/orchestrator/v1/job_pb.js";
import type { OrchestratorService } from "../../../gen/bedplate/orchestrator/v1/orchestrator_service_pb.js";
import { ErrorReason } from "../../../gen/bedplate/type/v1/error_pb.js";
import type { Database } from "../../db/database.ts";
import { failure } from "../../mesh/failure.ts";
import { visibleText } from "../../text/visible-text.ts";
import { callFault } from "../job/call-fault.ts";
import { cutPage, pageStart, rowsToRead } from "../page.ts";
import type { LogRecorder } from "../record/log-recorder.ts";
import { readEvents } from "../store/events.ts";
import { requireKept } from "./resync.ts";

type Handlers = Pick<ServiceImpl<typeof OrchestratorService>, "recordNodeLog" | "listNodeEvents">;

/** What the RPCs about what happens on nodes need. */
export interface NodeEventRpcDeps {
  readonly database: Database;
  readonly state: () => Client<typeof DesignStateService>;
  readonly logs: LogRecorder;
}

/** The RPCs about what happens on nodes. */
export function createNodeEventRpcs({ database: { db }, state, logs }: NodeEventRpcDeps): Handlers {
  return {
    async recordNodeLog({ design, jobId, lines }, { signal }) {
      await state().getDesign({ design }, { signal });
      const at = await logs.record(design, jobId, lines.map(visibleLine)).catch((error) => {
        if (callFault(error).kind !== "away") throw error;
        throw failure(Code.Unavailable, ErrorReason.SERVICE_UNAVAILABLE, "the database is away; send the lines again");
      });
      return { recordedAt: timestampFromDate(at) };
    },

    async listNodeEvents(request, { signal }) {
      const { design, node, afterSequence } = request;
      await state().getDesign({ design }, { signal });
      const query = ["node events", design, node, `${afterSequence}`];
      const [after = `${afterSequence}`, horizon] = pageStart(request, query, 2) ?? [];
      const read = await readEvents(db, { design, node }, BigInt(after), rowsToRead(request));
      // One who wants all that are kept gets what was kept when the first page was read.
      const allowed = horizon === undefined ? (afterSequence === 0n ? read.horizon : 0n) : BigInt(horizon);
      requireKept(design, BigInt(after), allowed, read);
      const page = cutPage(read.events, request, query, ({ event }) => [`${event.sequence}`, `${allowed}`]);
      return { events: page.rows.map(({ event }) => event), nextPageToken: page.nextPageToken };
    },
  };
}

const MOST_TEXT = 4096;
const MOST_SOURCE = 64;

/** A line with nothing in it that a terminal would obey. */
function visibleLine({ node, at, source, text }: NodeLogLine): NodeLogLine {
  const line = { node, source: shown(source, MOST_SOURCE), text: shown(text, MOST_TEXT) };
  return create(NodeLogLineSchema, { ...line, ...(at && { at }) });
}

function shown(text: string, most: number): string {
  const visible = [...visibleText(text)];
  return visible.length <= most ? visible.join("") : `${visible.slice(0, most - 1).join("")}…`;
}
