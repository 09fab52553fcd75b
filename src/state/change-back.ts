import { and, eq, gt, inArray, isNotNull, isNull, or, sql } from "drizzle-orm";
import type { PgColumn } from "drizzle-orm/pg-core";
import type { Db } from "../db/database.ts";
import { diagnostic, document } from "../db/schema.ts";
import { KIND_OF_LAYERS } from "../design/layers/declared-layers.ts";
import { documentKey } from "./apply-change.ts";
import { asOf } from "./as-of.ts";
import { digestOf } from "./digest.ts";
import { readDocuments, readLayers } from "./store/content.ts";
import type { DesignRow } from "./store/designs.ts";
import { itemsNamed } from "./store/items-named.ts";
import type { Staged } from "./store/staged.ts";
import { withRightsOf } from "./with-rights.ts";

/** Declarations with which it is better to compare the whole of two revisions. */
const MANY_DECLARATIONS = 4_000;

/** What takes the head of a design back to an earlier revision, as a change to the layers that differ. */
export interface ChangeBack {
  readonly staged: Staged;
  readonly layers: readonly string[];
}

/**
 * The change that makes the head of a design, whose row the transaction holds, say what an earlier revision said: found by what was changed since, whatever the
 * size of the design. It holds all diagnostics of its layers. Undefined when layers themselves were changed, or too much was.
 */
export async function changeBackTo(tx: Db, head: DesignRow, number: bigint): Promise<ChangeBack | undefined> {
  const [now, then] = [await readLayers(tx, head.name, head.revision), await readLayers(tx, head.name, number)];
  if (digestOf(now) !== digestOf(withRightsOf(now, then))) return undefined;
  const since = (column: PgColumn) => sql`${column} > ${number} and ${column} <= ${head.revision}`;
  const columns = { layer: document.layer, kind: document.kind, name: document.name };
  const changedIn = (column: PgColumn) =>
    tx
      .select(columns)
      .from(document)
      .where(and(eq(document.design, head.name), since(column)));
  const touched = await changedIn(document.fromRevision)
    .union(changedIn(document.toRevision))
    .limit(MANY_DECLARATIONS + 1);
  if (touched.length > MANY_DECLARATIONS || touched.some(({ kind }) => kind === KIND_OF_LAYERS)) return undefined;

  const textOf = ({ layer, kind, name }: (typeof touched)[number]) => `${layer}/${kind}/${name}`;
  const keys = new Set(touched.map(textOf));
  const items = touched.map(({ kind, name }) => `${kind}/${name}`);
  const current = await tx
    .select({ ...columns, digest: document.digest })
    .from(document)
    .where(and(eq(document.design, head.name), isNull(document.toRevision), itemsNamed(document, items)));
  const digests = new Map(current.map((row) => [textOf(row), row.digest]));
  const earlier = await readDocuments(tx, head.name, number, itemsNamed(document, items));
  const earlierKeys = new Set(earlier.map(documentKey));
  const documents = earlier.filter(
    (each) => keys.has(documentKey(each)) && digests.get(documentKey(each)) !== each.digest,
  );
  const deletions = current
    .filter((row) => keys.has(textOf(row)) && !earlierKeys.has(textOf(row)))
    .map(({ layer, kind, name }) => ({ layer, kind, name }));

  const consumers = and(eq(diagnostic.design, head.name), eq(diagnostic.origin, "consumer"));
  const gone = and(asOf(diagnostic, number), isNotNull(diagnostic.toRevision));
  const come = and(gt(diagnostic.fromRevision, number), isNull(diagnostic.toRevision));
  // What went and came again is open under the same identity.
  const foundIn = await tx
    .select({ layer: diagnostic.layer })
    .from(diagnostic)
    .where(and(consumers, or(gone, come)))
    .groupBy(diagnostic.layer, diagnostic.identity)
    .having(sql`count(*) = 1`);
  const layers = [...new Set([...documents, ...deletions, ...foundIn].map(({ layer }) => layer))].sort();
  const diagnostics = await tx
    .select({ layer: diagnostic.layer, diagnostic: diagnostic.body })
    .from(diagnostic)
    .where(and(consumers, asOf(diagnostic, number), inArray(diagnostic.layer, layers)));
  return { staged: { documents, deletions, diagnostics }, layers };
}
