import { and, eq, sql } from "drizzle-orm";
import { expect, test } from "vitest";
import { type Db, execute } from "../../src/db/database.ts";
import { effectiveItem } from "../../src/db/schema.ts";
import { withTransaction } from "../../src/db/with-transaction.ts";
import { compileItemFilter, ITEM_VARIABLES } from "../../src/state/query/item-expression.ts";
import { narrowedAsOf } from "../../src/state/query/narrow.ts";
import { withDatabase } from "../support/database.ts";

const metadata = "effective_item_metadata";
const labels = "effective_item_labels";

/** Which of the indexes by containment a filter is answered from. */
async function indexesOf(tx: Db, filter: string): Promise<string[]> {
  const { narrowing } = compileItemFilter(filter, ITEM_VARIABLES, undefined);
  const where = narrowedAsOf(effectiveItem, effectiveItem.tree, 1n, narrowing);
  const query = tx
    .select({ name: effectiveItem.name })
    .from(effectiveItem)
    .where(and(eq(effectiveItem.design, "lab"), where));
  const rows = await execute<Record<string, string>>(tx, sql`explain ${query.getSQL()}`);
  const plan = rows.map((row) => Object.values(row)[0]).join("\n");
  return [metadata, labels].filter((index) => new RegExp(`Index Scan on ${index}\\b`).test(plan));
}

test("racks, labels and tags in a filter are looked up in indexes, alone or with other conditions", () =>
  withDatabase(async ({ db }) => {
    await withTransaction(db, async (tx) => {
      await tx.execute(sql`
        insert into bedplate.effective_item (design, kind, name, from_revision, digest, tree, inputs, resolver_version)
        select 'lab', 'Node', 'n' || nr, 1, '', jsonb_build_object('metadata', jsonb_build_object(
          'rack', 'r' || nr, 'tags', jsonb_build_array('t' || nr), 'owner_data', jsonb_build_object('use', 'u' || nr))), '[]', ''
        from generate_series(1, 5000) as nr`);
      await tx.execute(sql`select gin_clean_pending_list(('bedplate.' || ${metadata}::text)::regclass)`);
      await tx.execute(sql`analyze bedplate.effective_item`);
      // So few rows would be looked at one by one.
      await tx.execute(sql`set local enable_seqscan = off`);
      await tx.execute(sql`set local enable_indexscan = off`);
      const cases: [filter: string, indexes: string[]][] = [
        ['rack == "r1"', [metadata]],
        ['rack == "r1" && design_changed', [metadata]],
        ['rack in ["r1", "r2", "r3"]', [metadata]],
        ['"gpu" in tags && kind == "Node" && spec.fqdn != ""', [metadata]],
        ['labels.use == "control"', [metadata, labels]],
        ['labels["use"] == "control" || (rack == "r1" && !("gpu" in tags))', [metadata, labels]],
        ['rack in ["r1", "r2"] && (labels.use == "a" || labels.use == "b")', [metadata]],
        ['rack == "r1" || spec.fqdn == "x"', []],
        ['!(rack == "r1")', []],
      ];
      for (const [filter, indexes] of cases)
        expect(await indexesOf(tx, filter), filter).toEqual(expect.arrayContaining(indexes));
      for (const [filter] of cases.slice(-2)) expect(await indexesOf(tx, filter), filter).toEqual([]);
    });
  }));
