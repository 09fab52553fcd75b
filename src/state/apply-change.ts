import { builtInKinds } from "../design/built-in-kinds.ts";
import { canonicalJson } from "../design/canonical.ts";
import { itemKeyText } from "../design/item-key.ts";
import { type Layer, layerSettings, suggestedLayer } from "../design/layer.ts";
import { declaredLayers } from "../design/layers/declared-layers.ts";
import type { Content, LayerDiagnostic, LayerDocument } from "./store/content.ts";
import type { Staged } from "./store/staged.ts";

/** How a change meets what its layers hold: documents it doesn't mention stay, or are deleted. */
export type ChangeMode = "patch" | "replace-layer";

/** How a change is to be applied. */
export interface ApplyOptions {
  readonly mode: ChangeMode;
  /** Whether the staged diagnostics are all there are of the change's layers. */
  readonly allDiagnostics?: boolean;
}

/**
 * The content of a design after a change to some of its layers. Layers it lacks are made as its documents declare them, or as their names suggest; a layer
 * that still is as documents declared it before follows them, and one that was set otherwise stays.
 */
export function applyChange(
  head: Content,
  staged: Staged,
  layers: readonly string[],
  { mode, allDiagnostics = false }: ApplyOptions,
): Content {
  const documents = documentsAfter(head, staged, layers, mode);
  return {
    layers: layersAfter(head, documents, layers),
    documents,
    consumerDiagnostics: diagnosticsAfter(head, staged, allDiagnostics || mode === "replace-layer" ? layers : []),
  };
}

function layersAfter(head: Content, documents: readonly LayerDocument[], changed: readonly string[]): readonly Layer[] {
  const before = declaredLayers(head.documents, head.layers, builtInKinds());
  const after = declaredLayers(documents, head.layers, builtInKinds());
  const stated = (declared: typeof before, name: string) => declared.get(name)?.layer ?? suggestedLayer(name);
  const known = new Set(head.layers.map(({ name }) => name));
  const opened = changed.filter((name) => !known.has(name)).map((name) => stated(after, name));
  const kept = head.layers.map((layer) => {
    const follows = settingsOf(stated(before, layer.name)) === settingsOf(layer);
    return follows ? { ...stated(after, layer.name), ...keptRights(layer) } : layer;
  });
  return [...kept, ...opened].sort((a, b) => a.rank - b.rank || (a.name < b.name ? -1 : 1));
}

/** What no document says of a layer: whether it may reference secrets, and who writes it. */
function keptRights({ mayReferenceSecrets, source }: Layer): Pick<Layer, "mayReferenceSecrets" | "source"> {
  return { mayReferenceSecrets, ...(source !== undefined && { source }) };
}

function settingsOf(layer: Layer): string {
  return canonicalJson(layerSettings(layer));
}

function documentsAfter(
  head: Content,
  staged: Staged,
  layers: readonly string[],
  mode: ChangeMode,
): readonly LayerDocument[] {
  const replaced = new Set(mode === "replace-layer" ? layers : []);
  const documents = new Map<string, LayerDocument>();
  for (const each of head.documents) if (!replaced.has(each.layer)) documents.set(documentKey(each), each);
  for (const { layer, kind, name } of staged.deletions) documents.delete(`${layer}/${itemKeyText({ kind, name })}`);
  for (const each of staged.documents) documents.set(documentKey(each), each);
  return [...documents.values()];
}

/** What tells one declaration of a design from another: its layer, kind and name. */
export function documentKey({ layer, document }: Pick<LayerDocument, "layer" | "document">): string {
  return `${layer}/${itemKeyText(document)}`;
}

/** A consumer's finding stands until its layer is replaced, or the file or document it is about is given again. */
export function diagnosticsAfter(
  head: Pick<Content, "consumerDiagnostics">,
  staged: Staged,
  replacedLayers: readonly string[],
): readonly LayerDiagnostic[] {
  const replaced = new Set(replacedLayers);
  const items = new Set<string>();
  const files = new Set<string>();
  for (const { layer, kind, name } of staged.deletions) items.add(`${layer}/${itemKeyText({ kind, name })}`);
  for (const each of staged.documents) {
    items.add(documentKey(each));
    files.add(`${each.layer}/${each.document.location.uri}`);
  }
  for (const { layer, diagnostic } of staged.diagnostics) files.add(`${layer}/${diagnostic.location?.uri ?? ""}`);
  const kept = head.consumerDiagnostics.filter(({ layer, diagnostic: { kind, name, location } }) => {
    if (replaced.has(layer) || files.has(`${layer}/${location?.uri ?? ""}`)) return false;
    return kind === undefined || name === undefined || !items.has(`${layer}/${itemKeyText({ kind, name })}`);
  });
  return [...kept, ...staged.diagnostics];
}
