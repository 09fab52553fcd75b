import type { Declared } from "./declared.ts";
import type { FieldSchema } from "./kind-schema.ts";
import type { RawItem } from "./raw-item.ts";

/** What the highest layer that says anything about the parent says: a name, or that there is none. */
export function statedParent(raws: readonly RawItem[], field: FieldSchema): Declared | undefined {
  return raws.findLast((raw) => raw.body.fields[field.name] !== undefined)?.body.fields[field.name];
}
