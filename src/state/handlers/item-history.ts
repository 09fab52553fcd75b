import { Code, type ServiceImpl } from "@connectrpc/connect";
import { and, eq, inArray } from "drizzle-orm";
import type { DesignStateService } from "../../../gen/bedplate/design/v1/design_state_service_pb.js";
import { ErrorReason } from "../../../gen/bedplate/type/v1/error_pb.js";
import type { Db } from "../../db/database.ts";
import { revision } from "../../db/schema.ts";
import { UnknownPathError } from "../../design/explanation.ts";
import { FieldPathError, type PathStep, parseFieldPath } from "../../design/field-path.ts";
import type { KindSchema } from "../../design/kind-schema.ts";
import { followPath } from "../../design/schema-path.ts";
import { failure } from "../../mesh/failure.ts";
import type { StateDeps } from "../deps.ts";
import { changeOf, type HistoricItemChange } from "../historic-change.ts";
import { historicChangeSize, historicChangeToMessage } from "../messages/historic-change.ts";
import { cutPage, LARGEST_PAGE_BYTES, pageLimit, pageStart, pageTokenAfter } from "../page.ts";
import { readDesign } from "../store/designs.ts";
import { unknownItem } from "../store/item-names.ts";
import { itemEvents } from "../store/item-versions.ts";
import { schemasAsOf } from "../store/kind-schemas.ts";
import { readTags } from "../store/tags.ts";

/** How many revisions are looked at in one query. */
const BATCH = 100;
/** How many revisions one call looks at: a page may then be short, or empty, and yet not the last. */
const MOST_LOOKED_AT = 2000;

/** The RPC that tells who changed an item, or a field of it. */
export function createItemHistoryHandlers({
  database: { db },
}: StateDeps): Pick<ServiceImpl<typeof DesignStateService>, "listItemHistory"> {
  return {
    async listItemHistory(request) {
      const { kind, name, raw } = request;
      const steps = parsePath(request.path);
      const head = await readDesign(db, request.design);
      const query = ["item history", head.name, kind, name, request.path, raw];
      const start = pageStart(request, query, 1);
      const newest = start?.revision ?? head.revision;
      const limit = pageLimit(request);
      const found: HistoricItemChange[] = [];
      let [before, lookedAt, bytes] = [start === undefined ? newest + 1n : BigInt(start.after[0] ?? "0"), 0, 0];
      let isEnd = false;
      let schema: KindSchema | undefined;
      while (!isEnd && found.length <= limit && bytes <= LARGEST_PAGE_BYTES && lookedAt < MOST_LOOKED_AT) {
        const events = await itemEvents(db, { design: head.name, kind, name, raw }, before, BATCH);
        isEnd = events.length < BATCH;
        lookedAt += events.length;
        const first = events[0]?.revision;
        if (first === undefined) break;
        // The kind as it is now, or was when something last happened to the item.
        schema ??= (await schemasAsOf(db, head.name, [newest, first, first - 1n]))(kind);
        for (const event of events) {
          const change = changeOf(schema, { kind, name }, event, steps);
          before = event.revision;
          if (change === undefined) continue;
          found.push(change);
          bytes += historicChangeSize(change);
        }
      }
      if (found.length === 0 && isEnd && start === undefined) {
        if (lookedAt === 0) throw await unknownItem(db, head, newest, kind, name);
        if (schema !== undefined && steps !== undefined) refuseUnknownPath(schema, steps);
      }
      const page = cutPage(found, request, query, newest, (each) => [`${each.revision}`], historicChangeSize);
      const isCut = page.rows.length < found.length;
      return {
        changes: await toMessages(db, head.name, page.rows),
        nextPageToken:
          isCut || isEnd ? page.nextPageToken : pageTokenAfter({ revision: newest, after: [`${before}`] }, query),
      };
    },
  };
}

async function toMessages(db: Db, design: string, changes: readonly HistoricItemChange[]) {
  const numbers = changes.map((each) => each.revision);
  if (numbers.length === 0) return [];
  const rows = await db
    .select()
    .from(revision)
    .where(and(eq(revision.design, design), inArray(revision.number, numbers)));
  const byNumber = new Map(rows.map((row) => [row.number, row]));
  const tags = await readTags(db, design, numbers);
  return changes.flatMap((change) => {
    const row = byNumber.get(change.revision);
    return row === undefined ? [] : [historicChangeToMessage(change, row, tags.get(change.revision) ?? [])];
  });
}

/** The steps of a path, undefined for the whole item. Throws INVALID_ARGUMENT. */
function parsePath(path: string): readonly PathStep[] | undefined {
  if (path === "") return undefined;
  try {
    return parseFieldPath(path);
  } catch (error) {
    if (!(error instanceof FieldPathError)) throw error;
    throw failure(Code.InvalidArgument, ErrorReason.INVALID_FIELD, error.message, {
      fieldPath: "path",
      hint: 'write paths like interfaces["bond0"].mtu',
      cause: error,
    });
  }
}

/** A path that never had a value, and that the kind doesn't have either, is a slip. */
function refuseUnknownPath(schema: KindSchema, steps: readonly PathStep[]): void {
  try {
    followPath(steps, schema, {});
  } catch (error) {
    if (!(error instanceof UnknownPathError)) throw error;
    throw failure(Code.NotFound, ErrorReason.NOT_FOUND, error.message, {
      fieldPath: "path",
      hint: error.suggestion === undefined ? "GetItem shows the item's fields" : `did you mean ${error.suggestion}?`,
      cause: error,
    });
  }
}
