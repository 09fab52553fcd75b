import { Code, type ServiceImpl } from "@connectrpc/connect";
import type { DesignStateService } from "../../../gen/bedplate/design/v1/design_state_service_pb.js";
import type { DiffRevisionsRequest } from "../../../gen/bedplate/design/v1/history_pb.js";
import { ErrorReason } from "../../../gen/bedplate/type/v1/error_pb.js";
import type { Db } from "../../db/database.ts";
import { diffItems } from "../../design/diff.ts";
import { failure } from "../../mesh/failure.ts";
import type { StateDeps } from "../deps.ts";
import { declaredOrigins, effectiveOrigins } from "../difference-origins.ts";
import { differenceSize, fieldDifferenceToMessage, type ItemDifference } from "../messages/field-difference.ts";
import { cutPage, LARGEST_PAGE_BYTES, type PageStart, pageLimit, pageStart } from "../page.ts";
import { type ChangedItemsQuery, changedDeclarations, changedEffective } from "../store/changed-items.ts";
import { type DesignRow, readDesign, revisionNumber } from "../store/designs.ts";
import { unknownKind } from "../store/item-names.ts";
import { type SchemaOf, schemasAsOf } from "../store/kind-schemas.ts";

/** How many items are read at once. */
const BATCH = 200;

/** A difference and its place among those of its item, from 1. */
interface NumberedDifference extends ItemDifference {
  readonly ordinal: number;
}

/** The RPC that compares two revisions. */
export function createDiffHandlers({
  database: { db },
}: StateDeps): Pick<ServiceImpl<typeof DesignStateService>, "diffRevisions"> {
  return {
    async diffRevisions(request) {
      const { effective, kind, name } = request;
      if (name !== "" && kind === "") {
        throw failure(Code.InvalidArgument, ErrorReason.INVALID_FIELD, "an item is named by its kind and name", {
          fieldPath: "kind",
          hint: "set kind too",
        });
      }
      const head = await readDesign(db, request.design);
      const query = ["diff", head.name, request.fromRevision, request.toRevision, effective, kind, name];
      const start = pageStart(request, query, 4);
      const from = request.fromRevision === 0n ? 0n : revisionNumber(head, request.fromRevision);
      const to = start?.revision ?? revisionNumber(head, request.toRevision);
      const schemaOf = await schemasAsOf(db, head.name, from > to ? [from, to] : [to, from]);
      const found = await differencesFrom(db, request, { design: head.name, from, to, kind, name }, start, schemaOf);
      if (found.length === 0 && start === undefined) await refuseUnknownKind(db, head, from, to, kind);
      const key = (each: NumberedDifference) => [each.kind, each.name, each.layer, `${each.ordinal}`];
      const page = cutPage(found, request, query, to, key, differenceSize);
      const originsAt = async (revision: bigint, side: "before" | "after") => {
        const wanted = request.provenance ? page.rows.filter(({ change }) => change[side] !== undefined) : [];
        return effective
          ? effectiveOrigins(db, head.name, revision, wanted)
          : declaredOrigins(db, head.name, revision, wanted, schemaOf);
      };
      const before = await originsAt(from, "before");
      const after = await originsAt(to, "after");
      return {
        differences: page.rows.map((each) =>
          fieldDifferenceToMessage(each, {
            before: each.change.before === undefined ? undefined : before(each),
            after: each.change.after === undefined ? undefined : after(each),
          }),
        ),
        nextPageToken: page.nextPageToken,
        toRevision: to,
      };
    },
  };
}

/** The differences of a page and one more, if there are so many; fewer when they would be too large. */
async function differencesFrom(
  db: Db,
  request: DiffRevisionsRequest,
  between: Omit<ChangedItemsQuery, "limit">,
  start: PageStart | undefined,
  schemaOf: SchemaOf,
): Promise<readonly NumberedDifference[]> {
  const limit = pageLimit(request);
  const changed = request.effective ? changedEffective : changedDeclarations;
  const [kind = "", name = "", layer = "", lastOrdinal = "0"] = start?.after ?? [];
  // The item the page before ended in may have more.
  let position: Pick<ChangedItemsQuery, "start" | "startsAfter"> = start ? { start: [kind, name, layer] } : {};
  let seen = Number(lastOrdinal);
  const found: NumberedDifference[] = [];
  let bytes = 0;
  for (;;) {
    const items = await changed(db, { ...between, ...position, limit: BATCH });
    for (const { kind, name, layer, before, after } of items) {
      const changes = diffItems(schemaOf(kind), before ?? undefined, after ?? undefined);
      const isPartlySeen = start?.after[0] === kind && start.after[1] === name && start.after[2] === layer;
      for (const [index, change] of changes.entries()) {
        if (isPartlySeen && index < seen) continue;
        const difference = { kind, name, layer, change, ordinal: index + 1 };
        found.push(difference);
        bytes += differenceSize(difference);
        if (found.length > limit || bytes > LARGEST_PAGE_BYTES) return found;
      }
    }
    const last = items.at(-1);
    if (last === undefined || items.length < BATCH) return found;
    position = { start: [last.kind, last.name, last.layer], startsAfter: true };
    seen = 0;
  }
}

async function refuseUnknownKind(db: Db, head: DesignRow, from: bigint, to: bigint, kind: string): Promise<void> {
  const errors = [await unknownKind(db, head, to, kind), await unknownKind(db, head, from, kind)];
  if (errors[0] !== undefined && errors[1] !== undefined) throw errors[0];
}
