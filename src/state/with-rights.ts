import type { Layer } from "../design/layer.ts";

/**
 * Layers of an earlier revision with the right to reference secrets as those of now have it: it is an admin's to give and take, and going back to a time when a layer had it,
 * or had it not, changes nothing of it. A layer that is no more has none.
 */
export function withRightsOf(now: readonly Layer[], earlier: readonly Layer[]): readonly Layer[] {
  const rights = new Map(now.map(({ name, mayReferenceSecrets }) => [name, mayReferenceSecrets]));
  return earlier.map((layer) => ({ ...layer, mayReferenceSecrets: rights.get(layer.name) === true }));
}
