import { stripTypeScriptTypes } from "node:module";
import { initSync, parse } from "es-module-lexer";

initSync();

/** How an import binds: at load, only when its `import()` runs, or for the type checker alone. */
export type ImportForm = "static" | "lazy" | "type";

/** One import of a file; `target` is undefined for an `import()` whose argument is not a plain string. */
export type Import = { readonly target: string | undefined; readonly form: ImportForm; readonly line: number };

const TYPE_STATEMENT = /^(?:import|export)\s+type\s[^;"']*?\sfrom\s*["']([^"']+)["']/gm;
const TYPE_EXPRESSION = /\bimport\(\s*["']([^"']+)["']\s*\)/g;

/**
 * Every import of one TypeScript source, in no particular order. What runs is read from the source after type
 * stripping, so a type can't pass for a value nor the other way round. Throws on source that does not parse.
 */
export function importsOf(source: string): Import[] {
  const runs = stripTypeScriptTypes(source);
  const found: Import[] = [];
  const [values] = parse(runs);
  for (const { n: target, d: dynamicAt, s: start } of values) {
    if (dynamicAt === -2) continue;
    found.push({ target, form: dynamicAt === -1 ? "static" : "lazy", line: lineAt(source, start) });
  }
  for (const { index, 1: target } of source.matchAll(TYPE_STATEMENT)) {
    found.push({ target, form: "type", line: lineAt(source, index) });
  }
  for (const { index, 0: text, 1: target } of source.matchAll(TYPE_EXPRESSION)) {
    // Stripping keeps positions: what is blank there now was a type.
    if (runs.slice(index, index + text.length).trim() === "")
      found.push({ target, form: "type", line: lineAt(source, index) });
  }
  return found;
}

function lineAt(source: string, offset: number): number {
  return source.slice(0, offset).split("\n").length;
}
