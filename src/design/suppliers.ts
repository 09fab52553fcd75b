import type { Layer } from "./layer.ts";

/** The layers that may supply a field of formation data, by rank: those of role formation, or of any where there is none, that own the field. */
export function suppliersOf<Given extends Pick<Layer, "role" | "owns">>(
  layers: readonly Given[],
  kind: string,
  field: string,
): readonly Given[] {
  const able = layers.filter((layer) => layer.role !== "design" && maySet(layer, kind, field));
  const formation = able.filter(({ role }) => role === "formation");
  return formation.length > 0 ? formation : able;
}

function maySet({ owns }: Pick<Layer, "owns">, kind: string, field: string): boolean {
  if (owns.length === 0) return true;
  const covers = (path: string) => field === path || (field.startsWith(path) && /^[.[]/.test(field.slice(path.length)));
  return owns.some((each) => each.kind === kind && (each.fields.length === 0 || each.fields.some(covers)));
}
