import { and, asc, eq, inArray } from "drizzle-orm";
import type { Db } from "../../db/database.ts";
import { revisionTag } from "../../db/schema.ts";

/** Tags by the number of their revision, in the order of their names. */
export type Tags = ReadonlyMap<bigint, readonly string[]>;

/** The tags of some revisions of a design, in one query. */
export async function readTags(db: Db, design: string, revisions: readonly bigint[]): Promise<Tags> {
  if (revisions.length === 0) return new Map();
  const rows = await db
    .select({ tag: revisionTag.tag, revision: revisionTag.revision })
    .from(revisionTag)
    .where(and(eq(revisionTag.design, design), inArray(revisionTag.revision, [...revisions])))
    .orderBy(asc(revisionTag.tag));
  const tags = new Map<bigint, string[]>();
  for (const { tag, revision } of rows) {
    const known = tags.get(revision);
    if (known === undefined) tags.set(revision, [tag]);
    else known.push(tag);
  }
  return tags;
}

/** The number of the revision a tag names; undefined when none has it. */
export async function taggedRevision(db: Db, design: string, tag: string): Promise<bigint | undefined> {
  const [row] = await db
    .select({ revision: revisionTag.revision })
    .from(revisionTag)
    .where(and(eq(revisionTag.design, design), eq(revisionTag.tag, tag)));
  return row?.revision;
}

/** All tags of a design, by name. */
export async function tagNames(db: Db, design: string): Promise<readonly string[]> {
  const rows = await db
    .select({ tag: revisionTag.tag })
    .from(revisionTag)
    .where(eq(revisionTag.design, design))
    .orderBy(asc(revisionTag.tag));
  return rows.map(({ tag }) => tag);
}
