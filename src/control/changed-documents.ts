import type { Document } from "../../gen/bedplate/design/v1/document_pb.js";
import { builtInKinds } from "../design/built-in-kinds.ts";
import { digestOf } from "../design/canonical.ts";
import { documentFromMessage } from "../design/from-message.ts";
import { type ItemKey, itemKeyText } from "../design/item-key.ts";
import type { Tree } from "../design/tree.ts";

/** Digests of the documents a layer holds, by kind and name (`itemKeyText`). */
export type LayerDigests = ReadonlyMap<string, ItemKey & { readonly digest: string }>;

/** What brings a layer from the documents it holds to those it shall hold. */
export interface LayerChange {
  /** Documents to be put. Those that declare one item twice come first, so that one call shows the store both. */
  readonly put: readonly Document[];
  /** Documents to be deleted. */
  readonly gone: readonly ItemKey[];
}

/**
 * Compares all documents a layer shall hold with what it holds. A document is left out only when the store, given it again, would keep what it has:
 * one with secrets differs from what is stored of it, where they are sealed, and is always put. So are items of custom kinds, because what is sealed of them
 * depends on a declaration that may have changed, and items declared twice, which are a finding of the store's.
 */
export function changedDocuments(documents: readonly Document[], held: LayerDigests): LayerChange {
  const times = new Map<string, number>();
  for (const each of documents) times.set(itemKeyText(each), (times.get(itemKeyText(each)) ?? 0) + 1);
  const builtIn = builtInKinds();
  const twice = documents.filter((each) => (times.get(itemKeyText(each)) ?? 0) > 1);
  const changed = documents.filter((each) => {
    const key = itemKeyText(each);
    if ((times.get(key) ?? 0) > 1) return false;
    const digest = held.get(key)?.digest;
    return digest === undefined || !builtIn.has(each.kind) || digest !== digestOfDocument(each);
  });
  const gone = [...held.entries()].flatMap(([key, { kind, name }]) => (times.has(key) ? [] : [{ kind, name }]));
  return { put: [...twice, ...changed], gone };
}

/** The digest the store gives a document without secrets; undefined for what has none, such as a number that is none. */
function digestOfDocument(document: Document): string | undefined {
  try {
    return digestOf(documentFromMessage(document) as unknown as Tree);
  } catch {
    return undefined;
  }
}
