import { expect } from "vitest";
import { readDesignFiles } from "../../src/consumers/read-design-files.ts";
import type { Document } from "../../src/design/document.ts";
import type { SourceNode } from "../../src/design/source-node.ts";

/** A spec in earlier words, and what is read from it. */
export interface Conversion {
  readonly kind: string;
  /** The spec, from line 5 of the file on. */
  readonly written: string;
  readonly read: unknown;
  /** Where values stand, as `line:column` by path. */
  readonly places?: Readonly<Record<string, string>>;
  /** What the document says was rewritten, by field. */
  readonly notes?: Readonly<Record<string, string>>;
}

/** Checks that a document with that spec is read so, with every value at its place, and says what was rewritten. */
export function expectConversion({ kind, written, read, places = {}, notes }: Conversion): void {
  const spec = written.replaceAll(/^/gm, "  ");
  const document = only(`apiVersion: v1\nkind: ${kind}\nmetadata: {name: x}\nspec:\n${spec}\n`);
  expect(JSON.parse(JSON.stringify(document.spec))).toEqual(read);
  const found = Object.keys(places).map((path) => [path, placeAt(document.source, path)]);
  // The spec stands two columns further right in the document.
  const wanted = Object.entries(places).map(([path, place]) => {
    const [line, column] = place.split(":");
    return [path, `${line}:${Number(column) + 2}`];
  });
  expect(found).toEqual(wanted);
  if (notes === undefined) return;
  expect(Object.fromEntries(document.conversions.map(({ field, message }) => [field, message]))).toEqual(notes);
}

function only(text: string): Document {
  const { documents, diagnostics } = readDesignFiles([{ uri: "f.yaml", text }]);
  expect(diagnostics).toEqual([]);
  const [document, ...others] = documents;
  expect(others).toEqual([]);
  if (document === undefined) throw new Error("expected a document");
  return document;
}

function placeAt(source: SourceNode, path: string): string {
  const node = path
    .split(".")
    .reduce<SourceNode | undefined>((at, step) => at?.fields?.[step] ?? at?.items?.[Number(step)], source);
  return `${node?.line}:${node?.column}`;
}
