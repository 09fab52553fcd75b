import { Code, type ServiceImpl } from "@connectrpc/connect";
import { and, asc, eq, sql } from "drizzle-orm";
import type { DesignStateService } from "../../../gen/bedplate/design/v1/design_state_service_pb.js";
import { ErrorReason } from "../../../gen/bedplate/type/v1/error_pb.js";
import { effectiveItem } from "../../db/schema.ts";
import { type EffectiveItemStamp, effectiveItemToMessage } from "../../design/to-message.ts";
import { failure } from "../../mesh/failure.ts";
import { asOf } from "../as-of.ts";
import type { StateDeps } from "../deps.ts";
import { fieldMask } from "../fields.ts";
import { cutPage, jsonSize, pageLimit, pageStart } from "../page.ts";
import { designKinds } from "../store/design-kinds.ts";
import { readDesign, revisionAt } from "../store/designs.ts";
import { unknownItem, unknownKind } from "../store/item-names.ts";

type Handlers = Pick<ServiceImpl<typeof DesignStateService>, "getItem" | "listItems">;

/** The RPCs that read effective items. */
export function createItemHandlers({ database: { db } }: StateDeps): Handlers {
  return {
    async getItem(request) {
      const head = await readDesign(db, request.design);
      const number = await revisionAt(db, head, request);
      const { kind, name } = request;
      const [row] = await db
        .select()
        .from(effectiveItem)
        .where(
          and(
            eq(effectiveItem.design, head.name),
            eq(effectiveItem.kind, kind),
            eq(effectiveItem.name, name),
            asOf(effectiveItem, number),
          ),
        );
      if (row === undefined) throw await unknownItem(db, head, number, kind, name);
      const masked = await fieldMask(kind, request.fields?.paths ?? [], () => designKinds(db, head, number));
      return { item: effectiveItemToMessage({ ...row, tree: masked(row.tree) }, stampOf(row)) };
    },

    async listItems(request) {
      const { kind, filter } = request;
      if (filter !== "") {
        throw failure(Code.Unimplemented, ErrorReason.NOT_IMPLEMENTED, "filtering items is not built yet", {
          fieldPath: "filter",
          hint: "leave filter empty and choose from the answer",
        });
      }
      const head = await readDesign(db, request.design);
      const paths = request.fields?.paths ?? [];
      const query = ["items", head.name, kind, request.revision, paths];
      const start = pageStart(request, query, 2);
      const number = start?.revision ?? (await revisionAt(db, head, request));
      const masked = await fieldMask(kind, paths, () => designKinds(db, head, number));
      const rows = await db
        .select()
        .from(effectiveItem)
        .where(
          and(
            eq(effectiveItem.design, head.name),
            asOf(effectiveItem, number),
            kind === "" ? undefined : eq(effectiveItem.kind, kind),
            start && sql`(${effectiveItem.kind}, ${effectiveItem.name}) > (${start.after[0]}, ${start.after[1]})`,
          ),
        )
        .orderBy(asc(effectiveItem.kind), asc(effectiveItem.name))
        .limit(pageLimit(request) + 1);
      const unknown = rows.length === 0 ? await unknownKind(db, head, number, kind) : undefined;
      if (unknown !== undefined) throw unknown;
      const items = rows.map((row) => ({ ...row, tree: masked(row.tree) }));
      const page = cutPage(
        items,
        request,
        query,
        number,
        (row) => [row.kind, row.name],
        ({ tree }) => jsonSize(tree),
      );
      return {
        items: page.rows.map((row) => effectiveItemToMessage(row, stampOf(row))),
        nextPageToken: page.nextPageToken,
        revision: number,
      };
    },
  };
}

function stampOf({ digest, fromRevision, resolverVersion }: typeof effectiveItem.$inferSelect): EffectiveItemStamp {
  return { digest, fromRevision, resolverVersion };
}
