import { compose, type Declaration, readDeclarations } from "../compose.ts";
import type { DeclaredMessage } from "../declared.ts";
import type { Diagnostic } from "../diagnostic.ts";
import type { Document } from "../document.ts";
import { treeBuilder } from "../effective-tree.ts";
import type { KindSchema } from "../kind-schema.ts";
import { type Layer, type Ownership, suggestedLayer } from "../layer.ts";
import { mergeMessage } from "../merge.ts";
import { isTreeMap, type Tree, type TreeMap } from "../tree.ts";
import { ownedPathFault } from "./owned-path.ts";

/** The kind of the items that declare layers. */
export const KIND_OF_LAYERS = "Layer";

/** A layer as the documents of a design declare it, with what they say. */
export interface DeclaredLayer {
  readonly layer: Layer;
  readonly body: DeclaredMessage;
}

/** A document and the name of the layer it belongs to. */
export interface DocumentInLayer {
  readonly layer: string;
  readonly document: Document;
}

/**
 * The layers that documents of kind Layer declare, by name. Where several documents declare one, they are composed as those of any item are, by the layers
 * given and otherwise by what the layers' names suggest. A layer owns everything where what it owns can't be read or doesn't exist. No document lets a layer reference
 * secrets. Reports nothing.
 */
export function declaredLayers(
  documents: readonly DocumentInLayer[],
  layers: readonly Layer[],
  kinds: ReadonlyMap<string, KindSchema>,
): ReadonlyMap<string, DeclaredLayer> {
  const found = new Map<string, DeclaredLayer>();
  const schema = kinds.get(KIND_OF_LAYERS);
  const own = documents.filter(({ document }) => document.kind === KIND_OF_LAYERS);
  if (own.length === 0 || schema === undefined) return found;
  const { items } = compose(own, layers, kinds, () => {});
  for (const declarations of items.values()) {
    let isRead = true;
    const body = merged(declarations, schema, ({ field = "" }) => {
      if (field.startsWith("owns")) isRead = false;
    });
    const name = declarations[0]?.document.name;
    if (body === undefined || name === undefined) continue;
    const layer = layerOf(name, treeBuilder().item(body, schema.message));
    // What is wrong with it is told where it is written, and not at everything it would have been about.
    const owns = isRead && layer.owns.every((each) => isSound(each, kinds)) ? layer.owns : [];
    found.set(name, { layer: { ...layer, owns }, body });
  }
  return found;
}

/** Whether a kind that is built in is one, and the paths lead to fields of it; of custom kinds nothing is known yet. */
function isSound({ kind, fields }: Ownership, kinds: ReadonlyMap<string, KindSchema>): boolean {
  const schema = kinds.get(kind);
  if (schema === undefined) return kind.includes(".");
  return fields.every((path) => ownedPathFault(path, schema) === undefined);
}

function merged(
  declarations: readonly Declaration[],
  schema: KindSchema,
  report: (diagnostic: Diagnostic) => void,
): DeclaredMessage | undefined {
  return readDeclarations(declarations, schema, report).reduce<DeclaredMessage | undefined>(
    (body, raw) => mergeMessage(body, raw.body, schema.message, () => {}),
    undefined,
  );
}

function layerOf(name: string, tree: TreeMap): Layer {
  const { role, rank, owns } = tree;
  return {
    name,
    role: role === "design" || role === "formation" ? role : "any",
    rank: typeof rank === "number" ? rank : suggestedLayer(name).rank,
    owns: listOf(owns).map(({ kind, fields }) => ({ kind: String(kind), fields: textsOf(fields) })),
    mayReferenceSecrets: false,
    allowSecretLiterals: tree.allow_secret_literals === true,
  };
}

function listOf(value: Tree | undefined): readonly TreeMap[] {
  return Array.isArray(value) ? value.filter(isTreeMap) : [];
}

function textsOf(value: Tree | undefined): readonly string[] {
  return Array.isArray(value) ? value.map(String) : [];
}

/**
 * The layers of a design: those given as they are, those its documents declare beside them. A layer that is neither is taken as its name suggests where a
 * document stands in it.
 */
export function layersWithDeclared(
  given: readonly Layer[],
  declared: ReadonlyMap<string, DeclaredLayer>,
): readonly Layer[] {
  if (declared.size === 0) return given;
  const names = new Set(given.map(({ name }) => name));
  return [...given, ...[...declared.values()].map(({ layer }) => layer).filter(({ name }) => !names.has(name))];
}
