import type { DeclaredMessage } from "./declared.ts";
import type { SourceLocation } from "./diagnostic.ts";
import type { Document } from "./document.ts";
import type { ItemKey } from "./item-key.ts";
import type { Layer } from "./layer.ts";
import type { Tree } from "./tree.ts";

/** One `!name`, `!key`, "!" or -1 of a document: the path it takes away and where it was written. */
export interface Removal {
  readonly path: string;
  readonly location: SourceLocation;
}

/** A field that the kind doesn't have, kept as written. */
export interface UnknownField {
  readonly path: string;
  readonly value: Tree;
  readonly location: SourceLocation;
}

/** One layer's declaration of an item, read by the schema of its kind: values of the right types, removals, and what fits nowhere. */
export interface RawItem {
  readonly key: ItemKey;
  readonly layer: Layer;
  readonly document: Document;
  readonly body: DeclaredMessage;
  readonly removals: readonly Removal[];
  readonly unknown: readonly UnknownField[];
}
