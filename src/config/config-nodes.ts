import { suggest } from "../text/suggest.ts";
import type { YamlMap, YamlNode } from "../yaml/node.ts";

/** Takes a problem and the place it is at. */
export type Report = (node: { readonly position: YamlNode["position"] }, message: string) => void;

/** `api_key: {ref: file:maas-key}`; a literal has no place in a configuration file. */
export function secretReferences(node: YamlNode | undefined, report: Report): Record<string, string> {
  const references: Record<string, string> = {};
  if (node === undefined) return references;
  for (const [key, value] of entries(node, "secrets", report)) {
    const ref = textsByKey(value, key, ["ref"], report).ref;
    if (ref === undefined) report(value, `secret ${key} wants {ref: file:NAME} or {ref: env:BEDPLATE_SECRET_NAME}`);
    else references[key] = ref;
  }
  return references;
}

/** The entries of a mapping by key; a key that isn't known is reported. */
export function mapOf(
  node: YamlNode,
  what: string,
  known: readonly string[],
  report: Report,
): ReadonlyMap<string, YamlNode> {
  const map = new Map(entries(node, what, report));
  if (node.kind !== "map") return map;
  for (const { key, keyPosition } of (node satisfies YamlMap).entries) {
    if (known.includes(key)) continue;
    const near = suggest(key, known);
    report(
      { position: keyPosition },
      `unknown key ${JSON.stringify(key)}; ${near === undefined ? `keys are ${known.join(", ")}` : `did you mean ${near}?`}`,
    );
  }
  return map;
}

function entries(node: YamlNode, what: string, report: Report): [string, YamlNode][] {
  if (node.kind === "map") return node.entries.map(({ key, value }) => [key, value]);
  report(node, `${what} is a mapping`);
  return [];
}

/** A single value as text. */
export function text(node: YamlNode | undefined, what: string, report: Report): string | undefined {
  if (node === undefined) return undefined;
  if (node.kind === "scalar" && node.value !== null) return typeof node.value === "string" ? node.value : node.text;
  report(node, `${what} is a text`);
  return undefined;
}

/** A truth value. */
export function flag(node: YamlNode | undefined, what: string, report: Report): boolean | undefined {
  if (node === undefined) return undefined;
  if (node.kind === "scalar" && typeof node.value === "boolean") return node.value;
  report(node, `${what} is true or false`);
  return undefined;
}

/** Several texts; one alone is a list of one. */
export function texts(node: YamlNode | undefined, what: string, report: Report): readonly string[] | undefined {
  if (node === undefined) return undefined;
  const items = node.kind === "list" ? node.items : [node];
  return items.flatMap((item) => text(item, what, report) ?? []);
}

/** Texts by key; `known` are the keys there may be, all when undefined. */
export function textsByKey(
  node: YamlNode | undefined,
  what: string,
  known: readonly string[] | undefined,
  report: Report,
): Record<string, string> {
  const found: Record<string, string> = {};
  if (node === undefined) return found;
  const map = known === undefined ? new Map(entries(node, what, report)) : mapOf(node, what, known, report);
  for (const [key, value] of map) {
    const read = text(value, `${what}.${key}`, report);
    if (read !== undefined) found[key] = read;
  }
  return found;
}

/** A member, unless its value is undefined. */
export function optional<Key extends string, Value>(
  key: Key,
  value: Value | undefined,
): { readonly [name in Key]?: Value } {
  return value === undefined ? {} : ({ [key]: value } as { readonly [name in Key]?: Value });
}
