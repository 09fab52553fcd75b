import type { SourcePosition, YamlNode } from "../../yaml/node.ts";
import type { Problems } from "../reading/problems.ts";
import type { EnvelopeFault } from "./envelope-faults.ts";

/** A text and where it was written. */
export interface PlacedText {
  readonly text: string;
  readonly at: SourcePosition;
}

/** What a child does with its own data at a path. */
export interface Action {
  readonly method: PlacedText;
  readonly path: PlacedText;
}

/** One label a parent must carry. */
export interface SelectorEntry {
  readonly label: string;
  /** In words. */
  readonly shown: string;
  readonly at: SourcePosition;
}

/** Where a substituted value goes. */
export interface Destination {
  readonly path: PlacedText;
  readonly pattern?: PlacedText;
  /** How far below the path texts are looked at; -1 without end. */
  readonly depth?: number;
}

/** A value to be taken from another document. */
export interface Substitution {
  readonly at: SourcePosition;
  readonly schema: string;
  readonly name: string;
  /** Where the source is named. */
  readonly sourceAt: SourcePosition;
  readonly path: PlacedText;
  readonly pattern?: PlacedText;
  readonly group: number;
  readonly destinations: readonly Destination[];
}

/** What the metadata of a document say. */
export interface MetadataParts {
  /** Empty when there is none. */
  readonly name: string;
  readonly nameAt: SourcePosition;
  /** The node of the name, for those who check it. */
  readonly nameNode?: YamlNode;
  readonly layer?: PlacedText;
  readonly abstract: boolean;
  readonly labels: readonly string[];
  /** The labels of its parent. */
  readonly selector?: readonly SelectorEntry[];
  readonly selectorAt?: SourcePosition;
  readonly actions: readonly Action[];
  /** Where it says that it takes the place of its parent. */
  readonly replacementAt?: SourcePosition;
  readonly substitutions: readonly Substitution[];
  readonly encrypted: boolean;
}

/** A document before anything is layered: its envelope, and its text for when its data is needed. Its data isn't kept. */
export interface RawDocument extends MetadataParts {
  /** From 0, in the order documents were read. */
  readonly order: number;
  readonly schema: string;
  /** The kind of the item it declares, if one of ours. */
  readonly kind: string | undefined;
  readonly at: SourcePosition;
  readonly schemaAt: SourcePosition;
  readonly text: string;
  readonly firstLine: number;
  /** False when the text broke off in it. */
  readonly complete: boolean;
  readonly file: Problems;
  /** What is wrong with the envelope; it matters where the document does. */
  readonly faults: readonly EnvelopeFault[];
}

/** A document in words, as messages name it. */
export function titleOf({ schema, name }: Pick<RawDocument, "schema" | "name">): string {
  return `${schema} ${/^[A-Za-z0-9._-]{1,64}$/.test(name) ? name : JSON.stringify(name.slice(0, 64))}`;
}
