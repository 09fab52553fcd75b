import { suggest } from "../text/suggest.ts";
import type { Diagnostic, SourceLocation } from "./diagnostic.ts";
import type { Document } from "./document.ts";
import { isItemName } from "./item-name.ts";
import type { KindSchema } from "./kind-schema.ts";
import { type Layer, suggestedLayer } from "./layer.ts";
import { reportLayerConflicts } from "./layer-conflict.ts";
import { reportUnowned } from "./ownership.ts";
import type { RawItem } from "./raw-item.ts";
import { readDocument } from "./read-document.ts";
import { describeValue } from "./read-scalar.ts";

/** A document in its layer. */
export interface Declaration {
  readonly layer: Layer;
  readonly document: Document;
}

/** Declarations by item. */
export interface Composition {
  /** The declarations of each item, lowest rank first, by "Kind/name" in the order of kind and name. */
  readonly items: ReadonlyMap<string, readonly Declaration[]>;
  /** Names that documents declare, by kind; those refused for their name or kind too, and under the kind that was meant, so that references to them are no second finding. */
  readonly declaredNames: ReadonlyMap<string, ReadonlySet<string>>;
  /** The layers given, and those that documents stand in beside them, by rank. */
  readonly layers: readonly Layer[];
}

/**
 * Brings the documents of each item together, by the rank of their layers (equal ranks by the layer's name). Reports unknown kinds, names that are none, and a
 * second document of one layer and item: the first is kept. Of kinds for which `isUnusable` holds nothing is told.
 */
export function compose(
  documents: readonly { readonly layer: string; readonly document: Document }[],
  layers: readonly Layer[],
  kinds: ReadonlyMap<string, KindSchema>,
  report: (diagnostic: Diagnostic) => void,
  isUnusable: (kind: string) => boolean = () => false,
): Composition {
  const found = new Map(layers.map((layer) => [layer.name, layer]));
  const layerOf = layerFinder(found);
  const declaredNames = new Map<string, Set<string>>();
  const byItem = new Map<string, Declaration[]>();
  for (const { layer: layerName, document } of documents) {
    const { kind, name } = document;
    const declare = (as: string) => declaredNames.set(as, (declaredNames.get(as) ?? new Set()).add(name));
    declare(kind);
    if (!kinds.has(kind)) {
      if (isUnusable(kind)) continue;
      const near = suggest(kind, kinds.keys());
      if (near !== undefined) declare(near);
      report(unknownKind(document, kinds.keys(), near));
    } else if (!isItemName(name)) {
      report(invalidName(document));
    } else {
      const key = `${kind}/${name}`;
      const declaration = { layer: layerOf(layerName), document };
      const others = byItem.get(key);
      const first = others?.find((each) => each.layer.name === declaration.layer.name);
      if (first !== undefined) report(duplicateDocument(document, first));
      else if (others === undefined) byItem.set(key, [declaration]);
      else others.push(declaration);
    }
  }
  const items = new Map<string, readonly Declaration[]>();
  for (const key of [...byItem.keys()].sort()) items.set(key, (byItem.get(key) ?? []).sort(byRank));
  const byRankAndName = [...found.values()].sort((a, b) => a.rank - b.rank || (a.name < b.name ? -1 : 1));
  return { items, declaredNames, layers: byRankAndName };
}

/**
 * Reads the declarations of one item by the schema of its kind, keeping their order. Reports what can't be read, values a layer doesn't own, and layers of
 * equal rank that disagree.
 */
export function readDeclarations(
  declarations: readonly Declaration[],
  schema: KindSchema,
  report: (diagnostic: Diagnostic) => void,
): readonly RawItem[] {
  const raws = declarations.map(({ layer, document }) => readDocument(document, layer, schema, report));
  for (const raw of raws) if (raw.layer.owns.length > 0) reportUnowned(raw, report);
  if (raws.length > 1) reportLayerConflicts(raws, schema, report);
  return raws;
}

/** Layers by name; one that isn't there is taken as its name suggests, and added. */
function layerFinder(known: Map<string, Layer>): (name: string) => Layer {
  return (name) => {
    const layer = known.get(name) ?? suggestedLayer(name);
    known.set(name, layer);
    return layer;
  };
}

function byRank(a: Declaration, b: Declaration): number {
  return a.layer.rank - b.layer.rank || (a.layer.name < b.layer.name ? -1 : 1);
}

function unknownKind(document: Document, kinds: Iterable<string>, near: string | undefined): Diagnostic {
  const known = [...kinds];
  const declare = `declare it by a document of kind CustomKind named ${describeValue(document.kind)}`;
  const all = document.kind.includes(".") ? declare : `kinds are ${known.sort().join(", ")}`;
  return {
    rule: "unknown-kind",
    severity: "error",
    message: `found kind ${describeValue(document.kind)}, expected a kind of this design`,
    hint: near === undefined ? all : `did you mean "${near}"?`,
    kind: document.kind,
    name: document.name,
    location: kindPlace(document),
    related: [],
  };
}

function kindPlace({ location, source: { keyLine, keyColumn } }: Document): SourceLocation {
  return keyLine === undefined || keyColumn === undefined
    ? location
    : { uri: location.uri, line: keyLine, column: keyColumn };
}

function invalidName(document: Document): Diagnostic {
  const expected = 'letters, digits, ".", "_" and "-", at most 253, a letter or digit at both ends';
  return {
    rule: "invalid-name",
    severity: "error",
    message: `found the name ${describeValue(document.name)}, expected ${expected}`,
    hint: "rename it",
    kind: document.kind,
    location: document.location,
    related: [],
  };
}

function duplicateDocument(document: Document, first: Declaration): Diagnostic {
  const { kind, name } = document;
  return {
    rule: "duplicate-document",
    severity: "error",
    message: `found ${kind} "${name}" a second time in layer "${first.layer.name}", expected one document`,
    hint: "the first is used; remove one of them, bring them together, or put one into another layer",
    kind,
    name,
    location: document.location,
    related: [{ message: "the first one", location: first.document.location }],
  };
}
