import type { Document } from "./document.ts";
import type { Layer } from "./layer.ts";
import type { SourceNode } from "./source-node.ts";
import type { Tree } from "./tree.ts";

/** Who said something: one layer's document about one item ("Kind/name"). */
export interface Origin {
  readonly item: string;
  readonly layer: Layer;
  readonly document: Document;
}

/** One value a document sets, read by the type of its field. */
export interface DeclaredScalar {
  readonly type: "scalar";
  readonly value: string | number | boolean;
  /** The word that was written, where only YAML 1.1 takes it for the value. */
  readonly habit?: string;
  readonly origin: Origin;
  readonly at: SourceNode;
}

/** A value a document sets where anything goes, kept as written. */
export interface DeclaredTree {
  readonly type: "tree";
  readonly value: Tree;
  readonly origin: Origin;
  readonly at: SourceNode;
}

/** A removal: whatever is inherited at `path` goes away. */
export interface DeclaredRemoval {
  readonly type: "removal";
  readonly path: string;
  readonly origin: Origin;
  readonly at: SourceNode;
}

/**
 * Fields a document sets in a message, by name; only names the schema has. `removes` says whether a removal is anywhere inside.
 */
export interface DeclaredMessage {
  readonly type: "message";
  readonly fields: Readonly<Record<string, Declared>>;
  readonly removes: boolean;
  readonly origin: Origin;
  readonly at: SourceNode;
}

/**
 * Members of a map, of a keyed list or of a set of strings, by their key, in the order written. A key may be both removed and a member: the inherited one
 * goes, the own one comes.
 */
export interface DeclaredGroup {
  readonly type: "group";
  readonly members: ReadonlyMap<string, DeclaredScalar | DeclaredMessage>;
  readonly removals: ReadonlyMap<string, DeclaredRemoval>;
  readonly removes: boolean;
  readonly origin: Origin;
  readonly at: SourceNode;
}

/** Members of a list without a key, replaced whole. */
export interface DeclaredList {
  readonly type: "list";
  readonly items: readonly DeclaredMessage[];
  readonly removes: boolean;
  readonly origin: Origin;
  readonly at: SourceNode;
}

/**
 * A part of an item as documents declare it, each value with its place. What one document says is a change to what it inherits, removals included; merged
 * onto that it is again such a tree, without removals. Nothing is ever modified, so items share what they have in common.
 */
export type Declared = DeclaredScalar | DeclaredTree | DeclaredRemoval | DeclaredMessage | DeclaredGroup | DeclaredList;
