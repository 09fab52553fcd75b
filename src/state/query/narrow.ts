import { and, eq, gt, isNotNull, isNull, lte, or, type SQL, sql } from "drizzle-orm";
import type { PgColumn } from "drizzle-orm/pg-core";
import type { Narrowing } from "../../validate/cel-narrowing.ts";

/** The columns that narrow a choice. */
export interface NarrowableTable {
  readonly kind: PgColumn;
  readonly name: PgColumn;
  readonly layer?: PgColumn;
  readonly fromRevision: PgColumn;
  readonly toRevision: PgColumn;
}

/** Holds for the rows of a table that were there in a revision, as far as `narrowing` lets them pass; `tree` is the column of the specification. */
export function narrowedAsOf(table: NarrowableTable, tree: PgColumn, revision: bigint, narrowing: Narrowing): SQL {
  const narrowed = condition(narrowing, table, tree);
  // Said of either part of the rows on its own: the indexes that serve it hold current rows alone, or past ones alone.
  const current = and(isNull(table.toRevision), narrowed);
  const past = and(isNotNull(table.toRevision), gt(table.toRevision, revision), narrowed);
  return and(lte(table.fromRevision, revision), or(current, past)) as SQL;
}

function condition(narrowing: Narrowing, table: NarrowableTable, tree: PgColumn): SQL | undefined {
  switch (narrowing.type) {
    case "all":
      return undefined;
    case "and":
      return and(...narrowing.parts.map((part) => condition(part, table, tree)));
    case "or": {
      if (narrowing.parts.length === 0) return sql`false`;
      return or(...narrowing.parts.map((part) => condition(part, table, tree) ?? sql`true`));
    }
    case "kind":
      return eq(table.kind, narrowing.value);
    case "name":
      return eq(table.name, narrowing.value);
    case "layer":
      return table.layer && eq(table.layer, narrowing.value);
    case "prefix":
      return sql`starts_with(${table.name}, ${narrowing.value})`;
    case "rack":
      return contains(tree, { rack: narrowing.value });
    case "tag":
      return contains(tree, { tags: [narrowing.value] });
    case "label": {
      const pair = `{${JSON.stringify(narrowing.key)}:${JSON.stringify(narrowing.value)}}`;
      const own = sql`(${tree} ? 'labels' and (${tree} -> 'labels') @> ${pair}::text::jsonb)`;
      return or(contains(tree, { owner_data: JSON.parse(pair) }), own);
    }
  }
}

function contains(tree: PgColumn, part: object): SQL {
  return sql`(${tree} -> 'metadata') @> ${JSON.stringify(part)}::text::jsonb`;
}
