import { and, eq } from "drizzle-orm";
import type { Db } from "../../db/database.ts";
import { effectiveItem } from "../../db/schema.ts";
import { asOf } from "../as-of.ts";
import { notFound } from "../not-found.ts";
import { designKinds } from "./design-kinds.ts";
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
  const unknown = rows.length === 0 ? await unknownKind(db, head, revision, kind) : undefined;
  if (unknown !== undefined) return unknown;
  return notFound(
    kind,
    name,
    rows.map((row) => row.name),
    where,
    `ListItems tells which there are, ListItemHistory whether it was there in another revision`,
  );
}

/** The error for a kind that a design does not have as of a revision; undefined for one it has, and for none. */
export async function unknownKind(db: Db, head: DesignRow, revision: bigint, kind: string) {
  if (kind === "") return undefined;
  const kinds = await designKinds(db, head, revision);
  if (kinds.has(kind)) return undefined;
  const where = `in revision ${revision} of design "${head.name}"`;
  return notFound(
    "kind",
    kind,
    kinds.keys(),
    where,
    "CountItems by kind tells what there is, ListCustomKinds the design's own",
  );
}
