import type { TreeMap } from "./tree.ts";

/** What a layer is for: profiles and structure, explicit assignments, or anything. */
export type LayerRole = "any" | "design" | "formation";

/** A kind, and the field paths of it (prefixes included; empty for all), that a layer may set. */
export interface Ownership {
  readonly kind: string;
  readonly fields: readonly string[];
}

/**
 * One source's place in a design. A layer of a higher rank overrides one of a lower; layers of equal rank may not disagree. An empty `owns` means
 * everything. Secret references of the layer are resolved only when `mayReferenceSecrets`.
 */
export interface Layer {
  readonly name: string;
  readonly role: LayerRole;
  readonly rank: number;
  readonly owns: readonly Ownership[];
  readonly mayReferenceSecrets: boolean;
  readonly allowSecretLiterals: boolean;
  /** Who writes it: "api" for single items, or a configured source such as "git:plant7"; absent for anybody. */
  readonly source?: string;
}

/** What a layer is set to, by the field names of its declaration; the right to reference secrets, which no declaration gives, is left out. */
export function layerSettings({ role, rank, owns, allowSecretLiterals }: Layer): TreeMap {
  const owned = owns.map(({ kind, fields }) => ({ kind, fields }));
  return { role, rank, owns: owned, allow_secret_literals: allowSecretLiterals };
}

const suggestedRank: ReadonlyMap<string, number> = new Map([
  ["hardware", 100],
  ["design", 200],
  ["formation", 300],
]);

/** The layer a name stands for when nobody declared it: hardware below design below formation, any other name above them. */
export function suggestedLayer(name: string): Layer {
  return {
    name,
    role: name === "formation" ? "formation" : name === "design" || name === "hardware" ? "design" : "any",
    rank: suggestedRank.get(name) ?? 400,
    owns: [],
    mayReferenceSecrets: false,
    allowSecretLiterals: false,
  };
}
