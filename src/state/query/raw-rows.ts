import { and, asc, eq, sql } from "drizzle-orm";
import type { Db } from "../../db/database.ts";
import { document } from "../../db/schema.ts";
import { asOf } from "../as-of.ts";
import type { RawItemRow } from "../messages/raw-item.ts";
import { designKinds } from "../store/design-kinds.ts";
import { queryBudget } from "./budget.ts";
import { compileItemFilter, RAW_VARIABLES } from "./item-expression.ts";
import { needsOf, scanRawItems } from "./scan.ts";

/** The columns of a declaration that its contract form shows. */
export const rawItemColumns = {
  layer: document.layer,
  kind: document.kind,
  name: document.name,
  spec: document.spec,
  location: document.location,
  digest: document.digest,
  fromRevision: document.fromRevision,
};

/** Which declarations are asked for; an empty layer or kind stands for all. */
export interface RawScan {
  readonly design: string;
  readonly revision: bigint;
  readonly layer: string;
  readonly kind: string;
  /** Begin behind this layer, kind and name. */
  readonly after: readonly string[] | undefined;
}

/** The first `count` declarations, by layer, kind and name. */
export async function readRawItems(db: Db, scan: RawScan, count: number): Promise<readonly RawItemRow[]> {
  const { design, revision, layer, kind, after } = scan;
  return db
    .select(rawItemColumns)
    .from(document)
    .where(
      and(
        eq(document.design, design),
        asOf(document, revision),
        layer === "" ? undefined : eq(document.layer, layer),
        kind === "" ? undefined : eq(document.kind, kind),
        after && sql`(${document.layer}, ${document.kind}, ${document.name}) > (${after[0]}, ${after[1]}, ${after[2]})`,
      ),
    )
    .orderBy(asc(document.layer), asc(document.kind), asc(document.name))
    .limit(count);
}

/** The first `count` declarations that meet a filter. What no kind knows of may be in a declaration too, so any field may be asked for. */
export async function filterRawItems(
  db: Db,
  scan: RawScan,
  text: string,
  count: number,
  signal: AbortSignal,
): Promise<readonly RawItemRow[]> {
  const { design, revision, layer } = scan;
  const filter = compileItemFilter(text, RAW_VARIABLES, undefined);
  const kinds = await designKinds(db, { name: design }, revision);
  const needs = needsOf(filter.expression === undefined ? [] : [filter.expression.uses]);
  const budget = queryBudget(signal);
  const keys: { layer: string; kind: string; name: string }[] = [];
  const batches = scanRawItems(db, { ...scan, kinds, narrowing: filter.narrowing, needs, withState: false }, layer);
  found: for await (const batch of batches) {
    for (const candidate of batch) {
      await budget.breathe();
      if (!filter.meets(candidate, budget)) continue;
      keys.push({ layer: candidate.layer, kind: candidate.kind, name: candidate.name });
      if (keys.length === count) break found;
    }
  }
  if (keys.length === 0) return [];
  return db
    .select(rawItemColumns)
    .from(document)
    .where(
      and(
        eq(document.design, design),
        asOf(document, revision),
        sql`(${document.layer}, ${document.kind}, ${document.name}) in (select layer, kind, name
          from jsonb_to_recordset(${JSON.stringify(keys)}::text::jsonb) as wanted(layer text, kind text, name text))`,
      ),
    )
    .orderBy(asc(document.layer), asc(document.kind), asc(document.name));
}
