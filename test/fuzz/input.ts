/** A file given to the readers. */
export interface InputFile {
  readonly uri: string;
  readonly text: string;
}

/** Files that are read together, as those of one directory are. */
export type FuzzInput = readonly InputFile[];
