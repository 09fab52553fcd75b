import type { Document } from "../../design/document.ts";
import type { SourceNode } from "../../design/source-node.ts";
import type { SourcePosition } from "../../yaml/node.ts";
import type { PlainWithSource } from "../../yaml/node-to-plain.ts";
import { packSource, unpackSource } from "../../yaml/packed-source.ts";

/** What a document is, beside its fields and their places. */
export type DocumentHead = Omit<Document, "spec" | "source">;

/**
 * A document of these fields whose source map is kept packed, and unfolded each time it is asked for: a large design has as many places as values, and few are
 * ever looked at. Where much of it is looked at, ask for `source` once. A copy by spreading has it unfolded. `keyAt` is where the key that stands for the whole item
 * is written: its name, or of a custom kind that kind.
 */
export function packedDocument(
  head: DocumentHead,
  { tree, source }: PlainWithSource,
  keyAt: SourcePosition | undefined,
): Document {
  const { kind, name, location, part, complete, form, conversions } = head;
  const spec = tree as Document["spec"];
  const packed = packSource(tree, source, location.line);
  if (packed === undefined) {
    const keyed = { ...source, ...keyPlace(keyAt) };
    return { kind, name, spec, source: keyed, location, part, complete, form, conversions };
  }
  const document = { kind, name, spec, location, part, complete, form, conversions };
  Object.defineProperty(document, PACKED, { value: packed });
  Object.defineProperty(document, KEY, { value: keyAt });
  return Object.defineProperty(document, "source", unfolding) as Document;
}

const PACKED = Symbol("packed source");

const KEY = Symbol("place of the key");

interface Packed extends Document {
  readonly [PACKED]: string;
  readonly [KEY]: SourcePosition | undefined;
}

function keyPlace(at: SourcePosition | undefined): Pick<SourceNode, "keyLine" | "keyColumn"> {
  return at === undefined ? {} : { keyLine: at.line, keyColumn: at.column };
}

const unfolding: PropertyDescriptor & ThisType<Packed> = {
  enumerable: true,
  get(): SourceNode {
    return { ...unpackSource(this.spec, this[PACKED], this.location.line), ...keyPlace(this[KEY]) };
  },
};
