import type { FieldSchema, MessageSchema } from "../design/kind-schema.ts";
import { isTreeMap, type TreeMap } from "../design/tree.ts";
import { memberPath } from "./names.ts";

/** A secret an item holds. */
export interface HeldSecret {
  readonly path: string;
  /** It stands in the design itself, not somewhere that the design refers to. */
  readonly isInClear: boolean;
}

const onTheWay = new WeakMap<MessageSchema, readonly FieldSchema[]>();

/** The secrets in a value of a message, by its schema. */
export function secretsIn(tree: TreeMap, schema: MessageSchema, path = ""): readonly HeldSecret[] {
  const found: HeldSecret[] = [];
  for (const field of fieldsOnTheWay(schema)) {
    const value = tree[field.name];
    const own = path === "" ? field.name : `${path}.${field.name}`;
    const { shape } = field;
    if (!("message" in shape) || value === undefined) continue;
    if (shape.type === "message") {
      if (!isTreeMap(value)) continue;
      if (shape.message.hasSecret) found.push({ path: own, isInClear: isInClear(value) });
      else found.push(...secretsIn(value, shape.message, own));
      continue;
    }
    const members = Array.isArray(value) ? value : [];
    for (const [index, member] of members.entries()) {
      if (!isTreeMap(member)) continue;
      const key = shape.type === "keyed" ? member[shape.key] : undefined;
      const at = key === undefined ? `${own}[${index}]` : memberPath(own, String(key));
      if (shape.message.hasSecret) found.push({ path: at, isInClear: isInClear(member) });
      else found.push(...secretsIn(member, shape.message, at));
    }
  }
  return found;
}

/** A literal that was sealed when it was stored was written in clear. */
function isInClear({ literal, ref }: TreeMap): boolean {
  return literal !== undefined || (typeof ref === "string" && ref.startsWith("sealed:"));
}

function fieldsOnTheWay(schema: MessageSchema): readonly FieldSchema[] {
  const known = onTheWay.get(schema);
  if (known !== undefined) return known;
  // A message that holds itself adds nothing of its own.
  onTheWay.set(schema, []);
  const fields = [...schema.fields.values()].filter(
    ({ shape }) => "message" in shape && (shape.message.hasSecret || fieldsOnTheWay(shape.message).length > 0),
  );
  onTheWay.set(schema, fields);
  return fields;
}
