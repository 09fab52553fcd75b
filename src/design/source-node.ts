/**
 * Where a value and each of its parts were written, in the shape of the value itself: `fields` for a record, `items`
 * for a list. Lines and columns count from 1, columns in Unicode code points. `keyLine` and `keyColumn` are the place of
 * the key that names the value, absent where there is none; for a whole
 * document it is that of the kind, where the kind is a custom one. `uri` is the file, where it isn't that of the document. `fields` has no prototype.
 */
export interface SourceNode {
  readonly line: number;
  readonly column: number;
  readonly uri?: string;
  readonly keyLine?: number;
  readonly keyColumn?: number;
  readonly fields?: Readonly<Record<string, SourceNode>>;
  readonly items?: readonly SourceNode[];
}
