import { create } from "@bufbuild/protobuf";
import { timestampFromDate } from "@bufbuild/protobuf/wkt";
import { type Client, Code, type ServiceImpl } from "@connectrpc/connect";
import type { DesignStateService } from "../../../gen/bedplate/design/v1/design_state_service_pb.js";
import { ScriptOutcome } from "../../../gen/bedplate/driver/v1/server_driver_service_pb.js";
import type { OrchestratorService } from "../../../gen/bedplate/orchestrator/v1/orchestrator_service_pb.js";
import {
  type NodeScriptResult,
  NodeScriptResultSchema,
} from "../../../gen/bedplate/orchestrator/v1/script_result_pb.js";
import { ErrorReason } from "../../../gen/bedplate/type/v1/error_pb.js";
import type { Db } from "../../db/database.ts";
import { failure } from "../../mesh/failure.ts";
import { cutPage, pageStart, rowsToRead } from "../page.ts";
import {
  listScriptResults,
  RESULT_KEY_PARTS,
  readScriptOutput,
  resultKey,
  type ScriptResultRow,
} from "../store/script-results.ts";

/** What the RPCs about scripts need. */
export interface ScriptRpcDeps {
  readonly db: Db;
  readonly state: () => Client<typeof DesignStateService>;
}

type Handlers = Pick<ServiceImpl<typeof OrchestratorService>, "listScriptResults" | "getScriptOutput">;

/** The RPCs about what scripts said that ran on nodes. */
export function createScriptRpcs({ db, state }: ScriptRpcDeps): Handlers {
  return {
    async listScriptResults(request, { signal }) {
      const { design, node, script, jobId } = request;
      await state().getDesign({ design }, { signal });
      const query = ["script results", design, node, script, jobId];
      const after = pageStart(request, query, RESULT_KEY_PARTS);
      const rows = await listScriptResults(db, { design, node, script, jobId }, after, rowsToRead(request));
      const page = cutPage(rows, request, query, resultKey);
      return { results: page.rows.map(resultMessage), nextPageToken: page.nextPageToken };
    },

    async getScriptOutput({ design, digest }) {
      const output = await readScriptOutput(db, design, digest);
      if (output === undefined) {
        throw failure(Code.NotFound, ErrorReason.NOT_FOUND, `design ${design} has no output ${digest}`, {
          subject: digest,
          hint: "ListScriptResults tells the digests of outputs; those of old results aren't kept",
        });
      }
      return { output: output.content, truncated: output.truncated };
    },
  };
}

function resultMessage(row: ScriptResultRow): NodeScriptResult {
  const at = (text: string) => timestampFromDate(new Date(text));
  const { outcome } = row;
  return create(NodeScriptResultSchema, {
    ...{ node: row.node, script: row.script, type: row.type, truncated: row.truncated, jobId: row.job_id },
    outcome:
      outcome in ScriptOutcome ? ScriptOutcome[outcome as keyof typeof ScriptOutcome] : ScriptOutcome.UNSPECIFIED,
    ...(row.exit_status !== null && { exitStatus: row.exit_status }),
    ...(row.started_at !== null && { startedAt: at(row.started_at) }),
    ...(row.ended_at !== null && { endedAt: at(row.ended_at) }),
    scriptDigest: row.script_digest,
    outputDigest: row.output_digest,
    driverInstance: row.driver_instance,
    providerId: row.provider_id,
    collectedAt: at(row.collected_at),
  });
}
