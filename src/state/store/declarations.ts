import { sql } from "drizzle-orm";
import { type Db, execute } from "../../db/database.ts";
import type { Document } from "../../design/document.ts";
import { type ItemKey, itemKeyText } from "../../design/item-key.ts";
import type { LayerDocument } from "./content.ts";
import { jsonRows } from "./json-rows.ts";

/** What a layer of a design's head declares about some items, by "Kind/name"; those it doesn't declare are left out. */
export async function readDeclarations(
  tx: Db,
  design: string,
  layer: string,
  keys: readonly ItemKey[],
): Promise<ReadonlyMap<string, LayerDocument>> {
  const found = new Map<string, LayerDocument>();
  for (const part of jsonRows(keys.map(({ kind, name }) => ({ kind, name })))) {
    const rows = await execute<Document & { digest: string } & Record<string, unknown>>(
      tx,
      sql`
        select t.kind, t.name, t.digest, t.spec, t.source, t.location, t.part, t.form, t.complete, t.conversions
        from jsonb_to_recordset(${part}::text::jsonb) as r(kind text, name text)
        join bedplate.document t
          on t.design = ${design} and t.layer = ${layer} and t.kind = r.kind and t.name = r.name and t.to_revision is null`,
    );
    for (const { digest, ...document } of rows) found.set(itemKeyText(document), { layer, digest, document });
  }
  return found;
}
