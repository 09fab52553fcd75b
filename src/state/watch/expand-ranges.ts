import { create } from "@bufbuild/protobuf";
import { and, asc, eq, getTableColumns, inArray, lt, sql } from "drizzle-orm";
import { type NodeStatus, NodeStatusSchema } from "../../../gen/bedplate/design/v1/node_status_pb.js";
import { type Revision, RevisionSchema } from "../../../gen/bedplate/design/v1/revision_pb.js";
import { type ItemChanged, ItemChangedSchema } from "../../../gen/bedplate/design/v1/watch_pb.js";
import { type Db, execute } from "../../db/database.ts";
import { nodeStatus, revision } from "../../db/schema.ts";
import { changeToMessage } from "../messages/item-delta.ts";
import { nodeStatusToMessage } from "../messages/node-status.ts";
import { revisionToMessage } from "../messages/revision.ts";
import { readNodeStates } from "../query/node-state.ts";
import type { ItemDelta } from "../store/write-revision.ts";

type StatusRow = typeof nodeStatus.$inferSelect;

/** What revisions that follow each other changed, in the order of revision, kind and name: `limit` changes after the first `skip`. */
export async function readItemChanges(
  db: Db,
  design: string,
  revisions: readonly bigint[],
  { skip, limit }: { readonly skip: number; readonly limit: number },
): Promise<readonly ItemChanged[]> {
  const [from, to] = [revisions[0], revisions.at(-1)];
  if (limit === 0 || from === undefined || to === undefined) return [];
  const range = sql`${`${from}`}::text::bigint and ${`${to}`}::text::bigint`;
  const rows = await execute<
    ItemDelta & Record<string, unknown> & { readonly revision: string; readonly digest: string }
  >(
    db,
    sql`
      select revision::text as revision, kind, name, max(digest) as digest,
        case when bool_and(came) then 'added' when bool_and(not came) then 'deleted' else 'changed' end as change
      from (
        select from_revision as revision, kind, name, digest, true as came from bedplate.effective_item
        where design = ${design} and from_revision between ${range}
        union all
        select to_revision, kind, name, '', false from bedplate.effective_item
        where design = ${design} and to_revision between ${range}
      ) each
      group by each.revision, kind, name order by each.revision, kind, name offset ${skip} limit ${limit}`,
  );
  return rows.map(({ revision, kind, name, digest, change }) =>
    create(ItemChangedSchema, { revision: BigInt(revision), kind, name, digest, change: changeToMessage(change) }),
  );
}

/** Revisions by number, without their tags: until they have `mostBytes`, and one at least. */
export async function readRevisions(
  db: Db,
  design: string,
  numbers: readonly bigint[],
  mostBytes: number,
): Promise<readonly Revision[]> {
  if (numbers.length === 0) return [];
  const bytes = sql`(octet_length(${revision.message}) + octet_length(${revision.metadata}::text) + octet_length(${revision.layers}::text) + 512)`;
  const measured = db
    .select({
      ...getTableColumns(revision),
      before: sql`sum(${bytes}) over (order by ${revision.number}) - ${bytes}`.as("before"),
    })
    .from(revision)
    .where(and(eq(revision.design, design), inArray(revision.number, [...numbers])))
    .as("measured");
  const rows = await db.select().from(measured).where(lt(measured.before, mostBytes)).orderBy(asc(measured.number));
  return rows.map((row) => create(RevisionSchema, revisionToMessage(row)));
}

/** The state of nodes as it is now, in the order they are asked for, which may name one more than once: until it has `mostBytes`, and one at least. */
export async function readStatuses(
  db: Db,
  design: string,
  nodes: readonly string[],
  mostBytes: number,
): Promise<readonly NodeStatus[]> {
  if (nodes.length === 0) return [];
  const bytes = sql`(coalesce(octet_length(${nodeStatus.conditions}::text) + octet_length(${nodeStatus.hardwareDifferences}::text), 0) + 512)`;
  const measured = db
    .select({
      ...getTableColumns(nodeStatus),
      asked: sql<string>`asked.node`.as("asked"),
      place: sql`asked.place`.as("place"),
      before: sql`sum(${bytes}) over (order by asked.place) - ${bytes}`.as("before"),
    })
    .from(sql`jsonb_array_elements_text(${JSON.stringify(nodes)}::text::jsonb) with ordinality as asked(node, place)`)
    .leftJoin(nodeStatus, and(eq(nodeStatus.design, design), sql`${nodeStatus.node} = asked.node`))
    .as("measured");
  const rows = await db.select().from(measured).where(lt(measured.before, mostBytes)).orderBy(asc(measured.place));
  const known = await readNodeStates(
    db,
    design,
    rows.map(({ asked }) => asked),
  );
  return rows.map((row) =>
    create(
      NodeStatusSchema,
      nodeStatusToMessage(row.asked, {
        ...{ asBuiltDigest: null, designChanged: false, ...known.get(row.asked) },
        status: row.node === null ? null : (row as StatusRow),
      }),
    ),
  );
}
