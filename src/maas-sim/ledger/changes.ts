/** The leaves of a value that differ, by path, before and after. */
export interface Changes {
  readonly before: Readonly<Record<string, unknown>>;
  readonly after: Readonly<Record<string, unknown>>;
}

/** The most leaves one entry shows, and the most characters of a text. */
const MAX_LEAVES = 60;
const MAX_TEXT = 200;

/** Compares two plain values leaf by leaf; `undefined` when they are equal. Members of lists go by their `id`. */
export function changesBetween(before: unknown, after: unknown): Changes | undefined {
  const old = flatten(before);
  const now = flatten(after);
  const changed = [...new Set([...old.keys(), ...now.keys()])].filter((path) => old.get(path) !== now.get(path));
  if (changed.length === 0) return undefined;
  const shown = changed.slice(0, MAX_LEAVES);
  const pick = (leaves: ReadonlyMap<string, unknown>) =>
    Object.fromEntries(shown.filter((path) => leaves.has(path)).map((path) => [path, shorten(leaves.get(path))]));
  return { before: pick(old), after: pick(now) };
}

function flatten(value: unknown): Map<string, unknown> {
  const leaves = new Map<string, unknown>();
  const walk = (node: unknown, path: string) => {
    if (Array.isArray(node)) {
      if (node.length === 0 && path !== "") leaves.set(`${path}[]`, "empty");
      for (const [index, item] of node.entries()) walk(item, `${path}[${memberKey(item, index)}]`);
    } else if (typeof node === "object" && node !== null) {
      for (const [key, item] of Object.entries(node)) walk(item, path === "" ? key : `${path}.${key}`);
    } else if (node !== undefined) leaves.set(path, node);
  };
  if (value !== null) walk(value, "");
  return leaves;
}

function memberKey(item: unknown, index: number): string {
  const id = typeof item === "object" && item !== null && "id" in item ? item.id : undefined;
  return id === undefined ? String(index) : `id=${id}`;
}

function shorten(value: unknown): unknown {
  return typeof value === "string" && value.length > MAX_TEXT ? `${value.slice(0, MAX_TEXT)}…` : value;
}
