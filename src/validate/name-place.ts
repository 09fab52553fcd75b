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
