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
import { type ChangedItem, type ComparedRevisions, changedKeys, readSides } from "../store/changed-items.ts";
import { type DesignRow, readDesign, revisionNumber } from "../store/designs.ts";
import { unknownKind } from "../store/item-names.ts";
import { type SchemaOf, schemasAsOf } from "../store/kind-schemas.ts";

/** How many items are read at once: they may be large. */
const BATCH = 100;

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
      const compared = { design: head.name, from, to, effective, kind, name };
      const found = await differencesFrom(db, request, compared, start, schemaOf);
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
  compared: ComparedRevisions,
  start: PageStart | undefined,
  schemaOf: SchemaOf,
): Promise<readonly NumberedDifference[]> {
  const limit = pageLimit(request);
  const [kind = "", name = "", layer = "", ordinal = "0"] = start?.after ?? [];
  // The item the page before ended in may have more.
  let position = start && { key: { kind, name, layer }, isLeftOut: false };
  let seen = Number(ordinal);
  const found: NumberedDifference[] = [];
  let bytes = 0;
  for (;;) {
    const keys = await changedKeys(db, compared, position, limit + 1);
    for (let at = 0; at < keys.length; at += BATCH) {
      for (const item of await readSides(db, compared, keys.slice(at, at + BATCH))) {
        for (const difference of numbered(item, schemaOf).slice(seen)) {
          found.push(difference);
          bytes += differenceSize(difference);
          if (found.length > limit || bytes > LARGEST_PAGE_BYTES) return found;
        }
        seen = 0;
      }
    }
    const last = keys.at(-1);
    if (last === undefined || keys.length <= limit) return found;
    position = { key: last, isLeftOut: true };
  }
}

function numbered(
  { kind, name, layer, before, after }: ChangedItem,
  schemaOf: SchemaOf,
): readonly NumberedDifference[] {
  const changes = diffItems(schemaOf(kind), before ?? undefined, after ?? undefined);
  return changes.map((change, index) => ({ kind, name, layer, change, ordinal: index + 1 }));
}

async function refuseUnknownKind(db: Db, head: DesignRow, from: bigint, to: bigint, kind: string): Promise<void> {
  const errors = [await unknownKind(db, head, to, kind), await unknownKind(db, head, from, kind)];
  if (errors[0] !== undefined && errors[1] !== undefined) throw errors[0];
}
