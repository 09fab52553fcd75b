import { fromJson, type JsonValue } from "@bufbuild/protobuf";
import type { ServiceImpl } from "@connectrpc/connect";
import { and, asc, eq, gt } from "drizzle-orm";
import type { DesignStateService } from "../../../gen/bedplate/design/v1/design_state_service_pb.js";
import { HardwareManifestSchema } from "../../../gen/bedplate/type/v1/hardware_pb.js";
import type { Db } from "../../db/database.ts";
import { asBuilt, effectiveItem, nodeStatus } from "../../db/schema.ts";
import { withTransaction } from "../../db/with-transaction.ts";
import { asOf } from "../as-of.ts";
import type { StateDeps } from "../deps.ts";
import { nodeStatusToMessage } from "../messages/node-status.ts";
import { notFound } from "../not-found.ts";
import { cutPage, jsonSize, pageLimit, pageStart } from "../page.ts";
import { type DesignRow, readDesign } from "../store/designs.ts";
import { unknownItem } from "../store/item-names.ts";
import { recordNodeStatus } from "../store/record-node-status.ts";

type Handlers = Pick<
  ServiceImpl<typeof DesignStateService>,
  "recordNodeStatus" | "getNodeStatus" | "listNodeStatus" | "getAsBuilt"
>;

/** The RPCs about the state of nodes. */
export function createNodeStatusHandlers({ database }: StateDeps): Handlers {
  const { db } = database;
  return {
    async recordNodeStatus(request) {
      const head = await readDesign(db, request.design);
      await withTransaction(db, (tx) => recordNodeStatus(tx, head.name, request.updates));
      database.noteWrites(request.updates.length);
      return {};
    },

    async getNodeStatus(request) {
      const head = await readDesign(db, request.design);
      await requireNode(db, head, request.node);
      const [row] = await db
        .select()
        .from(nodeStatus)
        .where(and(eq(nodeStatus.design, head.name), eq(nodeStatus.node, request.node)));
      return { status: nodeStatusToMessage(request.node, row) };
    },

    async listNodeStatus(request) {
      const head = await readDesign(db, request.design);
      const query = ["node status", head.name];
      const [after] = pageStart(request, query, 1)?.after ?? [];
      const rows = await db
        .select({ node: effectiveItem.name, status: nodeStatus })
        .from(effectiveItem)
        .leftJoin(nodeStatus, and(eq(nodeStatus.design, effectiveItem.design), eq(nodeStatus.node, effectiveItem.name)))
        .where(
          and(
            eq(effectiveItem.design, head.name),
            eq(effectiveItem.kind, "Node"),
            asOf(effectiveItem, head.revision),
            after === undefined ? undefined : gt(effectiveItem.name, after),
          ),
        )
        .orderBy(asc(effectiveItem.name))
        .limit(pageLimit(request) + 1);
      const page = cutPage(
        rows,
        request,
        query,
        0n,
        ({ node }) => [node],
        ({ status }) => jsonSize(status),
      );
      return {
        statuses: page.rows.map(({ node, status }) => nodeStatusToMessage(node, status)),
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
    .where(
      and(
        eq(effectiveItem.design, head.name),
        eq(effectiveItem.kind, "Node"),
        eq(effectiveItem.name, node),
        asOf(effectiveItem, head.revision),
      ),
    );
  if (row === undefined) throw await unknownItem(db, head, head.revision, "Node", node);
}
