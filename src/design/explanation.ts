import type { SourceLocation } from "./diagnostic.ts";
import type { Conversion } from "./document.ts";
import type { Tree } from "./tree.ts";

/** A value that another one overrode; null when it was a removal. `item` is "Kind/name". */
export interface OverriddenValue {
  readonly value: Tree;
  readonly from: SourceLocation;
  readonly item: string;
  readonly layer: string;
}

/**
 * Where one effective value comes from. `path` is canonical, secret values are "<secret>". A declared value has `from` and `layer`, a default or computed
 * one has `rule` ("default", "computed-fqdn", ...), and one computed from a text that somebody wrote in its place has all three. `item` ("Kind/name") is the item that supplied it. `overrode` has the nearest first. `steps` says
 * what was done on the way from the text the author wrote to the value, in order; of a computed value, what it was read from.
 */
export interface Explanation {
  readonly path: string;
  readonly value: Tree;
  readonly from?: SourceLocation;
  readonly rule?: string;
  readonly item: string;
  readonly layer?: string;
  readonly steps: readonly Conversion[];
  readonly overrode: readonly OverriddenValue[];
}

/** Thrown when an item has no value at a path, or doesn't exist. `suggestion` is a path or item alike. */
export class UnknownPathError extends Error {
  readonly path: string;
  readonly suggestion: string | undefined;

  constructor(message: string, path: string, suggestion: string | undefined) {
    super(message);
    this.name = "UnknownPathError";
    this.path = path;
    this.suggestion = suggestion;
  }
}
