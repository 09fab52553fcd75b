import { type SQL, sql } from "drizzle-orm";

/** A list of texts as one parameter: an SQL array, alike on both drivers. */
export function textArray(texts: Iterable<string>): SQL {
  return sql`array(select jsonb_array_elements_text(${JSON.stringify([...texts])}::text::jsonb))`;
}
