import { childOf } from "./child-of.ts";
import type { Declared, DeclaredMessage, DeclaredRemoval } from "./declared.ts";
import type { FieldShape, MessageSchema } from "./kind-schema.ts";
import type { RawItem } from "./raw-item.ts";
import type { TrailStep } from "./schema-path.ts";

/**
 * What each declaration says at one place, in the order they apply: values, and removals of the place or of something around it. A list without a key is
 * replaced whole, so inside one only the last declaration counts.
 */
export function traceContributions(
  raws: readonly RawItem[],
  trail: readonly TrailStep[],
  schema: MessageSchema,
): readonly Declared[] {
  const found: Declared[] = [];
  for (const raw of raws) follow(raw.body, trail, schema, found);
  return found;
}

function follow(body: DeclaredMessage, trail: readonly TrailStep[], schema: MessageSchema, found: Declared[]): void {
  let at: Declared = body;
  let shape: FieldShape = { type: "message", message: schema };
  for (const step of trail) {
    const next = childWithin(at, shape, step, found);
    if (next === undefined) return;
    if (next.declared.type === "removal") {
      found.push(next.declared);
      return;
    }
    at = next.declared;
    shape = next.shape;
  }
  found.push(at);
}

function childWithin(
  at: Declared,
  shape: FieldShape,
  step: TrailStep,
  found: Declared[],
): { readonly declared: Declared; readonly shape: FieldShape } | undefined {
  if (at.type === "message" && "message" in shape && typeof step === "string") {
    const field = shape.message.fields.get(step);
    const declared = childOf(at, step) ?? clearedBy(at, step, shape.message);
    return field === undefined || declared === undefined ? undefined : { declared, shape: field.shape };
  }
  if (at.type === "list" && shape.type === "list" && typeof step === "number") {
    found.length = 0;
    const declared = at.items[step];
    return declared && { declared, shape: { type: "message", message: shape.message } };
  }
  if (at.type === "tree") {
    const declared = childOf(at, step);
    return declared && { declared, shape };
  }
  if (at.type === "group" && typeof step === "string") {
    const removal = at.removals.get(step);
    if (removal !== undefined) found.push(removal);
    const declared = at.members.get(step);
    return declared && { declared, shape: memberShape(shape) };
  }
  return undefined;
}

function memberShape(shape: FieldShape): FieldShape {
  if (shape.type === "map") return { type: "scalar", scalar: shape.value };
  if (shape.type === "strings") return { type: "scalar", scalar: shape.item };
  return "message" in shape ? { type: "message", message: shape.message } : shape;
}

/** The removal that another field of the same group of alternatives amounts to. */
function clearedBy(message: DeclaredMessage, name: string, schema: MessageSchema): DeclaredRemoval | undefined {
  const oneof = schema.fields.get(name)?.oneof;
  if (oneof === undefined) return undefined;
  for (const [other, declared] of Object.entries(message.fields)) {
    if (declared.type === "removal" || schema.fields.get(other)?.oneof !== oneof) continue;
    return { type: "removal", path: "", origin: declared.origin, at: declared.at };
  }
  return undefined;
}
