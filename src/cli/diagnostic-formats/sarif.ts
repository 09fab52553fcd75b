import { isAbsolute, sep } from "node:path";
import { pathToFileURL } from "node:url";
import type { Diagnostic, Severity, SourceLocation } from "../../design/diagnostic.ts";
import { visible } from "../diagnostics.ts";
import { version } from "../version.ts";
import type { DiagnosticReport } from "./report.ts";
import { type KnownRule, ruleTexts } from "./rule-texts.ts";

const levels: Readonly<Record<Severity, string>> = { error: "error", warning: "warning", info: "note" };

/** A report as a SARIF 2.1.0 log of one run (OASIS standard of 27 March 2020), for code scanning. Columns count code points, as everywhere. */
export function formatSarif({ diagnostics }: DiagnosticReport): string {
  const texts = ruleTexts();
  const ids = [...new Set(diagnostics.map(({ rule }) => rule))].sort();
  const indexes = new Map(ids.map((id, index) => [id, index]));
  const used = new Map<string, Severity>();
  for (const { rule, severity } of diagnostics) if (!used.has(rule)) used.set(rule, severity);
  const log = {
    $schema: "https://json.schemastore.org/sarif-2.1.0.json",
    version: "2.1.0",
    runs: [
      {
        tool: {
          driver: {
            name: "Bedplate",
            semanticVersion: version(),
            rules: ids.map((id) => ruleValue(id, texts.get(id), used.get(id))),
          },
        },
        invocations: [{ executionSuccessful: true }],
        columnKind: "unicodeCodePoints",
        results: diagnostics.map((diagnostic) => resultValue(diagnostic, indexes.get(diagnostic.rule) ?? -1)),
      },
    ],
  };
  return `${JSON.stringify(log, null, 2)}\n`;
}

function ruleValue(id: string, text: KnownRule | undefined, found: Severity = "error") {
  const summary = text?.summary ?? inWords(id);
  const why = text?.why ?? summary;
  return {
    id,
    shortDescription: { text: summary },
    fullDescription: { text: why },
    help: { text: why, markdown: why },
    defaultConfiguration: { level: levels[text?.severity ?? found] },
  };
}

function inWords(id: string): string {
  const words = id.replaceAll("-", " ");
  return words.slice(0, 1).toUpperCase() + words.slice(1);
}

function resultValue(
  { rule, severity, message, hint, kind, name, field, location, related }: Diagnostic,
  index: number,
) {
  const item = kind && name ? `${kind}/${name}` : undefined;
  return {
    ruleId: rule,
    ruleIndex: index,
    level: levels[severity],
    message: { text: hint ? `${visible(message)}; hint: ${visible(hint)}` : visible(message) },
    locations: [
      {
        ...(location !== undefined && { physicalLocation: physicalLocation(location) }),
        ...(item !== undefined && {
          logicalLocations: [
            { fullyQualifiedName: field ? `${item} ${field}` : item, name: field || name, kind: "object" },
          ],
        }),
      },
    ],
    ...(related.length > 0 && {
      relatedLocations: related.map((other, id) => ({
        id,
        physicalLocation: physicalLocation(other.location),
        message: { text: visible(other.message) },
      })),
    }),
  };
}

function physicalLocation({ uri, line, column }: SourceLocation) {
  const region = line > 0 && { region: { startLine: line, startColumn: Math.max(column, 1) } };
  return { artifactLocation: { uri: reference(uri) }, ...region };
}

/** A path as a URI reference: relative ones stay so, each of their names percent-encoded. */
function reference(path: string): string {
  if (isAbsolute(path)) return pathToFileURL(path).href;
  const names = path.split(sep).filter((name, index) => name !== "." || index > 0);
  return names.map((name) => encodeURIComponent(name.toWellFormed())).join("/");
}
