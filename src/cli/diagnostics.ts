import type { Diagnostic, SourceLocation } from "../design/diagnostic.ts";
import { visibleText } from "../text/visible-text.ts";
import { colored, print } from "./output.ts";

const colors = { error: "red", warning: "yellow", info: "dim" } as const;

/** Prints diagnostics for people, as `diagnosticLines` has them. */
export async function printDiagnostics(diagnostics: readonly Diagnostic[]): Promise<void> {
  const lines = diagnosticLines(diagnostics);
  if (lines.length > 0) await print(`${lines.join("\n")}\n`);
}

/** Diagnostics for people: `file:line:column: severity rule: message [Kind/name]`, then the hint and related places on lines of their own. */
export function diagnosticLines(diagnostics: readonly Diagnostic[]): readonly string[] {
  const lines: string[] = [];
  for (const { location, severity, rule, message, hint, kind, name, related } of diagnostics) {
    const item = kind && name ? colored(` [${kind}/${name}]`, "dim") : "";
    lines.push(
      `${visible(place(location))}: ${colored(severity, colors[severity])} ${rule}: ${visible(message)}${item}`,
    );
    if (hint) lines.push(`    ${colored(`hint: ${visible(hint)}`, "dim")}`);
    for (const other of related)
      lines.push(`    ${colored(visible(`${place(other.location)}: ${other.message}`), "dim")}`);
  }
  return lines;
}

/** A text on one line, with nothing in it that a terminal would obey. */
export const visible = visibleText;

/** A diagnostic for programs: every key is there, in one order; what is unknown is empty, a place that is unknown is null. */
export function diagnosticValue({ rule, severity, message, hint, kind, name, field, location, related }: Diagnostic) {
  return {
    ...{ rule, severity, message, hint: hint ?? "", kind: kind ?? "", name: name ?? "", field: field ?? "" },
    location: location === undefined ? null : placeValue(location),
    related: related.map((other) => ({ message: other.message, location: placeValue(other.location) })),
  };
}

function placeValue({ uri, line, column }: SourceLocation): SourceLocation {
  return { uri, line, column };
}

/** How many diagnostics of each severity there are, in words. */
export function countDiagnostics(diagnostics: readonly Diagnostic[]): string {
  const count = (severity: Diagnostic["severity"]) => diagnostics.filter((one) => one.severity === severity).length;
  return [plural(count("error"), "error"), plural(count("warning"), "warning"), plural(count("info"), "notice")].join(
    ", ",
  );
}

/** A place as `file:line:column`, which editors and terminals turn into a link. */
export function place(location: SourceLocation | undefined): string {
  if (location === undefined) return "-";
  return location.line === 0 ? location.uri : `${location.uri}:${location.line}:${location.column}`;
}

function plural(count: number, word: string): string {
  return `${count} ${word}${count === 1 ? "" : "s"}`;
}
