import type { Severity } from "./diagnostic.ts";

/** What is to be said about a rule, whatever it found: what the page of rules and reports for other tools are made of. */
export interface RuleText {
  /** How bad its findings are unless they say otherwise. */
  readonly severity: Severity;
  /** What must hold, one line. */
  readonly summary: string;
  /** Why: what goes wrong otherwise and how to mend it. A paragraph of Markdown. */
  readonly why: string;
}
