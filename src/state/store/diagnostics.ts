import { and, asc, eq } from "drizzle-orm";
import type { Db } from "../../db/database.ts";
import { diagnostic } from "../../db/schema.ts";
import type { Diagnostic } from "../../design/diagnostic.ts";
import { asOf } from "../as-of.ts";

/** Diagnostics of a design as of a revision: errors first, then by place. */
export async function readDiagnostics(
  db: Db,
  design: string,
  revision: bigint,
  offset: number,
  limit: number,
): Promise<readonly Diagnostic[]> {
  const rows = await db
    .select({ body: diagnostic.body })
    .from(diagnostic)
    .where(and(eq(diagnostic.design, design), asOf(diagnostic, revision)))
    .orderBy(
      asc(diagnostic.severity),
      asc(diagnostic.uri),
      asc(diagnostic.line),
      asc(diagnostic.column),
      asc(diagnostic.identity),
    )
    .offset(offset)
    .limit(limit);
  return rows.map(({ body }) => body);
}
