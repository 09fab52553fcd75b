import { countDiagnostics, diagnosticLines } from "../diagnostics.ts";
import { colored } from "../output.ts";
import type { DiagnosticReport } from "./report.ts";

/** A report for people: each diagnostic with its hint and related places, then the verdict. */
export function formatTable({ valid, diagnostics, items }: DiagnosticReport): string {
  const counts = Object.entries(items).map(([kind, count]) => `${count} ${kind}`);
  const verdict = valid ? colored("valid", "green") : colored("invalid", "red");
  const last = `${verdict}: ${countDiagnostics(diagnostics)}; ${counts.join(", ") || "no items"}`;
  return [...diagnosticLines(diagnostics), last].map((line) => `${line}\n`).join("");
}
