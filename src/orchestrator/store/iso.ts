import { type SQL, sql } from "drizzle-orm";

/** SQL that gives a moment as ISO 8601 text in UTC with microseconds, alike on both databases; null stays null. */
export function iso(moment: SQL): SQL {
  return sql`to_char(${moment} at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`;
}

/** What a statement given rows as JSON reads them from. */
export function jsonRows(rows: readonly unknown[], columns: SQL): SQL {
  return sql`jsonb_to_recordset(${JSON.stringify(rows)}::text::jsonb) as given(${columns})`;
}
