import type { FieldSchema, MessageSchema } from "./kind-schema.ts";
import type { RawItem } from "./raw-item.ts";
import { suggestField } from "./suggest-field.ts";

/**
 * Whether documents that name no parent may have meant to: what they say in the field can't be read, or a field nobody knows looks like a slip of it. Then nothing
 * follows from what the item lacks.
 */
export function mayHaveLostParent(raws: readonly RawItem[], field: FieldSchema, { fields }: MessageSchema): boolean {
  return raws.some(({ document, body, unknown }) => {
    if (body.fields[field.name] !== undefined) return false;
    if (document.spec[field.name] !== undefined && document.spec[field.name] !== null) return true;
    return unknown.some(({ path }) => suggestField(path, fields.keys()) === field.name);
  });
}
