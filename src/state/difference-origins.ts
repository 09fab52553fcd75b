import type { Db } from "../db/database.ts";
import { document } from "../db/schema.ts";
import { placeInDocument } from "../design/place-in-document.ts";
import { valueOrigin } from "../design/value-origin.ts";
import { evaluateItemsAsOf } from "./evaluate-items.ts";
import type { ItemDifference, Origin } from "./messages/field-difference.ts";
import { readDocuments } from "./store/content.ts";
import { itemsNamed } from "./store/items-named.ts";
import type { SchemaOf } from "./store/kind-schemas.ts";

/** Tells where the value of a difference came from on one side. */
export type OriginFinder = (difference: ItemDifference) => Origin | undefined;

/** The origins of effective values as of a revision: each of these items is evaluated once more, with all it was made from. */
export async function effectiveOrigins(
  db: Db,
  design: string,
  revision: bigint,
  differences: readonly ItemDifference[],
): Promise<OriginFinder> {
  const keys = keysOf(differences);
  if (keys.length === 0) return () => undefined;
  const evaluation = await evaluateItemsAsOf(db, design, revision, keys);
  return ({ kind, name, change: { path } }) => valueOrigin(evaluation, kind, name, path);
}

/** The places of what layers declared as of a revision. */
export async function declaredOrigins(
  db: Db,
  design: string,
  revision: bigint,
  differences: readonly ItemDifference[],
  schemaOf: SchemaOf,
): Promise<OriginFinder> {
  const keys = keysOf(differences);
  if (keys.length === 0) return () => undefined;
  const documents = await readDocuments(db, design, revision, itemsNamed(document, keys));
  const textOf = (kind: string, name: string, layer: string) => `${layer}/${kind}/${name}`;
  const byKey = new Map(documents.map((each) => [textOf(each.document.kind, each.document.name, each.layer), each]));
  return ({ kind, name, layer, change: { path } }) => {
    const found = byKey.get(textOf(kind, name, layer))?.document;
    return found && { location: placeInDocument(found, schemaOf(kind), path), item: `${kind}/${name}`, layer };
  };
}

function keysOf(differences: readonly ItemDifference[]): readonly string[] {
  return [...new Set(differences.map(({ kind, name }) => `${kind}/${name}`))];
}
