import type { ServiceImpl } from "@connectrpc/connect";
import { and, asc, eq, sql } from "drizzle-orm";
import type { DesignStateService } from "../../../gen/bedplate/design/v1/design_state_service_pb.js";
import { document } from "../../db/schema.ts";
import { asOf } from "../as-of.ts";
import type { StateDeps } from "../deps.ts";
import { type RawItemRow, rawItemToMessage } from "../messages/raw-item.ts";
import { cutPage, jsonSize, pageLimit, pageStart } from "../page.ts";
import { selectFields } from "../query/field-selection.ts";
import { filterRawItems, rawItemColumns, readRawItems } from "../query/raw-rows.ts";
import { readLayers } from "../store/content.ts";
import { designKinds } from "../store/design-kinds.ts";
import { readDesign, revisionAt } from "../store/designs.ts";
import { unknownItem, unknownKind } from "../store/item-names.ts";

type Handlers = Pick<ServiceImpl<typeof DesignStateService>, "getRawItem" | "listRawItems" | "listDocumentDigests">;

/** The RPCs that read declarations as their authors wrote them. */
export function createRawItemHandlers({ database: { db } }: StateDeps): Handlers {
  return {
    async getRawItem(request) {
      const head = await readDesign(db, request.design);
      const number = await revisionAt(db, head, request);
      const { kind, name } = request;
      const rows = await db
        .select(rawItemColumns)
        .from(document)
        .where(
          and(eq(document.design, head.name), eq(document.kind, kind), eq(document.name, name), asOf(document, number)),
        );
      if (rows.length === 0) throw await unknownItem(db, head, number, kind, name);
      const order = (await readLayers(db, head.name, number)).map((layer) => layer.name);
      rows.sort((one, other) => order.indexOf(one.layer) - order.indexOf(other.layer));
      return { items: rows.map(rawItemToMessage) };
    },

    async listRawItems(request, { signal }) {
      const { layer, kind, filter: filterText, fields, at } = request;
      const head = await readDesign(db, request.design);
      const moment = at === undefined ? null : [at.seconds, at.nanos];
      const query = ["raw items", head.name, layer, kind, request.revision, moment, fields, filterText];
      const start = pageStart(request, query, 3);
      const number = start?.revision ?? (await revisionAt(db, head, request));
      const scan = { design: head.name, revision: number, layer, kind, after: start?.after };
      const count = pageLimit(request) + 1;
      const rows =
        filterText.trim() === ""
          ? await readRawItems(db, scan, count)
          : await filterRawItems(db, scan, filterText, count, signal);
      const unknown = rows.length === 0 ? await unknownKind(db, head, number, kind) : undefined;
      if (unknown !== undefined) throw unknown;
      const selected = await selectFields(kind, fields, () => designKinds(db, head, number));
      const items = rows.map((row) => ({ ...row, spec: selected(row.kind, row.spec) }));
      const key = (row: RawItemRow) => [row.layer, row.kind, row.name];
      const page = cutPage(items, request, query, number, key, ({ spec }) => jsonSize(spec));
      return { items: page.rows.map(rawItemToMessage), nextPageToken: page.nextPageToken };
    },

    async listDocumentDigests(request) {
      const head = await readDesign(db, request.design);
      const query = ["digests", head.name, request.layer];
      const start = pageStart(request, query, 2);
      const number = start?.revision ?? head.revision;
      const rows = await db
        .select({ kind: document.kind, name: document.name, digest: document.digest })
        .from(document)
        .where(
          and(
            eq(document.design, head.name),
            eq(document.layer, request.layer),
            asOf(document, number),
            start && sql`(${document.kind}, ${document.name}) > (${start.after[0]}, ${start.after[1]})`,
          ),
        )
        .orderBy(asc(document.kind), asc(document.name))
        .limit(pageLimit(request) + 1);
      const page = cutPage(rows, request, query, number, ({ kind, name }) => [kind, name], jsonSize);
      return { digests: [...page.rows], nextPageToken: page.nextPageToken };
    },
  };
}
