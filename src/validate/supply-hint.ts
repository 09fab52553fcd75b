import type { RuleContext } from "./rule.ts";

/** The hint of a finding about formation data that is missing: which layers may give the field. */
export function supplyHint(context: Pick<RuleContext, "suppliers">, kind: string, field: string): string {
  const names = context.suppliers(kind, field).map(({ name }) => JSON.stringify(name));
  if (names.length === 0) return `formation data is missing: no layer of the design may give ${field}; add one`;
  const listed = names.length > 1 ? `${names.slice(0, -1).join(", ")} or ${names.at(-1)}` : names[0];
  return `formation data is missing: layer ${listed} may give ${field}`;
}
