/** A place in a file. Lines and columns count from 1, columns in Unicode code points; a byte-order mark has no column. */
export interface SourcePosition {
  readonly line: number;
  readonly column: number;
  /** The file, where a value was brought into a document from another one. */
  readonly uri?: string;
}

/**
 * A single value. `text` is what the author wrote, without quotes, escapes or folding and before any type is read into
 * it (`0644`, `1.10`, `yes`, an empty text for nothing at all), so that a consumer may read it by the type its field has.
 * `value` is the same by the YAML 1.2 core schema, where quoted and block texts are strings.
 */
export interface YamlScalar {
  readonly kind: "scalar";
  readonly value: string | number | boolean | null;
  readonly text: string;
  readonly style: "plain" | "quoted" | "block";
  readonly position: SourcePosition;
  /** Offset of the first UTF-16 unit of what was written, in the text of its document; quotes are part of it. */
  readonly start: number;
  /** Offset behind the last one. */
  readonly end: number;
  /**
   * Present when the text is a number that a JSON number can't hold: an integer beyond 2^53, `.inf`, `.nan`.
   * `value` is then the text.
   */
  readonly inexact?: true;
}

/** One `key: value`. A key that isn't a text is given as the text written. */
export interface YamlEntry {
  readonly key: string;
  readonly keyPosition: SourcePosition;
  readonly value: YamlNode;
}

/**
 * Keys and values in the order written, no key twice; entries merged by `<<` come last. `position` is that of the first
 * key, or of `{`.
 */
export interface YamlMap {
  readonly kind: "map";
  readonly entries: readonly YamlEntry[];
  readonly position: SourcePosition;
}

/** Values in the order written. `position` is that of the first `-`, or of `[`. */
export interface YamlList {
  readonly kind: "list";
  readonly items: readonly YamlNode[];
  readonly position: SourcePosition;
}

/**
 * What was written at one place. An alias is the node of its anchor, the same object, so a document may be a graph
 * without cycles; the limits bound how large it is when walked as a tree.
 */
export type YamlNode = YamlScalar | YamlMap | YamlList;

/** One document of a file. */
export interface YamlDocument {
  /** From 0, in the order of the file. */
  readonly index: number;
  /** Of its first value, or of its beginning if there is none. */
  readonly position: SourcePosition;
  /** Its part of the file: from its first line (marker or directive) to the next document's. Parses alone to the same. */
  readonly text: string;
  /** The line of the file on which `text` begins. */
  readonly firstLine: number;
  /** Null when there is no value: an empty document, or one broken from its first line or refused. */
  readonly root: YamlNode | null;
  /** False: `root` is only what precedes an error, and nothing follows from what it lacks. */
  readonly complete: boolean;
}
