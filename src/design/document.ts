import type { SourceLocation } from "./diagnostic.ts";
import type { SourceNode } from "./source-node.ts";
import type { TreeMap } from "./tree.ts";

/**
 * One step on the way from what was written to a value: a historical word rewritten, a value substituted or overridden. `field` is the value's path in the
 * item's terms, `message` says what was done, one line; `location` is where what it speaks of was written, absent when that is the value's own place.
 */
export interface Conversion {
  readonly field: string;
  readonly message: string;
  readonly location?: SourceLocation;
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
