import { and, eq, inArray, or, sql } from "drizzle-orm";
import type { Db } from "../db/database.ts";
import { document, effectiveItem } from "../db/schema.ts";
import { KIND_OF_KINDS } from "../design/custom-kinds/declared-kinds.ts";
import { type Evaluation, evaluateDesign } from "../design/evaluate-design.ts";
import { routeDomainOf } from "../design/pseudo-inputs.ts";
import { asOf } from "./as-of.ts";
import { readDocuments, readLayers } from "./store/content.ts";
import { itemsNamed } from "./store/items-named.ts";

/**
 * Evaluates some items ("Kind/name") of a design as of a revision once more, from what they were made from and nothing else: of these items it tells what the
 * evaluation of the whole design would tell. Of the others that are in it, it may not. Items the revision doesn't have are not in it either.
 */
export async function evaluateItemsAsOf(
  db: Db,
  design: string,
  revision: bigint,
  items: readonly string[],
): Promise<Evaluation> {
  const rows = await db
    .select({ kind: effectiveItem.kind, name: effectiveItem.name, inputs: effectiveItem.inputs })
    .from(effectiveItem)
    .where(and(eq(effectiveItem.design, design), asOf(effectiveItem, revision), itemsNamed(effectiveItem, items)));
  const inputs = new Set(rows.flatMap((row) => [`${row.kind}/${row.name}`, ...row.inputs]));
  for (const network of await networksOfDomains(db, design, revision, inputs)) inputs.add(network);
  // A custom kind may refer to others, which then have to be there.
  const kinds = rows.some(({ kind }) => kind.includes(".")) ? eq(document.kind, KIND_OF_KINDS) : undefined;
  return evaluateDesign({
    documents: await readDocuments(db, design, revision, or(itemsNamed(document, inputs), kinds)),
    layers: await readLayers(db, design, revision),
  });
}

/** Every network of the route domains that are among some inputs: those that gave no route count, too. */
async function networksOfDomains(
  db: Db,
  design: string,
  revision: bigint,
  inputs: Iterable<string>,
): Promise<readonly string[]> {
  const domains = [...inputs].map(routeDomainOf).filter((domain) => domain !== undefined);
  if (domains.length === 0) return [];
  const rows = await db
    .select({ name: effectiveItem.name })
    .from(effectiveItem)
    .where(
      and(
        ...[eq(effectiveItem.design, design), eq(effectiveItem.kind, "Network"), asOf(effectiveItem, revision)],
        inArray(sql`${effectiveItem.tree} ->> 'route_domain'`, domains),
      ),
    );
  return rows.map(({ name }) => `Network/${name}`);
}
