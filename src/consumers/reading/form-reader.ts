import type { Document } from "../../design/document.ts";
import type { YamlDocument, YamlMap } from "../../yaml/node.ts";
import type { PartContext } from "./part-context.ts";

/** The lines from one on, and the item they belong to, if to one. */
export interface Owner {
  readonly firstLine: number;
  readonly item: { readonly kind: string; readonly name: string } | undefined;
}

/**
 * Reads the documents of one input form. One reader sees all files, so that what one document needs of another may stand in any of them. Never throws for what
 * documents say.
 */
export interface FormReader {
  /** Ids of the forms it reads, such as "aic-b". */
  readonly forms: readonly string[];
  /** Whether a document is of this form; asked in the order of the readers, until one says yes. */
  claims(root: YamlMap): boolean;
  /** Takes one document it claims; answers whose its lines are, in their order, for problems of the YAML itself. */
  read(document: YamlDocument, root: YamlMap, context: PartContext): readonly Owner[];
  /**
   * What all documents together declare, in the order they were taken; `others` has what the readers asked before this one answered. Nothing may be read
   * afterwards.
   */
  finish(others: readonly (readonly Document[])[]): readonly Document[];
}
