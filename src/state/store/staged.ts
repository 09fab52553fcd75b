import { asc, eq, getTableColumns, type SQL, sql } from "drizzle-orm";
import { type Db, execute } from "../../db/database.ts";
import { change, changeDiagnostic, changeDocument } from "../../db/schema.ts";
import type { SourceLocation } from "../../design/diagnostic.ts";
import type { ItemKey } from "../../design/item-key.ts";
import { digestOf } from "../digest.ts";
import type { LayerDiagnostic, LayerDocument } from "./content.ts";
import { jsonRows } from "./json-rows.ts";

/** A change's row. */
export type ChangeRow = typeof change.$inferSelect;

/** A declaration that a change deletes. */
export interface StagedDeletion extends ItemKey {
  readonly layer: string;
}

/** What a change holds. */
export interface Staged {
  readonly documents: readonly LayerDocument[];
  readonly deletions: readonly StagedDeletion[];
  readonly diagnostics: readonly LayerDiagnostic[];
}

/** A change's row, and how much it holds. */
export interface HeldChange extends ChangeRow {
  readonly documentCount: number;
  readonly diagnosticCount: number;
}

/** Reads a change's row and holds it until the transaction ends; undefined when there is none. */
export async function lockChange(tx: Db, id: string): Promise<HeldChange | undefined> {
  const countIn = (table: SQL) => sql<string>`(select count(*) from ${table} where change_id = ${id})`.mapWith(Number);
  const [row] = await tx
    .select({
      ...getTableColumns(change),
      documentCount: countIn(sql`bedplate.change_document`),
      diagnosticCount: countIn(sql`bedplate.change_diagnostic`),
    })
    .from(change)
    .where(eq(change.id, id))
    .for("update");
  return row;
}

/** Adds documents to a change, each in place of the one with the same layer, kind and name. */
export async function stageDocuments(tx: Db, changeId: string, documents: readonly LayerDocument[]): Promise<void> {
  const rows = documents.map(({ layer, digest, document }) => ({ layer, digest, deleted: false, ...document }));
  await stage(tx, changeId, rows);
}

/** Adds deletions to a change, each in place of what the change held of that document. */
export async function stageDeletions(tx: Db, changeId: string, deletions: readonly StagedDeletion[]): Promise<void> {
  const nothing = {
    digest: "",
    spec: {},
    source: {},
    location: {},
    part: "",
    form: "",
    complete: true,
    conversions: [],
  };
  await stage(
    tx,
    changeId,
    deletions.map((deletion) => ({ ...nothing, ...deletion, deleted: true })),
  );
}

async function stage(tx: Db, changeId: string, rows: readonly object[]): Promise<void> {
  for (const part of jsonRows(rows)) {
    await tx.execute(sql`
      insert into bedplate.change_document
        (change_id, layer, kind, name, digest, spec, source, location, part, form, complete, conversions, deleted)
      select ${changeId}, layer, kind, name, digest, spec, source, location, part, form, complete, conversions, deleted
      from jsonb_to_recordset(${part}::text::jsonb) as r(layer text, kind text, name text, digest text, spec jsonb,
        source jsonb, location jsonb, part text, form text, complete boolean, conversions jsonb, deleted boolean)
      on conflict (change_id, layer, kind, name) do update set
        digest = excluded.digest, spec = excluded.spec, source = excluded.source, location = excluded.location,
        part = excluded.part, form = excluded.form, complete = excluded.complete,
        conversions = excluded.conversions, deleted = excluded.deleted`);
  }
}

/** Which of these documents a change holds already, but from another file, and where that one begins. */
export async function stagedFromElsewhere(
  tx: Db,
  changeId: string,
  documents: readonly LayerDocument[],
): Promise<ReadonlyArray<{ readonly document: LayerDocument; readonly other: SourceLocation }>> {
  const found: Array<{ document: LayerDocument; other: SourceLocation }> = [];
  const keys = documents.map(({ layer, document: { kind, name, location } }, index) => ({
    ...{ index, layer, kind, name },
    uri: location.uri,
  }));
  for (const part of jsonRows(keys)) {
    const rows = await execute<{ index: number; other: SourceLocation }>(
      tx,
      sql`
        select r.index, t.location as other
        from jsonb_to_recordset(${part}::text::jsonb) as r(index integer, layer text, kind text, name text, uri text)
        join bedplate.change_document t
          on t.change_id = ${changeId} and t.layer = r.layer and t.kind = r.kind and t.name = r.name
        where not t.deleted and t.location ->> 'uri' <> r.uri
        order by r.index`,
    );
    for (const { index, other } of rows) {
      const document = documents[index];
      if (document !== undefined) found.push({ document, other });
    }
  }
  return found;
}

/** Adds what a consumer found to a change; what it holds already is added once. */
export async function stageDiagnostics(
  tx: Db,
  changeId: string,
  diagnostics: readonly LayerDiagnostic[],
): Promise<void> {
  const rows = diagnostics.map(({ layer, diagnostic }, ordinal) => ({
    layer,
    identity: digestOf(diagnostic),
    ordinal,
    body: diagnostic,
  }));
  for (const part of jsonRows(rows)) {
    await tx.execute(sql`
      insert into bedplate.change_diagnostic (change_id, layer, identity, ordinal, body)
      select ${changeId}, layer, identity, ordinal, body
      from jsonb_to_recordset(${part}::text::jsonb) as r(layer text, identity text, ordinal integer, body jsonb)
      on conflict do nothing`);
  }
}

/** Everything a change holds. */
export async function readStaged(tx: Db, { id: changeId, diagnosticCount }: HeldChange): Promise<Staged> {
  const rows = await tx
    .select()
    .from(changeDocument)
    .where(eq(changeDocument.changeId, changeId))
    .orderBy(asc(changeDocument.layer), asc(changeDocument.kind), asc(changeDocument.name));
  const diagnostics = diagnosticCount === 0 ? [] : await readStagedDiagnostics(tx, changeId);
  const documents: LayerDocument[] = [];
  const deletions: StagedDeletion[] = [];
  for (const { changeId: _, layer, digest, deleted, ...document } of rows) {
    if (deleted) deletions.push({ layer, kind: document.kind, name: document.name });
    else documents.push({ layer, digest, document });
  }
  return { documents, deletions, diagnostics };
}

function readStagedDiagnostics(tx: Db, changeId: string): Promise<LayerDiagnostic[]> {
  return tx
    .select({ layer: changeDiagnostic.layer, diagnostic: changeDiagnostic.body })
    .from(changeDiagnostic)
    .where(eq(changeDiagnostic.changeId, changeId))
    .orderBy(asc(changeDiagnostic.layer), asc(changeDiagnostic.ordinal), asc(changeDiagnostic.identity));
}

/** How many documents and deletions a change holds. */
export function countStaged(tx: Db, changeId: string): Promise<number> {
  return tx.$count(changeDocument, eq(changeDocument.changeId, changeId));
}

/** Closes a change with what its commit made. What it held is committed, and is not needed again. */
export async function closeChange(
  tx: Db,
  changeId: string,
  { revision, changed }: { readonly revision: bigint; readonly changed: boolean },
): Promise<void> {
  await tx.execute(sql`
    with documents as (delete from bedplate.change_document where change_id = ${changeId}),
      diagnostics as (delete from bedplate.change_diagnostic where change_id = ${changeId})
    update bedplate.change set revision = ${`${revision}`}::text::bigint, changed = ${changed}, closed_at = now()
    where id = ${changeId}`);
}
