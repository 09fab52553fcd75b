import { create } from "@bufbuild/protobuf";
import { timestampFromDate } from "@bufbuild/protobuf/wkt";
import type { Client, ServiceImpl } from "@connectrpc/connect";
import type { DesignStateService } from "../../../gen/bedplate/design/v1/design_state_service_pb.js";
import {
  type DriftDifference,
  DriftDifferenceSchema,
  type NodeDrift,
  NodeDriftSchema,
} from "../../../gen/bedplate/orchestrator/v1/drift_pb.js";
import type { OrchestratorService } from "../../../gen/bedplate/orchestrator/v1/orchestrator_service_pb.js";
import type { Db } from "../../db/database.ts";
import type { StoredDrift } from "../../db/schema/drift.ts";
import { type DesignField, designFieldOf } from "../../plan/spec-origin.ts";
import type { DesignSnapshots } from "../design-snapshot.ts";
import { createFieldExplainer, type FieldExplainer } from "../explain-field.ts";
import { cutPage, pageStart, rowsToRead } from "../page.ts";
import { type DriftRow, listDrift } from "../store/node-drift.ts";

/** What the RPC about differences needs. */
export interface DriftRpcDeps {
  readonly db: Db;
  readonly snapshots: DesignSnapshots;
  readonly state: () => Client<typeof DesignStateService>;
}

/** Each difference of a page is explained anew, so a page holds not many more than this, and one node at least. */
const DIFFERENCES_PER_PAGE = 512;

/** The RPC that lists how nodes differ from the design. What the design says of each difference is read from the revision it was compared with. */
export function createDriftRpcs({
  db,
  snapshots,
  state,
}: DriftRpcDeps): Pick<ServiceImpl<typeof OrchestratorService>, "listDrift"> {
  return {
    async listDrift(request, { signal }) {
      const { design, node, includeUnchanged } = request;
      const { design: head } = await state().getDesign({ design }, { signal });
      const { view } = await snapshots.read(design, head?.revision ?? 0n);
      const nodes = [...view.nodes.keys()].filter((name) => node === "" || name === node);
      const query = ["drift", design, node, `${includeUnchanged}`];
      const [after = ""] = pageStart(request, query, 1) ?? [];
      const asked = { design, nodes, withUnchanged: includeUnchanged };
      const rows = await listDrift(db, asked, after, rowsToRead(request));
      const fitting = countFitting(rows);
      const size = fitting < rows.length ? { ...request, pageSize: fitting } : request;
      const page = cutPage(rows, size, query, (row) => [row.node]);
      const explain = createFieldExplainer(state(), design, signal);
      const found: NodeDrift[] = [];
      for (const row of page.rows) {
        const compared = await snapshots.read(design, BigInt(row.revision));
        const fieldOf = (field: string): DesignField | undefined => designFieldOf(compared.view, row.node, field);
        found.push(await driftMessage(row, fieldOf, explain));
      }
      return { nodes: found, nextPageToken: page.nextPageToken };
    },
  };
}

/** How many rows hold few enough differences together; at least one when there are any. */
function countFitting(rows: readonly DriftRow[]): number {
  let differences = 0;
  const first = rows.findIndex((row, index) => {
    differences += row.differences.length;
    return index > 0 && differences > DIFFERENCES_PER_PAGE;
  });
  return first === -1 ? rows.length : first;
}

async function driftMessage(
  row: DriftRow,
  fieldOf: (field: string) => DesignField | undefined,
  explain: FieldExplainer,
): Promise<NodeDrift> {
  const difference = async ({ since, ...said }: StoredDrift): Promise<DriftDifference> => {
    const field = fieldOf(said.field);
    const origin = field === undefined ? undefined : await explain(BigInt(row.revision), field);
    return create(DriftDifferenceSchema, {
      ...said,
      field: field?.path ?? "",
      since: timestampFromDate(new Date(since)),
      item: field === undefined ? "" : `${field.kind}/${field.name}`,
      ...(origin !== undefined && { origin }),
    });
  };
  return create(NodeDriftSchema, {
    node: row.node,
    revision: BigInt(row.revision),
    jobId: row.job_id,
    comparedAt: timestampFromDate(new Date(row.compared_at)),
    differences: await Promise.all(row.differences.map(difference)),
    differenceCount: row.difference_count,
  });
}
