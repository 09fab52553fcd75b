import type { Diagnostic } from "../../design/diagnostic.ts";

/** What a validation has to tell, whatever the form it is printed in. */
export interface DiagnosticReport {
  /** Whether no diagnostic is an error. */
  readonly valid: boolean;
  /** In the order of places. */
  readonly diagnostics: readonly Diagnostic[];
  /** How many effective items there are of each kind. */
  readonly items: Readonly<Record<string, number>>;
}

/** A report as text, ready to print; empty when there is nothing to say in this form. */
export type FormatReport = (report: DiagnosticReport) => string | Promise<string>;
