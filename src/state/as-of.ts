import { and, gt, isNull, lte, or, type SQL } from "drizzle-orm";
import type { PgColumn } from "drizzle-orm/pg-core";

/** Holds for the rows of a table with validity ranges that were there in a revision. */
export function asOf(table: { readonly fromRevision: PgColumn; readonly toRevision: PgColumn }, revision: bigint): SQL {
  const condition = and(
    lte(table.fromRevision, revision),
    or(isNull(table.toRevision), gt(table.toRevision, revision)),
  );
  if (condition === undefined) throw new Error("no condition");
  return condition;
}
