/** One step of a field path: a field by its name, a member or map entry by its key, or a member of a plain list by its index. */
export type PathStep =
  | { readonly type: "field"; readonly name: string }
  | { readonly type: "key"; readonly key: string }
  | { readonly type: "index"; readonly index: number };

/** Thrown for text that is no field path. `position` is the code point at fault, from 1. */
export class FieldPathError extends Error {
  readonly path: string;
  readonly position: number;

  constructor(path: string, position: number, expected: string) {
    super(`${JSON.stringify(path)} is no field path: expected ${expected} at character ${position}`);
    this.name = "FieldPathError";
    this.path = path;
    this.position = position;
  }
}

const LONGEST_PATH = 2048;
const FIELD = /[A-Za-z_][A-Za-z0-9_]*/y;
const INDEX = /0|[1-9][0-9]{0,8}/y;
const TEXT = /"(?:[^"\\]|\\.)*"/y;

/** Reads a field path such as `interfaces["bond0"].networks["mgmt"]`, of at most 2048 characters. Throws `FieldPathError`. */
export function parseFieldPath(text: string): readonly PathStep[] {
  if (text.length > LONGEST_PATH) throw new FieldPathError(`${text.slice(0, 64)}…`, LONGEST_PATH, "its end");
  const steps: PathStep[] = [];
  let at = 0;
  const take = (pattern: RegExp): string | undefined => {
    pattern.lastIndex = at;
    const found = pattern.exec(text)?.[0];
    at += found?.length ?? 0;
    return found;
  };
  const fault = (expected: string) => new FieldPathError(text, [...text.slice(0, at)].length + 1, expected);
  do {
    if (text[at] === "[") {
      if (steps.length === 0) throw fault("a field name");
      at++;
      const start = at;
      const quoted = take(TEXT);
      const index = quoted === undefined ? take(INDEX) : undefined;
      if (quoted !== undefined) {
        const key = unquote(quoted);
        if (key === undefined) {
          at = start;
          throw fault("a JSON string");
        }
        steps.push({ type: "key", key });
      } else if (index !== undefined) steps.push({ type: "index", index: Number(index) });
      else throw fault("a key in double quotes or an index");
      if (text[at] !== "]") throw fault('"]"');
      at++;
    } else {
      if (steps.length > 0 && text[at] !== ".") throw fault('".", "[" or the end');
      if (steps.length > 0) at++;
      const name = take(FIELD);
      if (name === undefined) throw fault("a field name");
      steps.push({ type: "field", name });
    }
  } while (at < text.length);
  return steps;
}

function unquote(text: string): string | undefined {
  try {
    return JSON.parse(text) as string;
  } catch {
    return undefined;
  }
}

/** The canonical text of a path; the empty text for no steps. */
export function formatFieldPath(steps: readonly PathStep[]): string {
  let text = "";
  for (const step of steps) {
    if (step.type === "field") text = fieldPath(text, step.name);
    else text = step.type === "key" ? keyPath(text, step.key) : indexPath(text, step.index);
  }
  return text;
}

/** The path of a field of what `parent` names; a name that is no identifier is given as a key. */
export function fieldPath(parent: string, name: string): string {
  if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) return keyPath(parent, name);
  return parent === "" ? name : `${parent}.${name}`;
}

/** The path of a member or map entry of what `parent` names. */
export function keyPath(parent: string, key: string): string {
  return isPlain(key) ? `${parent}["${key}"]` : `${parent}[${JSON.stringify(key)}]`;
}

/** Whether a key is the same in JSON: printable ASCII without the quote and the backslash. By hand, for it is asked for every member of a design. */
function isPlain(key: string): boolean {
  for (let at = 0; at < key.length; at++) {
    const unit = key.charCodeAt(at);
    if (unit < 32 || unit > 126 || unit === 34 || unit === 92) return false;
  }
  return true;
}

/** The path of the nth member of the plain list `parent` names, from 0. */
export function indexPath(parent: string, index: number): string {
  return `${parent}[${index}]`;
}
