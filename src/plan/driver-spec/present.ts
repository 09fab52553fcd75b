/** The fields of a message, any of them undefined. */
export type Fields<T> = { [K in keyof T]: T[K] | undefined };

/**
 * The fields of a message that its canonical JSON would hold: empty texts, zeros, `false`, empty lists and empty maps are
 * left out, as protobuf JSON leaves out unset fields. Not for fields that tell zero from absent, nor for messages that
 * may be present and empty.
 */
export function present<T extends object>(fields: Fields<T>): T {
  const kept: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(fields)) {
    if (value === undefined || value === "" || value === 0 || value === false) continue;
    if (typeof value === "object" && value !== null && isEmpty(value)) continue;
    kept[name] = value;
  }
  return kept as T;
}

function isEmpty(value: object): boolean {
  if (Array.isArray(value)) return value.length === 0;
  for (const _ in value) return false;
  return true;
}
