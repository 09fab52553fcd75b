import type { Declared, DeclaredMessage } from "./declared.ts";
import type { MessageSchema } from "./kind-schema.ts";

/** What children inherit of an item: everything but the fields that belong to it alone. */
export function inheritable(body: DeclaredMessage, schema: MessageSchema): DeclaredMessage {
  const fields: Record<string, Declared> = Object.create(null);
  for (const [name, declared] of Object.entries(body.fields)) {
    if (schema.fields.get(name)?.own !== true) fields[name] = declared;
  }
  return { ...body, fields };
}
