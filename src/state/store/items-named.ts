import { or, type SQL, sql } from "drizzle-orm";
import type { PgColumn } from "drizzle-orm/pg-core";
import type { ItemKey } from "../../design/item-key.ts";

/**
 * Holds for the rows of a table that are about any of some items, by "Kind/name"; for none when there are none. However many they are, it is one parameter for
 * each kind, and every row is found through the index of kind and name.
 */
export function itemsNamed(table: { readonly kind: PgColumn; readonly name: PgColumn }, keys: Iterable<string>): SQL {
  const byKind = Map.groupBy([...new Set(keys)].map(itemKeyOf), ({ kind }) => kind);
  const conditions = [...byKind].map(([kind, of]) => {
    const names = JSON.stringify(of.map(({ name }) => name));
    return sql`(${table.kind} = ${kind} and ${table.name} = any(array(select jsonb_array_elements_text(${names}::text::jsonb))))`;
  });
  return or(...conditions) ?? sql`false`;
}

/** The kind and name of a "Kind/name". */
export function itemKeyOf(text: string): ItemKey {
  const slash = text.indexOf("/");
  return { kind: text.slice(0, slash), name: text.slice(slash + 1) };
}
