import type { YamlNode, YamlScalar } from "../../yaml/node.ts";

const truths: ReadonlyMap<string, boolean> = new Map<string, boolean>([
  ...["true", "yes", "on"].flatMap(spellings).map((word) => [word, true] as const),
  ...["false", "no", "off"].flatMap(spellings).map((word) => [word, false] as const),
]);

function spellings(word: string): readonly string[] {
  return [word, word.toUpperCase(), `${word[0]?.toUpperCase()}${word.slice(1)}`];
}

/** What the loader in front of the engine takes a scalar for, by YAML 1.1: `yes` is true there, and `0644` the number 420. */
export function pythonValue(scalar: YamlScalar): string | number | boolean | null {
  if (scalar.style !== "plain" || scalar.value === null) return scalar.value;
  const truth = truths.get(scalar.text);
  if (truth !== undefined) return truth;
  if (/^[-+]?0[0-7]+$/.test(scalar.text)) return Number.parseInt(scalar.text, 8);
  // Of other spellings of numbers it takes these for texts.
  if (/^0o|^[-+]?[0-9]+e/i.test(scalar.text)) return scalar.text;
  return scalar.value;
}

/** The text a scalar becomes inside another text: `True`, `42`. Undefined for nothing, and for what is no scalar. */
export function pythonText(node: YamlNode): string | undefined {
  if (node.kind !== "scalar") return undefined;
  const value = pythonValue(node);
  if (value === null) return undefined;
  if (typeof value === "boolean") return value ? "True" : "False";
  return typeof value === "number" && Number.isInteger(value) && node.text.includes(".") ? `${value}.0` : String(value);
}

/** Whether a value is a text there. */
export function isText(node: YamlNode | undefined): node is YamlScalar {
  return node?.kind === "scalar" && typeof pythonValue(node) === "string";
}

/** Whether two values are equal there: numbers and truth values by what they count for, mappings whatever the order of their keys. */
export function areEqual(a: YamlNode, b: YamlNode): boolean {
  if (a === b) return true;
  if (a.kind === "scalar" && b.kind === "scalar") return counted(a) === counted(b);
  if (a.kind === "list" && b.kind === "list") {
    return a.items.length === b.items.length && a.items.every((item, index) => areEqual(item, b.items[index] ?? item));
  }
  if (a.kind !== "map" || b.kind !== "map" || a.entries.length !== b.entries.length) return false;
  const others = new Map(b.entries.map(({ key, value }) => [key, value]));
  return a.entries.every(({ key, value }) => {
    const other = others.get(key);
    return other !== undefined && areEqual(value, other);
  });
}

function counted(scalar: YamlScalar): string | number | null {
  const value = pythonValue(scalar);
  return typeof value === "boolean" ? Number(value) : value;
}
