/** A place in a source. Lines and columns count from 1, columns in Unicode code points. */
export interface SourceLocation {
  readonly uri: string;
  readonly line: number;
  readonly column: number;
}

/** Another place that belongs to a diagnostic, and what is there. */
export interface RelatedLocation {
  readonly message: string;
  readonly location: SourceLocation;
}

/** How bad a diagnostic is: an error makes its revision invalid, the others do not. */
export type Severity = "error" | "warning" | "info";

/**
 * One thing found about a design. `rule` is a kebab-case id, `message` and `hint` are one line each, `kind` and `name`
 * say which item it is about, `field` is a field path.
 */
export interface Diagnostic {
  readonly rule: string;
  readonly severity: Severity;
  readonly message: string;
  readonly hint?: string;
  readonly kind?: string;
  readonly name?: string;
  readonly field?: string;
  readonly location?: SourceLocation;
  readonly related: readonly RelatedLocation[];
}
