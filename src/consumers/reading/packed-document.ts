import type { Document } from "../../design/document.ts";
import type { SourceNode } from "../../design/source-node.ts";
import type { PlainWithSource } from "../../yaml/node-to-plain.ts";
import { packSource, unpackSource } from "../../yaml/packed-source.ts";

/** What a document is, beside its fields and their places. */
export type DocumentHead = Omit<Document, "spec" | "source">;

/**
 * A document of these fields whose source map is kept packed, and unfolded each time it is asked for: a large design has as many places as values, and few are
 * ever looked at. Where much of it is looked at, ask for `source` once. A copy by spreading has it unfolded.
 */
export function packedDocument(head: DocumentHead, { tree, source }: PlainWithSource): Document {
  const { kind, name, location, part, complete, form, conversions } = head;
  const spec = tree as Document["spec"];
  const packed = packSource(tree, source, location.line);
  if (packed === undefined) return { kind, name, spec, source, location, part, complete, form, conversions };
  const document = { kind, name, spec, location, part, complete, form, conversions };
  Object.defineProperty(document, PACKED, { value: packed });
  return Object.defineProperty(document, "source", unfolding) as Document;
}

const PACKED = Symbol("packed source");

const unfolding: PropertyDescriptor & ThisType<Document & { readonly [PACKED]: string }> = {
  enumerable: true,
  get(): SourceNode {
    return unpackSource(this.spec, this[PACKED], this.location.line);
  },
};
