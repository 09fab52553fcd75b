import { and, asc, eq, isNull, type SQL, sql } from "drizzle-orm";
import { type Db, execute } from "../../db/database.ts";
import { diagnostic, document, layer } from "../../db/schema.ts";
import type { Diagnostic } from "../../design/diagnostic.ts";
import type { Document } from "../../design/document.ts";
import type { Layer } from "../../design/layer.ts";
import { asOf } from "../as-of.ts";

/** A document of a layer, with its digest. */
export interface LayerDocument {
  readonly layer: string;
  readonly digest: string;
  readonly document: Document;
}

/** What a consumer found while reading the documents of a layer. */
export interface LayerDiagnostic {
  readonly layer: string;
  readonly diagnostic: Diagnostic;
}

/** Everything a revision is made from. */
export interface Content {
  readonly layers: readonly Layer[];
  readonly documents: readonly LayerDocument[];
  readonly consumerDiagnostics: readonly LayerDiagnostic[];
}

const documentColumns = {
  layer: document.layer,
  kind: document.kind,
  name: document.name,
  digest: document.digest,
  spec: document.spec,
  source: document.source,
  location: document.location,
  part: document.part,
  form: document.form,
  complete: document.complete,
  conversions: document.conversions,
};

/** The content of a design's head. The caller holds the design, so that the head stays what it is. */
export async function readHead(tx: Db, design: string): Promise<Content> {
  const found = await tx
    .select({ layer: diagnostic.layer, diagnostic: diagnostic.body })
    .from(diagnostic)
    .where(and(eq(diagnostic.design, design), eq(diagnostic.origin, "consumer"), isNull(diagnostic.toRevision)));
  return {
    layers: await selectLayers(tx, and(eq(layer.design, design), isNull(layer.toRevision))),
    documents: await selectDocuments(tx, and(eq(document.design, design), isNull(document.toRevision))),
    consumerDiagnostics: found,
  };
}

/** The content of a design as of a revision. */
export async function readContent(db: Db, design: string, revision: bigint): Promise<Content> {
  const found = await db
    .select({ layer: diagnostic.layer, diagnostic: diagnostic.body })
    .from(diagnostic)
    .where(and(eq(diagnostic.design, design), eq(diagnostic.origin, "consumer"), asOf(diagnostic, revision)));
  return {
    layers: await readLayers(db, design, revision),
    documents: await readDocuments(db, design, revision, undefined),
    consumerDiagnostics: found,
  };
}

/** The layers of a design as of a revision, lowest rank first. */
export function readLayers(db: Db, design: string, revision: bigint): Promise<readonly Layer[]> {
  return selectLayers(db, and(eq(layer.design, design), asOf(layer, revision)));
}

/** The documents of a design as of a revision that a condition chooses, in the order of layer, kind and name. */
export function readDocuments(
  db: Db,
  design: string,
  revision: bigint,
  condition: SQL | undefined,
): Promise<readonly LayerDocument[]> {
  return selectDocuments(db, and(eq(document.design, design), asOf(document, revision), condition));
}

async function selectLayers(db: Db, condition: SQL | undefined): Promise<readonly Layer[]> {
  const rows = await db
    .select({
      name: layer.name,
      role: layer.role,
      rank: layer.rank,
      owns: layer.owns,
      mayReferenceSecrets: layer.mayReferenceSecrets,
      allowSecretLiterals: layer.allowSecretLiterals,
      source: layer.source,
    })
    .from(layer)
    .where(condition)
    .orderBy(asc(layer.rank), asc(layer.name));
  return rows.map(({ source, ...row }) => (source === "" ? row : { ...row, source }));
}

/** The current documents of items, which rows of kind and name tell, in the order of layer, kind and name. */
export async function readDocumentsOf(db: Db, design: string, items: SQL): Promise<readonly LayerDocument[]> {
  const rows = await execute<LayerDocument["document"] & { layer: string; digest: string } & Record<string, unknown>>(
    db,
    sql`
      select t.layer, t.kind, t.name, t.digest, t.spec, t.source, t.location, t.part, t.form, t.complete, t.conversions
      from ${items} k
      cross join lateral (
        select * from bedplate.document
        where design = ${design} and kind = k.kind and name = k.name and to_revision is null offset 0) t
      order by t.layer, t.kind, t.name`,
  );
  return rows.map(({ layer, digest, ...document }) => ({ layer, digest, document }));
}

async function selectDocuments(db: Db, condition: SQL | undefined): Promise<readonly LayerDocument[]> {
  const rows = await db
    .select(documentColumns)
    .from(document)
    .where(condition)
    .orderBy(asc(document.layer), asc(document.kind), asc(document.name));
  return rows.map(({ layer, digest, ...document }) => ({ layer, digest, document }));
}
