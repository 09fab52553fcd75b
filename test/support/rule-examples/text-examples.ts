/** A whole small design that a rule has nothing to say about, and one in which it finds what the marked lines say. */
export interface TextExample {
  readonly pass: string;
  readonly fail: string;
}
