import type { Origin } from "./declared.ts";
import type { Diagnostic, RelatedLocation, SourceLocation } from "./diagnostic.ts";
import type { EngineRule } from "./engine-rules.ts";
import type { SourceNode } from "./source-node.ts";

/** The place a value was written. */
export function placeOf(declared: { readonly origin: Origin; readonly at: SourceNode }): SourceLocation {
  const { at, origin } = declared;
  return { uri: at.uri ?? origin.document.location.uri, line: at.line, column: at.column };
}

/** The place of the key a value stands under, or of the value when it has none. */
export function keyPlaceOf(declared: { readonly origin: Origin; readonly at: SourceNode }): SourceLocation {
  const { at, origin } = declared;
  const uri = at.uri ?? origin.document.location.uri;
  return { uri, line: at.keyLine ?? at.line, column: at.keyColumn ?? at.column };
}

/** What a finding about a part of a document says beside its place and item. */
export interface FindingText {
  readonly rule: EngineRule;
  readonly severity: Diagnostic["severity"];
  readonly message: string;
  readonly hint?: string;
  readonly field?: string;
  readonly related?: readonly RelatedLocation[];
}

/** A diagnostic about a part of a document. */
export function findingAt(origin: Origin, location: SourceLocation, text: FindingText): Diagnostic {
  const { kind, name } = origin.document;
  return { ...text, kind, name, location, related: text.related ?? [] };
}
