import { diagnosticValue } from "../diagnostics.ts";
import { formatValue } from "../output.ts";
import type { DiagnosticReport } from "./report.ts";

/** A report for programs as JSON: `valid`, `diagnostics`, `summary`, always in this shape. */
export function formatJson(report: DiagnosticReport): Promise<string> {
  return formatValue("json", reportValue(report));
}

/** The same as YAML. */
export function formatYaml(report: DiagnosticReport): Promise<string> {
  return formatValue("yaml", reportValue(report));
}

function reportValue({ valid, diagnostics, items }: DiagnosticReport) {
  return { valid, diagnostics: diagnostics.map(diagnosticValue), summary: { items } };
}
