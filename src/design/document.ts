import type { SourceLocation } from "./diagnostic.ts";
import type { SourceNode } from "./source-node.ts";
import type { TreeMap } from "./tree.ts";

/** A historical value that a consumer rewrote: the field in the item's terms, and what was done, one line. */
export interface Conversion {
  readonly field: string;
  readonly message: string;
}

/**
 * One thing as its source declared it, in the field names of its kind, removal markers (`!name`) included. `source` runs parallel to `spec`.
 * `part` is the layer the input form suggests ("hardware", "design", "formation", or empty). `complete` is false when the text broke off.
 */
export interface Document {
  readonly kind: string;
  readonly name: string;
  readonly spec: TreeMap;
  readonly location: SourceLocation;
  readonly source: SourceNode;
  readonly part: string;
  readonly complete: boolean;
  readonly form: string;
  readonly conversions: readonly Conversion[];
}
