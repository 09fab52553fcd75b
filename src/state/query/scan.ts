import { and, asc, eq, type SQL, sql } from "drizzle-orm";
import type { PgColumn } from "drizzle-orm/pg-core";
import type { Db } from "../../db/database.ts";
import { asBuilt, document, effectiveItem, nodeStatus } from "../../db/schema.ts";
import type { TreeMap } from "../../design/tree.ts";
import type { Narrowing } from "../../validate/cel-narrowing.ts";
import type { CelUses } from "../../validate/cel-uses.ts";
import type { Kinds } from "../store/design-kinds.ts";
import { type Candidate, LABEL_FIELDS, visibleTree } from "./candidate.ts";
import { narrowedAsOf } from "./narrow.ts";
import { type NodeState, nodeStateColumns, ofAsBuilt, ofStatus } from "./node-state.ts";

/** Rows are read so many at a time: a design is never in memory as a whole. */
const ROWS_AT_ONCE = 500;
/** When one page after the other is looked at, more of them are read at once, if little of each is. */
const MOST_ROWS_AT_ONCE = 4000;

/** Which items a query looks at, and at what of them. */
export interface Scan {
  readonly design: string;
  readonly revision: bigint;
  readonly kinds: Kinds;
  /** Empty for all. */
  readonly kind: string;
  readonly narrowing: Narrowing;
  readonly needs: Needs;
  /** Whether the state of nodes is known and asked for. */
  readonly withState: boolean;
  /** Begin behind the item of this kind and name; of declarations layer, kind and name. */
  readonly after?: readonly string[] | undefined;
  /** Read so many at once, when fewer than usual will do. */
  readonly atOnce?: number;
}

/** What of an item a query looks at: fields of its specification, or all of it. */
export interface Needs {
  readonly fields: ReadonlySet<string> | "all";
  readonly state: boolean;
}

/** What several parts of a query need together. */
export function needsOf(uses: readonly CelUses[], fields: Iterable<string> = [], state = false): Needs {
  const all = new Set(fields);
  let needsState = state;
  for (const { variables, specFields } of uses) {
    if (variables.has("spec") && specFields === undefined)
      return { fields: "all", state: needsState || usesState(uses) };
    for (const field of specFields ?? []) all.add(field);
    if (variables.has("labels")) for (const field of LABEL_FIELDS) all.add(field);
    if (variables.has("rack") || variables.has("tags")) all.add("metadata");
    needsState ||= usesState([{ variables, specFields }]);
  }
  return { fields: all, state: needsState };
}

function usesState(uses: readonly CelUses[]): boolean {
  return uses.some(({ variables }) => variables.has("status") || variables.has("design_changed"));
}

/** The effective items of a scan, by kind and name, in batches. */
export async function* scanItems(db: Db, scan: Scan): AsyncGenerator<readonly Candidate[]> {
  const { design, revision, kinds, kind, narrowing, needs, withState } = scan;
  let { after, atOnce = ROWS_AT_ONCE } = scan;
  const columns = {
    kind: effectiveItem.kind,
    name: effectiveItem.name,
    tree: neededTree(effectiveItem.tree, needs),
  };
  for (;;) {
    const where = and(
      eq(effectiveItem.design, design),
      narrowedAsOf(effectiveItem, effectiveItem.tree, revision, narrowing),
      kind === "" ? undefined : eq(effectiveItem.kind, kind),
      after && sql`(${effectiveItem.kind}, ${effectiveItem.name}) > (${after[0]}, ${after[1]})`,
    );
    const order = [asc(effectiveItem.kind), asc(effectiveItem.name)];
    const rows = withState
      ? await db
          .select({ ...columns, ...nodeStateColumns })
          .from(effectiveItem)
          .leftJoin(nodeStatus, ofStatus)
          .leftJoin(asBuilt, ofAsBuilt)
          .where(where)
          .orderBy(...order)
          .limit(atOnce)
      : await db
          .select(columns)
          .from(effectiveItem)
          .where(where)
          .orderBy(...order)
          .limit(atOnce);
    yield rows.map((row): Candidate => {
      const item = { kind: row.kind, name: row.name, tree: visibleTree(kinds, row.kind, row.tree) };
      if (row.kind !== "Node" || !("status" in row)) return item;
      const { status, asBuiltDigest, designChanged } = row as typeof row & NodeState;
      return { ...item, state: { status, asBuiltDigest, designChanged } };
    });
    const last = rows.at(-1);
    if (rows.length < atOnce || last === undefined) return;
    after = [last.kind, last.name];
    atOnce = next(atOnce, needs);
  }
}

/** The declarations of a scan, by layer, kind and name, in batches; those of one layer, or of all when it is empty. */
export async function* scanRawItems(
  db: Db,
  scan: Scan,
  layer: string,
): AsyncGenerator<readonly Required<Omit<Candidate, "state">>[]> {
  const { design, revision, kinds, kind, narrowing, needs } = scan;
  let { after, atOnce = ROWS_AT_ONCE } = scan;
  for (;;) {
    const rows = await db
      .select({
        ...{ layer: document.layer, kind: document.kind, name: document.name },
        tree: neededTree(document.spec, needs),
      })
      .from(document)
      .where(
        and(
          eq(document.design, design),
          narrowedAsOf(document, document.spec, revision, narrowing),
          layer === "" ? undefined : eq(document.layer, layer),
          kind === "" ? undefined : eq(document.kind, kind),
          after &&
            sql`(${document.layer}, ${document.kind}, ${document.name}) > (${after[0]}, ${after[1]}, ${after[2]})`,
        ),
      )
      .orderBy(asc(document.layer), asc(document.kind), asc(document.name))
      .limit(atOnce);
    yield rows.map((row) => ({ ...row, tree: visibleTree(kinds, row.kind, row.tree) }));
    const last = rows.at(-1);
    if (rows.length < atOnce || last === undefined) return;
    after = [last.layer, last.kind, last.name];
    atOnce = next(atOnce, needs);
  }
}

function next(atOnce: number, { fields }: Needs): number {
  return Math.max(atOnce, Math.min(atOnce * 2, fields === "all" ? ROWS_AT_ONCE : MOST_ROWS_AT_ONCE));
}

/** The fields of a specification that are needed: the rest of it is not worth the way. */
function neededTree(column: PgColumn, { fields }: Needs): SQL<TreeMap> {
  if (fields === "all") return sql<TreeMap>`${column}`.mapWith(column) as SQL<TreeMap>;
  if (fields.size === 0) return sql<TreeMap>`'{}'::jsonb`.mapWith(column) as SQL<TreeMap>;
  const names = JSON.stringify([...fields]);
  return sql<TreeMap>`coalesce((select jsonb_object_agg(part.key, part.value) from jsonb_each(${column}) as part
    where ${names}::text::jsonb ? part.key), '{}')`.mapWith(column) as SQL<TreeMap>;
}
