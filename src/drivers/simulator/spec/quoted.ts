const PLAIN = /^[\w.:/@ -]*$/;

/** A key of a field path: a JSON string. */
export function quoted(key: string): string {
  return PLAIN.test(key) ? `"${key}"` : JSON.stringify(key);
}

/** Sets a field of a collection unless the value says nothing: empty text, 0, false and absence are left out. */
export function put(fields: Record<string, string>, field: string, value: string | number | boolean | undefined): void {
  if (value === undefined || value === "" || value === 0 || value === false) return;
  fields[field] = String(value);
}
