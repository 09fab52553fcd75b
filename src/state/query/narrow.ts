import { and, eq, gt, isNotNull, isNull, lte, or, type SQL, sql } from "drizzle-orm";
import type { PgColumn } from "drizzle-orm/pg-core";
import type { Narrowing } from "../../validate/cel-narrowing.ts";

/** The columns that narrow a choice; `tree` is that of the specification. */
export interface NarrowableTable {
  readonly kind: PgColumn;
  readonly name: PgColumn;
  readonly layer?: PgColumn;
  readonly fromRevision: PgColumn;
  readonly toRevision: PgColumn;
}

/** So many alternatives are told apart for the indexes; of more than that the rows are looked at. */
const MOST_ALTERNATIVES = 64;

/** Holds for the rows of a table that were there in a revision, as far as `narrowing` lets them pass; `tree` is the column of the specification. */
export function narrowedAsOf(table: NarrowableTable, tree: PgColumn, revision: bigint, narrowing: Narrowing): SQL {
  const alternatives = alternativesOf(narrowing, table, tree);
  // The indexes that serve a condition hold current rows alone, or past ones alone; and each serves one alternative. PostgreSQL finds them only where
  // all that an index needs stands together.
  const current = alternatives.map((condition) => and(isNull(table.toRevision), condition));
  const past = and(isNotNull(table.toRevision), gt(table.toRevision, revision), either(alternatives));
  return and(lte(table.fromRevision, revision), or(...current, past)) as SQL;
}

/** A narrowing as conditions of which one must hold; undefined among them is one that always does. */
function alternativesOf(narrowing: Narrowing, table: NarrowableTable, tree: PgColumn): readonly (SQL | undefined)[] {
  switch (narrowing.type) {
    case "all":
      return [undefined];
    case "or": {
      const all = narrowing.parts.flatMap((part) => alternativesOf(part, table, tree));
      return all.length <= MOST_ALTERNATIVES ? all : [either(all)];
    }
    case "and": {
      let all: readonly (SQL | undefined)[] = [undefined];
      for (const part of narrowing.parts) {
        const more = alternativesOf(part, table, tree);
        const isMany = all.length * more.length > MOST_ALTERNATIVES;
        const others = isMany ? [either(more)] : more;
        all = all.flatMap((one) => others.map((other) => and(one, other)));
      }
      return all;
    }
    case "kind":
      return [eq(table.kind, narrowing.value)];
    case "name":
      return [eq(table.name, narrowing.value)];
    case "layer":
      return [table.layer && eq(table.layer, narrowing.value)];
    case "prefix":
      return [sql`starts_with(${table.name}, ${narrowing.value})`];
    case "rack":
      return [contains(tree, { rack: narrowing.value })];
    case "tag":
      return [contains(tree, { tags: [narrowing.value] })];
    case "label": {
      const pair = `{${JSON.stringify(narrowing.key)}:${JSON.stringify(narrowing.value)}}`;
      const own = sql`(${tree} ? 'labels' and (${tree} -> 'labels') @> ${pair}::text::jsonb)`;
      return [contains(tree, { owner_data: JSON.parse(pair) }), own];
    }
  }
}

function either(alternatives: readonly (SQL | undefined)[]): SQL | undefined {
  if (alternatives.length === 0) return sql`false`;
  return alternatives.includes(undefined) ? undefined : or(...alternatives);
}

function contains(tree: PgColumn, part: object): SQL {
  return sql`(${tree} -> 'metadata') @> ${JSON.stringify(part)}::text::jsonb`;
}
