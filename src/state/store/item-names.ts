import { and, eq } from "drizzle-orm";
import type { Db } from "../../db/database.ts";
import { effectiveItem } from "../../db/schema.ts";
import { builtInKinds } from "../../design/built-in-kinds.ts";
import { asOf } from "../as-of.ts";
import { notFound } from "../not-found.ts";
import type { DesignRow } from "./designs.ts";

const MOST_CANDIDATES = 10_000;

/** The error for an item a design does not have as of a revision, with the kind or name it was perhaps meant to be. */
export async function unknownItem(db: Db, head: DesignRow, revision: bigint, kind: string, name: string) {
  const where = `in revision ${revision} of design "${head.name}"`;
  const rows = await db
    .select({ name: effectiveItem.name })
    .from(effectiveItem)
    .where(and(eq(effectiveItem.design, head.name), eq(effectiveItem.kind, kind), asOf(effectiveItem, revision)))
    .limit(MOST_CANDIDATES);
  if (rows.length === 0 && !builtInKinds().has(kind)) return notFound("kind", kind, builtInKinds().keys(), where);
  return notFound(
    kind,
    name,
    rows.map((row) => row.name),
    where,
  );
}

/** The error for a kind nobody knows; undefined for a kind that exists. */
export function unknownKind(kind: string) {
  return kind === "" || builtInKinds().has(kind) ? undefined : notFound("kind", kind, builtInKinds().keys());
}
