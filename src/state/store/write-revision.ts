import { and, eq, isNull } from "drizzle-orm";
import type { Db } from "../../db/database.ts";
import { diagnostic, effectiveItem } from "../../db/schema.ts";
import type { Diagnostic } from "../../design/diagnostic.ts";
import { itemKeyText } from "../../design/item-key.ts";
import { documentKey } from "../apply-change.ts";
import { type Difference, deltas, difference } from "../difference.ts";
import { digestOf } from "../digest.ts";
import { evaluateContent } from "../evaluate-content.ts";
import { writeWholeTraces } from "../incremental/write-whole-traces.ts";
import { refuseTooManyLayers } from "../refuse-too-many-layers.ts";
import { RESOLVER_VERSION } from "../resolver-version.ts";
import type { OutsideFindings } from "../validators.ts";
import type { Content, LayerDiagnostic } from "./content.ts";
import type { DesignRow, RevisionRow } from "./designs.ts";
import { insertRevision } from "./insert-revision.ts";
import { rangedRows } from "./ranged-rows.ts";

/** Who makes a revision, and why. */
export interface RevisionNote {
  readonly author: string;
  readonly message: string;
  /** What the change's source says of it. */
  readonly metadata?: Readonly<Record<string, string>>;
}

/** One item, or one declaration of it in a layer, that a revision changed. */
export interface ItemDelta {
  readonly kind: string;
  readonly name: string;
  /** Absent for an effective item. */
  readonly layer?: string;
  readonly change: "added" | "changed" | "deleted";
}

/** A revision that was made, and what it changed. */
export interface MadeRevision {
  readonly row: RevisionRow;
  /** Declarations that were changed, by layer, kind and name. */
  readonly rawChanges: readonly ItemDelta[];
  /** Effective items that were changed, by kind and name. */
  readonly effectiveChanges: readonly ItemDelta[];
  /** Errors the head did not have. */
  readonly newErrors: readonly Diagnostic[];
}

/**
 * Makes the next revision of a design whose row the transaction holds, and writes what differs from the head: rows of documents, effective items and
 * diagnostics that stay the same are not touched. Gives undefined, and writes nothing, when the content is the head's.
 * `outside` is asked for what validators of others found, before anything is written.
 */
export async function writeRevision(
  tx: Db,
  head: DesignRow,
  before: Content,
  after: Content,
  note: RevisionNote,
  outside?: OutsideFindings,
): Promise<MadeRevision | undefined> {
  const layers = difference(before.layers, after.layers, ({ name }) => name, digestOf);
  const documents = difference(before.documents, after.documents, documentKey, ({ digest }) => digest);
  const consumers = difference(before.consumerDiagnostics, after.consumerDiagnostics, digestOf, () => "");
  if (layers.size + documents.size + consumers.size === 0) return undefined;
  refuseTooManyLayers(before.layers.length, after.layers.length);
  const number = head.revision + 1n;
  const evaluated = evaluateContent(after, outside);
  const rows = rangedRows(tx, head.name, number);

  await rows.closeLayers(layers.closed.map(({ name }) => name));
  await rows.openLayers(layers.opened);
  await rows.closeDocuments(documents.closed.map(({ layer, document: { kind, name } }) => ({ layer, kind, name })));
  await rows.openDocuments(documents.opened);

  const itemsBefore = await currentItems(tx, head.name);
  const items = difference(itemsBefore, evaluated.items.map(comparable), itemKeyText, ({ content }) => content);
  await rows.closeItems(items.closed.map(({ kind, name }) => ({ kind, name })));
  await rows.openItems(
    items.opened.map(({ digested }) => digested),
    RESOLVER_VERSION,
  );

  const found = difference(await currentDiagnostics(tx, head.name), evaluated.diagnostics, identityOf, () => "");
  await rows.closeDiagnostics(found.closed.map(identityOf));
  await rows.openDiagnostics(found.opened);

  const { traces } = evaluated;
  const isWhole = outside?.areNone === false ? "validators of others look at the whole design" : undefined;
  const reason = isWhole ?? (typeof traces === "string" ? traces : undefined);
  const traceRows =
    typeof traces === "string" || reason !== undefined ? 0 : await writeWholeTraces(tx, head.name, traces);
  const ruleSteps = typeof traces === "string" ? 0n : traces.ruleSteps;
  const row = await insertRevision(tx, head, {
    note,
    traces: { reason, ruleSteps },
    layers: layersOf(layers, documents, consumers),
    errorCount: evaluated.errorCount,
    warningCount: evaluated.warningCount,
    counters: {
      documentsRead: before.documents.length + documents.opened.length,
      itemsResolved: evaluated.itemsResolved,
      ruleRuns: evaluated.ruleRuns,
      rowsWritten: layers.rows + documents.rows + items.rows + found.rows + traceRows,
      documentsChanged: documents.size,
      itemsChanged: items.size,
    },
  });
  return {
    row,
    rawChanges: deltas(documents, ({ layer, document: { kind, name } }) => ({ kind, name, layer })),
    effectiveChanges: deltas(items, ({ kind, name }) => ({ kind, name })),
    newErrors: found.opened.map(({ diagnostic }) => diagnostic).filter(({ severity }) => severity === "error"),
  };
}

function identityOf({ identity }: { readonly identity: string }): string {
  return identity;
}

function comparable(digested: ReturnType<typeof evaluateContent>["items"][number]) {
  const { item, digest } = digested;
  return { kind: item.kind, name: item.name, content: JSON.stringify([digest, item.inputs]), digested };
}

async function currentItems(tx: Db, designName: string) {
  const rows = await tx
    .select({
      kind: effectiveItem.kind,
      name: effectiveItem.name,
      digest: effectiveItem.digest,
      inputs: effectiveItem.inputs,
    })
    .from(effectiveItem)
    .where(and(eq(effectiveItem.design, designName), isNull(effectiveItem.toRevision)));
  return rows.map(({ kind, name, digest, inputs }) => ({ kind, name, content: JSON.stringify([digest, inputs]) }));
}

function currentDiagnostics(tx: Db, designName: string) {
  return tx
    .select({ identity: diagnostic.identity })
    .from(diagnostic)
    .where(and(eq(diagnostic.design, designName), isNull(diagnostic.toRevision)));
}

function layersOf(
  layers: Difference<{ name: string }, { name: string }>,
  documents: Difference<{ layer: string }, { layer: string }>,
  consumers: Difference<LayerDiagnostic, LayerDiagnostic>,
): readonly string[] {
  const names = new Set<string>();
  for (const { name } of [...layers.closed, ...layers.opened]) names.add(name);
  for (const { layer } of [...documents.closed, ...documents.opened]) names.add(layer);
  for (const { layer } of [...consumers.closed, ...consumers.opened]) names.add(layer);
  return [...names].sort();
}
