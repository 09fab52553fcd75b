import type { ServiceImpl } from "@connectrpc/connect";
import { and, asc, eq, sql } from "drizzle-orm";
import type { DesignStateService, ListItemsRequest } from "../../../gen/bedplate/design/v1/design_state_service_pb.js";
import type { Db } from "../../db/database.ts";
import { effectiveItem } from "../../db/schema.ts";
import { type EffectiveItemStamp, effectiveItemToMessage } from "../../design/to-message.ts";
import { asOf } from "../as-of.ts";
import type { StateDeps } from "../deps.ts";
import { cutPage, jsonSize, pageLimit } from "../page.ts";
import { queryBudget } from "../query/budget.ts";
import { chooseItems } from "../query/choose.ts";
import { selectFields } from "../query/field-selection.ts";
import { compileItemFilter, ITEM_VARIABLES, specFields } from "../query/item-expression.ts";
import { type OrderedPlace, parseOrder } from "../query/order-by.ts";
import { placeKey, placeStart } from "../query/place-token.ts";
import { needsOf, scanItems } from "../query/scan.ts";
import { designKinds } from "../store/design-kinds.ts";
import { type DesignRow, readDesign, revisionAt } from "../store/designs.ts";
import { unknownItem, unknownKind } from "../store/item-names.ts";
import { itemNamed } from "../store/item-trees.ts";

type Handlers = Pick<ServiceImpl<typeof DesignStateService>, "getItem" | "listItems">;
type ItemRow = typeof effectiveItem.$inferSelect;

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
        .where(itemNamed({ head, revision: number }, { kind, name }));
      if (row === undefined) throw await unknownItem(db, head, number, kind, name);
      const selected = await selectFields(kind, request.fields, () => designKinds(db, head, number));
      return { item: effectiveItemToMessage({ ...row, tree: selected(kind, row.tree) }, stampOf(row)) };
    },

    async listItems(request, { signal }) {
      const { kind, fields } = request;
      const head = await readDesign(db, request.design);
      const page = await readPage(db, head, request, signal);
      const { number, rows, query } = page;
      const selected = await selectFields(kind, fields, () => designKinds(db, head, number));
      const unknown = rows.length === 0 ? await unknownKind(db, head, number, kind) : undefined;
      if (unknown !== undefined) throw unknown;
      const items = rows.map((each) => ({ ...each, tree: selected(each.row.kind, each.row.tree) }));
      const { rows: kept, nextPageToken } = cutPage(
        items,
        request,
        query,
        number,
        ({ place }) => placeKey(place, page.ofHead),
        ({ tree }) => jsonSize(tree),
      );
      return {
        items: kept.map(({ row, tree }) => effectiveItemToMessage({ ...row, tree }, stampOf(row))),
        nextPageToken,
        revision: number,
      };
    },
  };
}

interface ItemPage {
  readonly number: bigint;
  readonly ofHead: boolean;
  readonly query: readonly unknown[];
  /** The rows of the page, and one more if there is one. */
  readonly rows: readonly { readonly row: ItemRow; readonly place: OrderedPlace }[];
}

async function readPage(db: Db, head: DesignRow, request: ListItemsRequest, signal: AbortSignal): Promise<ItemPage> {
  const { kind, filter: filterText, orderBy, fields, revision, at } = request;
  const moment = at === undefined ? null : [at.seconds, at.nanos];
  const query = ["items", head.name, kind, revision, moment, fields, filterText, orderBy];
  const start = placeStart(request, query);
  const number = start?.revision ?? (await revisionAt(db, head, request));
  const ofHead = start?.ofHead ?? number === head.revision;
  const kinds = filterText + orderBy === "" ? new Map() : await designKinds(db, head, number);
  const order = parseOrder(orderBy, kind, kinds);
  const filter = compileItemFilter(filterText, ITEM_VARIABLES, specFields(kind, kinds));
  const count = pageLimit(request) + 1;
  if (filter.expression === undefined && order.isPlain) {
    const rows = await readRows(db, head.name, number, kind, start?.after, count);
    return { number, ofHead, query, rows: rows.map((row) => ({ row, place: { values: [], ...keyOf(row) } })) };
  }
  const needs = needsOf(filter.expression === undefined ? [] : [filter.expression.uses], order.fields, order.usesState);
  const batches = scanItems(db, {
    ...{ design: head.name, revision: number, kinds, kind, narrowing: filter.narrowing, needs },
    withState: ofHead && needs.state,
    ...(order.isPlain && start && { after: [start.after.kind, start.after.name] }),
  });
  const chosen = await chooseItems(batches, filter, order, start?.after, count, queryBudget(signal));
  const rows = await readChosen(
    db,
    head.name,
    number,
    chosen.map(({ place }) => place),
  );
  return { number, ofHead, query, rows };
}

function readRows(
  db: Db,
  design: string,
  number: bigint,
  kind: string,
  after: OrderedPlace | undefined,
  count: number,
) {
  return db
    .select()
    .from(effectiveItem)
    .where(
      and(
        eq(effectiveItem.design, design),
        asOf(effectiveItem, number),
        kind === "" ? undefined : eq(effectiveItem.kind, kind),
        after && sql`(${effectiveItem.kind}, ${effectiveItem.name}) > (${after.kind}, ${after.name})`,
      ),
    )
    .orderBy(asc(effectiveItem.kind), asc(effectiveItem.name))
    .limit(count);
}

/** Whole rows of chosen items, in the order chosen. */
async function readChosen(db: Db, design: string, number: bigint, places: readonly OrderedPlace[]) {
  if (places.length === 0) return [];
  const keys = JSON.stringify(places.map(({ kind, name }) => ({ kind, name })));
  const rows = await db
    .select()
    .from(effectiveItem)
    .where(
      and(
        eq(effectiveItem.design, design),
        asOf(effectiveItem, number),
        sql`(${effectiveItem.kind}, ${effectiveItem.name}) in
          (select kind, name from jsonb_to_recordset(${keys}::text::jsonb) as wanted(kind text, name text))`,
      ),
    );
  const byKey = new Map(rows.map((row) => [`${row.kind}/${row.name}`, row]));
  return places.flatMap((place) => {
    const row = byKey.get(`${place.kind}/${place.name}`);
    return row === undefined ? [] : [{ row, place }];
  });
}

function keyOf({ kind, name }: ItemRow) {
  return { kind, name };
}

function stampOf({ digest, fromRevision, resolverVersion }: ItemRow): EffectiveItemStamp {
  return { digest, fromRevision, resolverVersion };
}
