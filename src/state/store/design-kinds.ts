import { and, eq } from "drizzle-orm";
import type { Db } from "../../db/database.ts";
import { changeDocument, document } from "../../db/schema.ts";
import { builtInKinds } from "../../design/built-in-kinds.ts";
import { KIND_OF_KINDS } from "../../design/custom-kinds/declared-kinds.ts";
import type { Document } from "../../design/document.ts";
import { evaluateDesign } from "../../design/evaluate-design.ts";
import type { KindSchema } from "../../design/kind-schema.ts";
import type { Layer } from "../../design/layer.ts";
import { readDocuments, readLayers } from "./content.ts";
import type { DesignRow } from "./designs.ts";

/** Kinds by name. */
export type Kinds = ReadonlyMap<string, KindSchema>;

interface KindDocument {
  readonly layer: string;
  readonly document: Document;
}

/** All kinds of a design as of a revision: the built-in ones and those it declares. */
export async function designKinds(db: Db, { name }: Pick<DesignRow, "name">, revision: bigint): Promise<Kinds> {
  const documents = await readDocuments(db, name, revision, eq(document.kind, KIND_OF_KINDS));
  return documents.length === 0 ? builtInKinds() : kindsOf(documents, await readLayers(db, name, revision));
}

/**
 * The kinds that documents of a change may be of: those of the design's head, of what the change holds already and of the documents themselves, each in place
 * of what was declared before. `changeId` is undefined for a change that holds nothing else.
 */
export async function kindsOfChange(
  tx: Db,
  headOf: () => Promise<Pick<DesignRow, "name" | "revision">>,
  changeId: string | undefined,
  documents: readonly KindDocument[],
): Promise<Kinds> {
  const builtIn = builtInKinds();
  if (documents.every((each) => builtIn.has(each.document.kind))) return builtIn;
  const { name, revision } = await headOf();
  const staged = changeId === undefined ? [] : await stagedKinds(tx, changeId);
  const known = new Map<string, KindDocument>();
  const add = (each: KindDocument) => known.set(`${each.layer}/${each.document.name}`, each);
  for (const each of await readDocuments(tx, name, revision, eq(document.kind, KIND_OF_KINDS))) add(each);
  for (const { layer, deleted, ...row } of staged) {
    if (deleted) known.delete(`${layer}/${row.name}`);
    else add({ layer, document: row });
  }
  for (const each of documents) if (each.document.kind === KIND_OF_KINDS) add(each);
  return kindsOf([...known.values()], await readLayers(tx, name, revision));
}

function stagedKinds(tx: Db, changeId: string) {
  return tx
    .select()
    .from(changeDocument)
    .where(and(eq(changeDocument.changeId, changeId), eq(changeDocument.kind, KIND_OF_KINDS)));
}

function kindsOf(documents: readonly KindDocument[], layers: readonly Layer[]): Kinds {
  return evaluateDesign({ documents, layers }).kinds;
}
