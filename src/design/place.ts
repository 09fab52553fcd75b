import { isInside } from "./computed-origins.ts";
import type { Origin } from "./declared.ts";
import type { Diagnostic, RelatedLocation, SourceLocation } from "./diagnostic.ts";
import type { Document } from "./document.ts";
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

/** A diagnostic about a part of a document. Of a value that came from elsewhere it tells the way into the document, too. */
export function findingAt(origin: Origin, location: SourceLocation, text: FindingText): Diagnostic {
  const { document } = origin;
  const { kind, name } = document;
  const way = text.field === undefined ? [] : wayInto(document, text.field);
  return { ...text, kind, name, location, related: [...(text.related ?? []), ...way] };
}

/** Nobody reads more of the way of one value. */
const MOST_STEPS = 3;

/** The places on the way of a value into its document, such as where it is substituted. */
function wayInto({ conversions, kind, name }: Document, path: string): readonly RelatedLocation[] {
  const steps = conversions.flatMap(({ field, message, location }) =>
    location !== undefined && (field === path || isInside(path, field))
      ? [{ message: `${field} of ${kind} ${name}: ${message}`, location }]
      : [],
  );
  return steps.slice(-MOST_STEPS);
}
