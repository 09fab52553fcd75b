import type { SourceLocation } from "../design/diagnostic.ts";
import type { RuleContext, Subject } from "./rule.ts";

/** Where the name of an item was written; undefined where its document doesn't say, and then a finding stands at its beginning. */
export function namePlace(item: Subject, { origin }: Pick<RuleContext, "origin">): SourceLocation | undefined {
  const from = origin(item);
  if (from === undefined || from.item !== `${item.kind}/${item.name}`) return undefined;
  const { location, source } = from.document;
  const { keyLine, keyColumn } = source;
  return keyLine === undefined || keyColumn === undefined
    ? undefined
    : { uri: source.uri ?? location.uri, line: keyLine, column: keyColumn };
}

/** The full name of a node where somebody wrote it, else the name it was made of. */
export function fullNamePlace(
  node: Subject,
  context: Pick<RuleContext, "origin">,
): { readonly field: string; readonly at?: SourceLocation } {
  const field = "fqdn";
  const isWritten = context.origin(node, field)?.document.spec[field] !== undefined;
  const at = isWritten ? undefined : namePlace(node, context);
  return { field, ...(at && { at }) };
}
