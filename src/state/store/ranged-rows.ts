import { type SQL, sql } from "drizzle-orm";
import type { Db } from "../../db/database.ts";
import type { Layer } from "../../design/layer.ts";
import type { DigestedItem, IdentifiedDiagnostic } from "../evaluate-content.ts";
import type { LayerDocument } from "./content.ts";
import { jsonRows } from "./json-rows.ts";

const severityOrder = { error: 1, warning: 2, info: 3 } as const;

/** Writes one revision's rows: each `close…` ends validity ranges at it, each `open…` begins them. */
export interface RangedRows {
  closeLayers(names: readonly string[]): Promise<void>;
  openLayers(layers: readonly Layer[]): Promise<void>;
  closeDocuments(keys: ReadonlyArray<{ layer: string; kind: string; name: string }>): Promise<void>;
  openDocuments(documents: readonly LayerDocument[]): Promise<void>;
  closeItems(keys: ReadonlyArray<{ kind: string; name: string }>): Promise<void>;
  openItems(items: readonly DigestedItem[], resolverVersion: string): Promise<void>;
  /** Closes and opens documents and items, all few: by one statement. */
  replaceFew(few: FewRows): Promise<void>;
  closeDiagnostics(identities: readonly string[]): Promise<void>;
  openDiagnostics(diagnostics: readonly IdentifiedDiagnostic[]): Promise<void>;
}

/** Documents and items that a revision closes and opens. */
export interface FewRows {
  readonly closedDocuments: ReadonlyArray<{ layer: string; kind: string; name: string }>;
  readonly openedDocuments: readonly LayerDocument[];
  readonly closedItems: ReadonlyArray<{ kind: string; name: string }>;
  readonly openedItems: readonly DigestedItem[];
  readonly resolverVersion: string;
}

/** The writer of a design's next revision. Everything goes in bulk: a few statements, however many rows. */
export function rangedRows(tx: Db, design: string, revision: bigint): RangedRows {
  const number = sql`${`${revision}`}::text::bigint`;
  const each = async (rows: readonly object[], statement: (part: ReturnType<typeof sql>) => ReturnType<typeof sql>) => {
    for (const part of jsonRows(rows)) await tx.execute(statement(sql`jsonb_to_recordset(${part}::text::jsonb)`));
  };
  // Rows are found one by one through their indexes, and then by where they are: the planner, which knows nothing of new tables, would read them whole. The
  // design is held, so that nobody moves them meanwhile.
  const closeDocuments = (rows: SQL) => sql`
    update bedplate.document set to_revision = ${number} where ctid = any(array(
      select t.place from ${rows} as r(layer text, kind text, name text)
      cross join lateral (
        select ctid as place from bedplate.document where design = ${design} and layer = r.layer and kind = r.kind
          and name = r.name and to_revision is null limit 1) t))`;
  const openDocuments = (rows: SQL) => sql`
    insert into bedplate.document
      (design, from_revision, layer, kind, name, digest, spec, source, location, part, form, complete, conversions)
    select ${design}, ${number}, layer, kind, name, digest, spec, source, location, part, form, complete, conversions
    from ${rows} as r(layer text, kind text, name text, digest text, spec jsonb, source jsonb, location jsonb,
      part text, form text, complete boolean, conversions jsonb)`;
  const closeItems = (rows: SQL) => sql`
    update bedplate.effective_item set to_revision = ${number} where ctid = any(array(
      select t.place from ${rows} as r(kind text, name text)
      cross join lateral (
        select ctid as place from bedplate.effective_item
        where design = ${design} and kind = r.kind and name = r.name and to_revision is null limit 1) t))`;
  const openItems = (rows: SQL, resolverVersion: string) => sql`
    insert into bedplate.effective_item (design, from_revision, kind, name, digest, tree, inputs, resolver_version)
    select ${design}, ${number}, kind, name, digest, tree, inputs, ${resolverVersion}
    from ${rows} as r(kind text, name text, digest text, tree jsonb, inputs jsonb)`;
  return {
    closeLayers: (names) =>
      each(
        names.map((name) => ({ name })),
        (rows) => sql`
          update bedplate.layer t set to_revision = ${number} from ${rows} as r(name text)
          where t.design = ${design} and t.name = r.name and t.to_revision is null`,
      ),
    openLayers: (layers) =>
      each(
        layers,
        (rows) => sql`
          insert into bedplate.layer
            (design, name, from_revision, role, rank, owns, may_reference_secrets, allow_secret_literals, source)
          select ${design}, name, ${number}, role, rank, owns, "mayReferenceSecrets", "allowSecretLiterals", coalesce(source, '')
          from ${rows} as r(name text, role text, rank integer, owns jsonb, "mayReferenceSecrets" boolean,
            "allowSecretLiterals" boolean, source text)`,
      ),
    closeDocuments: (keys) => each(keys, closeDocuments),
    openDocuments: (documents) => each(documents.map(documentRow), openDocuments),
    closeItems: (keys) => each(keys, closeItems),
    openItems: (items, resolverVersion) => each(items.map(itemRow), (rows) => openItems(rows, resolverVersion)),
    async replaceFew({ closedDocuments, openedDocuments, closedItems, openedItems, resolverVersion }) {
      const rowsOf = (rows: readonly object[]) => sql`jsonb_to_recordset(${JSON.stringify(rows)}::text::jsonb)`;
      // What is opened waits for what is closed: both can't be current at once.
      await tx.execute(sql`
        with d as (${closeDocuments(rowsOf(closedDocuments))} returning 1),
          i as (${closeItems(rowsOf(closedItems))} returning 1),
          o as (${openDocuments(rowsOf(openedDocuments.map(documentRow)))} where (select count(*) from d) >= 0 returning 1)
        ${openItems(rowsOf(openedItems.map(itemRow)), resolverVersion)} where (select count(*) from i) >= 0`);
    },
    closeDiagnostics: (identities) =>
      each(
        identities.map((identity) => ({ identity })),
        (rows) => sql`
          update bedplate.diagnostic set to_revision = ${number} where ctid = any(array(
            select t.place from ${rows} as r(identity text)
            cross join lateral (
              select ctid as place from bedplate.diagnostic
              where design = ${design} and identity = r.identity and to_revision is null limit 1) t))`,
      ),
    openDiagnostics: (diagnostics) =>
      each(
        diagnostics.map(({ identity, origin, layer, diagnostic }) => ({
          identity,
          origin,
          layer,
          severity: severityOrder[diagnostic.severity],
          uri: diagnostic.location?.uri ?? "",
          line: diagnostic.location?.line ?? 0,
          column: diagnostic.location?.column ?? 0,
          body: diagnostic,
        })),
        (rows) => sql`
          insert into bedplate.diagnostic
            (design, from_revision, identity, origin, layer, severity, uri, line, "column", body)
          select ${design}, ${number}, identity, origin, layer, severity, uri, line, "column", body
          from ${rows} as r(identity text, origin text, layer text, severity smallint, uri text, line integer,
            "column" integer, body jsonb)`,
      ),
  };
}

function documentRow({ layer, digest, document }: LayerDocument): object {
  return { layer, digest, ...document };
}

function itemRow({ item: { kind, name, tree, inputs }, digest }: DigestedItem): object {
  return { kind, name, tree, inputs, digest };
}
