import type { ServiceImpl } from "@connectrpc/connect";
import type { DesignStateService } from "../../../gen/bedplate/design/v1/design_state_service_pb.js";
import type { ListReferencesRequest } from "../../../gen/bedplate/design/v1/query_pb.js";
import type { Db } from "../../db/database.ts";
import { type ItemKey, itemKeyText } from "../../design/item-key.ts";
import type { StateDeps } from "../deps.ts";
import { cutPage, jsonSize, pageLimit, pageStart } from "../page.ts";
import { designKinds } from "../store/design-kinds.ts";
import { type DesignRow, readDesign, revisionAt } from "../store/designs.ts";
import { ancestryOf, heirsOf } from "../store/heirs.ts";
import { unknownItem, unknownKind } from "../store/item-names.ts";
import { existingItems, readTree } from "../store/item-trees.ts";
import { type DesignAt, type FoundReference, referencesFrom, referencesTo } from "../store/references.ts";

type Place = Pick<FoundReference, "from" | "field">;

/** The RPC that follows references between items, in both directions. */
export function createReferenceHandlers({
  database: { db },
}: StateDeps): Pick<ServiceImpl<typeof DesignStateService>, "listReferences"> {
  return {
    async listReferences(request) {
      const head = await readDesign(db, request.design);
      const { kind, name, outgoing, otherKind, inheritance, revision, at } = request;
      const moment = at && [at.seconds, at.nanos];
      const query = ["references", head.name, kind, name, outgoing, otherKind, inheritance, revision, moment];
      const start = pageStart(request, query, 3);
      const number = start?.revision ?? (await revisionAt(db, head, request));
      const design = { head, revision: number, kinds: await designKinds(db, head, number) };
      const unknown = await unknownKind(db, head, number, otherKind);
      if (unknown !== undefined) throw unknown;
      const [fromKind = "", fromName = "", field = ""] = start?.after ?? [];
      const after = start && { from: { kind: fromKind, name: fromName }, field };
      const rows = outgoing
        ? await referencesOut(db, design, request, after)
        : await referencesIn(db, design, request, after);
      const page = cutPage(rows, request, query, number, keyOf, jsonSize);
      const named = page.rows.map(({ to }) => to);
      const existing = await existingItems(db, design, named);
      return {
        references: page.rows.map(({ from, to, field, isParent }) => ({
          fromItem: itemKeyText(from),
          field,
          toItem: itemKeyText(to),
          isParent,
          resolved: existing.has(itemKeyText(to)),
        })),
        nextPageToken: page.nextPageToken,
        revision: number,
      };
    },
  };
}

interface Asked extends DesignAt {
  readonly head: DesignRow;
}

async function referencesOut(db: Db, design: Asked, request: ListReferencesRequest, after: Place | undefined) {
  const target: ItemKey = { kind: request.kind, name: request.name };
  const tree = await readTree(db, design, target);
  if (tree === undefined) throw await unknownItem(db, design.head, design.revision, target.kind, target.name);
  const all = request.inheritance ? await ancestryOf(db, design, target) : referencesFrom(target, tree, design.kinds);
  return behind(all, request.otherKind, ({ to }) => to.kind, after);
}

async function referencesIn(db: Db, design: Asked, request: ListReferencesRequest, after: Place | undefined) {
  const target: ItemKey = { kind: request.kind, name: request.name };
  const { otherKind } = request;
  let rows: FoundReference[] = [];
  if (request.inheritance) {
    rows = behind(await heirsOf(db, design, target), otherKind, ({ from }) => from.kind, after);
  } else {
    const most = pageLimit(request) + 1;
    for await (const each of referencesTo(db, design, { target, otherKind, after })) {
      rows.push(each);
      if (rows.length === most) break;
    }
  }
  // What names an item that isn't there is worth knowing, too.
  if (rows.length > 0 || after !== undefined || (await readTree(db, design, target)) !== undefined) return rows;
  throw await unknownItem(db, design.head, design.revision, target.kind, target.name);
}

/** Those of some references that are of a kind and come behind a place. */
function behind(
  all: readonly FoundReference[],
  wanted: string,
  kindOf: (each: FoundReference) => string,
  after: Place | undefined,
): FoundReference[] {
  const position = after === undefined ? -1 : all.findIndex((each) => keyOf(each).join() === keyOf(after).join());
  return all.slice(position + 1).filter((each) => wanted === "" || kindOf(each) === wanted);
}

function keyOf({ from, field }: Place): readonly string[] {
  return [from.kind, from.name, field];
}
