/** What is wrong with the declaration of a custom kind. `field` is the path in the item that declares it. */
export interface SchemaProblem {
  readonly severity: "error" | "warning";
  readonly field: string;
  readonly message: string;
  readonly hint: string;
}

/** Takes problems as they are found. */
export type ReportProblem = (problem: SchemaProblem) => void;
