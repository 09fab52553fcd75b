import { or, type SQL, sql } from "drizzle-orm";
import type { PgColumn } from "drizzle-orm/pg-core";
import { itemKeyOf } from "../../design/item-key.ts";
import { textArray } from "./text-array.ts";

/**
 * Holds for the rows of a table that are about any of some items, by "Kind/name"; for none when there are none. However many they are, it is one parameter for
 * each kind, and every row is found through the index of kind and name.
 */
export function itemsNamed(table: { readonly kind: PgColumn; readonly name: PgColumn }, keys: Iterable<string>): SQL {
  const byKind = Map.groupBy([...new Set(keys)].map(itemKeyOf), ({ kind }) => kind);
  const conditions = [...byKind].map(([kind, of]) => {
    return sql`(${table.kind} = ${kind} and ${table.name} = any(${textArray(of.map(({ name }) => name))}))`;
  });
  return or(...conditions) ?? sql`false`;
}

/** Rows of kind and name, for keys ("Kind/name"). */
export function itemPairs(keys: readonly string[]): SQL {
  return sql`
    select kind, name from jsonb_to_recordset(${JSON.stringify(keys.map(itemKeyOf))}::text::jsonb) as r(kind text, name text)`;
}
