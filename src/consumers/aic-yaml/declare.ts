import type { Conversion, Document } from "../../design/document.ts";
import { converters } from "./kinds/convert.ts";
import { closeFields, type Fields, type Located } from "./located.ts";
import type { Problems } from "./problems.ts";

/** What is known of a declaration besides its fields. */
export interface Declaration {
  readonly kind: string;
  readonly name: string;
  readonly fields: Fields;
  /** Where the declaration begins. */
  readonly at: Located["source"];
  readonly form: string;
  readonly part: string;
  readonly complete: boolean;
}

/** Makes the document of one declaration: its fields rewritten into those of its kind, and what was rewritten. */
export function declare(declaration: Declaration, problems: Problems): Document {
  const { kind, name, fields, at, form, part, complete } = declaration;
  const conversions: Conversion[] = [];
  const scoped: Problems = { ...problems, add: (problem) => problems.add({ kind, name, ...problem }) };
  converters[kind]?.(fields, (conversion) => conversions.push(conversion), scoped);
  const spec = closeFields(fields);
  return {
    kind,
    name,
    spec: spec.tree,
    source: spec.source,
    location: { uri: problems.uri, line: at.line, column: at.column },
    part,
    complete,
    form,
    conversions,
  };
}
