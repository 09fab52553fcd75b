import type { Diagnostic } from "./diagnostic.ts";
import { legible } from "./legible.ts";

/** Diagnostics by file, line, column and rule, legible all; those without a place last. The same findings always give the same order. */
export function sortDiagnostics(diagnostics: readonly Diagnostic[]): readonly Diagnostic[] {
  return diagnostics.map(legible).sort(byPlace);
}

function byPlace(a: Diagnostic, b: Diagnostic): number {
  const [x, y] = [a.location, b.location];
  if (x === undefined || y === undefined) return Number(x === undefined) - Number(y === undefined) || byText(a, b);
  return compare(x.uri, y.uri) || x.line - y.line || x.column - y.column || byText(a, b);
}

function byText(a: Diagnostic, b: Diagnostic): number {
  return compare(a.rule, b.rule) || compare(a.name ?? "", b.name ?? "") || compare(a.message, b.message);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
