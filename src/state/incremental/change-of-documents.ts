import { sql } from "drizzle-orm";
import { type Db, execute } from "../../db/database.ts";
import type { Layer } from "../../design/layer.ts";
import { diagnosticsAfter } from "../apply-change.ts";
import type { StagedChange } from "../commit-staged.ts";
import { type Difference, difference } from "../difference.ts";
import { digestOf } from "../digest.ts";
import type { LayerDiagnostic, LayerDocument } from "../store/content.ts";
import type { DesignRow } from "../store/designs.ts";
import { jsonRows } from "../store/json-rows.ts";
import type { HeadFacts } from "./head-facts.ts";

/** Names a declaration. */
export interface DeclarationKey {
  readonly layer: string;
  readonly kind: string;
  readonly name: string;
}

/** What a change does to the documents of a design's head. */
export interface ChangeOfDocuments {
  /** The layers of the design, which stay as they are; undefined when the change makes one. */
  readonly layers: readonly Layer[] | undefined;
  readonly closed: readonly DeclarationKey[];
  readonly opened: readonly LayerDocument[];
  /** How many declarations come, change or go. */
  readonly size: number;
  readonly consumers: Difference<LayerDiagnostic, LayerDiagnostic>;
}

/** Compares what a change says with the head, reading of the head only what it speaks of. The transaction holds the design. */
export async function changeOfDocuments(
  tx: Db,
  head: DesignRow,
  change: StagedChange,
  { layers: known, consumers: before }: HeadFacts,
): Promise<ChangeOfDocuments> {
  const { staged, layers, mode, allDiagnostics = false } = change;
  const names = new Set(known.map(({ name }) => name));
  const isNew = layers.some((name) => !names.has(name));
  const there = new Map((await declarationsOf(tx, head.name, change)).map((each) => [textOf(each), each]));
  const opened: LayerDocument[] = [];
  const closed = new Map<string, DeclarationKey>();
  const mentioned = new Set<string>();
  for (const each of staged.documents) {
    const key = { layer: each.layer, kind: each.document.kind, name: each.document.name };
    mentioned.add(textOf(key));
    const old = there.get(textOf(key));
    if (old?.digest === each.digest) continue;
    opened.push(each);
    if (old !== undefined) closed.set(textOf(key), key);
  }
  for (const { layer, kind, name } of staged.deletions) {
    const key = { layer, kind, name };
    if (there.has(textOf(key))) closed.set(textOf(key), key);
  }
  if (mode === "replace-layer") {
    for (const { layer, kind, name } of there.values()) {
      if (!mentioned.has(textOf({ layer, kind, name })))
        closed.set(textOf({ layer, kind, name }), { layer, kind, name });
    }
  }
  const replaced = allDiagnostics || mode === "replace-layer" ? layers : [];
  const after = diagnosticsAfter({ consumerDiagnostics: before }, staged, replaced);
  const came = new Set(opened.map((each) => textOf(keyOf(each))));
  const gone = [...closed.keys()].filter((key) => !came.has(key)).length;
  return {
    layers: isNew ? undefined : known,
    closed: [...closed.values()],
    opened,
    size: opened.length + gone,
    consumers: difference(before, after, digestOf, () => ""),
  };
}

/** The key of a document in its layer. */
export function keyOf({ layer, document: { kind, name } }: LayerDocument): DeclarationKey {
  return { layer, kind, name };
}

/** A declaration's key as one text. */
export function textOf({ layer, kind, name }: DeclarationKey): string {
  return `${layer}/${kind}/${name}`;
}

/** The current declarations a change may touch, with their digests. */
async function declarationsOf(tx: Db, design: string, { staged, layers, mode }: StagedChange) {
  type Row = DeclarationKey & { digest: string } & Record<string, unknown>;
  if (mode === "replace-layer") {
    const list = JSON.stringify(layers);
    return execute<Row>(
      tx,
      sql`
        select layer, kind, name, digest from bedplate.document
        where design = ${design} and to_revision is null
          and layer in (select jsonb_array_elements_text(${list}::text::jsonb))`,
    );
  }
  const keys = [
    ...staged.documents.map(keyOf),
    ...staged.deletions.map(({ layer, kind, name }) => ({ layer, kind, name })),
  ];
  const found: Row[] = [];
  for (const part of jsonRows(keys)) {
    const rows = await execute<Row>(
      tx,
      sql`
        select t.layer, t.kind, t.name, t.digest
        from jsonb_to_recordset(${part}::text::jsonb) as r(layer text, kind text, name text)
        cross join lateral (
          select * from bedplate.document
          where design = ${design} and layer = r.layer and kind = r.kind and name = r.name and to_revision is null limit 1) t`,
    );
    found.push(...rows);
  }
  return found;
}
