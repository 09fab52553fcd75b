import { place, visible } from "../diagnostics.ts";
import type { DiagnosticReport } from "./report.ts";

/** A report for editors: `file:line:column: severity rule message`, one line for each diagnostic and nothing else. */
export function formatLines({ diagnostics }: DiagnosticReport): string {
  return diagnostics
    .map(
      ({ location, severity, rule, message }) =>
        `${visible(place(location))}: ${severity} ${rule} ${visible(message)}\n`,
    )
    .join("");
}
