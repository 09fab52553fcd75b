import { fromJson, type JsonValue } from "@bufbuild/protobuf";
import { Code, type ServiceImpl } from "@connectrpc/connect";
import { and, eq } from "drizzle-orm";
import type { DesignStateService } from "../../../gen/bedplate/design/v1/design_state_service_pb.js";
import { ErrorReason } from "../../../gen/bedplate/type/v1/error_pb.js";
import { HardwareManifestSchema } from "../../../gen/bedplate/type/v1/hardware_pb.js";
import type { Db } from "../../db/database.ts";
import { holdLife } from "../../db/hold-life.ts";
import { asBuilt, effectiveItem, nodeStatus } from "../../db/schema.ts";
import { withTransaction } from "../../db/with-transaction.ts";
import { failure } from "../../mesh/failure.ts";
import type { StateDeps } from "../deps.ts";
import { nodeStatusToMessage } from "../messages/node-status.ts";
import { notFound } from "../not-found.ts";
import { cutPage, jsonSize, pageLimit } from "../page.ts";
import { queryBudget } from "../query/budget.ts";
import { chooseItems } from "../query/choose.ts";
import { compileItemFilter, ITEM_VARIABLES, specFields } from "../query/item-expression.ts";
import { nodeStateColumns, ofAsBuilt, ofStatus } from "../query/node-state.ts";
import { parseOrder } from "../query/order-by.ts";
import { placeKey, placeStart } from "../query/place-token.ts";
import { needsOf, scanItems } from "../query/scan.ts";
import { designKinds } from "../store/design-kinds.ts";
import { type DesignRow, readDesign } from "../store/designs.ts";
import { unknownItem } from "../store/item-names.ts";
import { itemNamed } from "../store/item-trees.ts";
import { recordNodeStatus } from "../store/record-node-status.ts";

type Handlers = Pick<
  ServiceImpl<typeof DesignStateService>,
  "recordNodeStatus" | "getNodeStatus" | "listNodeStatus" | "getAsBuilt"
>;

// A process stopped in the midst of this keeps others from taking over for so long at most.
const HOLDER_IDLE_MS = 10_000;

function over(): Error {
  const message = "another process has taken up the work of the one that found this out";
  return failure(Code.FailedPrecondition, ErrorReason.LEASE_EXPIRED, message, { hint: "leave it to that process" });
}

/** The RPCs about the state of nodes. */
export function createNodeStatusHandlers({ database }: StateDeps): Handlers {
  const { db } = database;
  return {
    async recordNodeStatus(request) {
      const head = await readDesign(db, request.design);
      await withTransaction(db, async (tx) => {
        if (request.holder !== "" && !(await holdLife(tx, request.holder, HOLDER_IDLE_MS))) throw over();
        await recordNodeStatus(tx, head.name, request.updates);
      });
      database.noteWrites(request.updates.length);
      return {};
    },

    async getNodeStatus(request) {
      const head = await readDesign(db, request.design);
      const [row] = await db
        .select(nodeStateColumns)
        .from(effectiveItem)
        .leftJoin(nodeStatus, ofStatus)
        .leftJoin(asBuilt, ofAsBuilt)
        .where(itemNamed({ head, revision: head.revision }, { kind: "Node", name: request.node }));
      if (row === undefined) throw await unknownItem(db, head, head.revision, "Node", request.node);
      return { status: nodeStatusToMessage(request.node, row) };
    },

    async listNodeStatus(request, { signal }) {
      const { filter: filterText, orderBy } = request;
      const head = await readDesign(db, request.design);
      const query = ["node status", head.name, filterText, orderBy];
      const start = placeStart(request, query);
      const number = start?.revision ?? head.revision;
      const kinds = filterText + orderBy === "" ? new Map() : await designKinds(db, head, number);
      const order = parseOrder(orderBy, "Node", kinds);
      const filter = compileItemFilter(filterText, ITEM_VARIABLES, specFields("Node", kinds));
      const uses = filter.expression === undefined ? [] : [filter.expression.uses];
      const count = pageLimit(request) + 1;
      const batches = scanItems(db, {
        ...{ design: head.name, revision: number, kinds, kind: "Node", narrowing: filter.narrowing },
        needs: needsOf(uses, order.fields, true),
        withState: true,
        ...(order.isPlain && start && { after: [start.after.kind, start.after.name] }),
        ...(order.isPlain && filter.expression === undefined && { atOnce: count }),
      });
      const chosen = await chooseItems(batches, filter, order, start?.after, count, queryBudget(signal));
      const page = cutPage(
        chosen,
        request,
        query,
        number,
        ({ place }) => placeKey(place, true),
        ({ candidate: { state } }) => jsonSize({ ...state?.status, deployedRevision: null }),
      );
      return {
        statuses: page.rows.map(({ candidate: { name, state } }) => nodeStatusToMessage(name, state)),
        nextPageToken: page.nextPageToken,
      };
    },

    async getAsBuilt(request) {
      const head = await readDesign(db, request.design);
      const [row] = await db
        .select()
        .from(asBuilt)
        .where(and(eq(asBuilt.design, head.name), eq(asBuilt.node, request.node)));
      if (row === undefined) {
        await requireNode(db, head, request.node);
        throw notFound("as-built manifest of node", request.node, [], "", "commission the node first");
      }
      // Written by the same contract; a field it has lost since does not make the row unreadable.
      const manifest = fromJson(HardwareManifestSchema, row.manifest as JsonValue, { ignoreUnknownFields: true });
      return { manifest, digest: row.digest };
    },
  };
}

async function requireNode(db: Db, head: DesignRow, node: string): Promise<void> {
  const [row] = await db
    .select({ name: effectiveItem.name })
    .from(effectiveItem)
    .where(itemNamed({ head, revision: head.revision }, { kind: "Node", name: node }));
  if (row === undefined) throw await unknownItem(db, head, head.revision, "Node", node);
}
