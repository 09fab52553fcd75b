import type { Diagnostic } from "../design/diagnostic.ts";
import { suggest } from "../text/suggest.ts";

/** Rules whose findings mean that something an author wrote isn't in the item. */
export const costlyRules: ReadonlySet<string> = new Set([
  ...["unknown-field", "wrong-type", "invalid-value", "missing-key", "unknown-reference"],
  ...["missing-field", "moved-partition", "yaml-alias", "yaml-merge", "yaml-tag", "yaml-limit"],
]);

/** What fields are called in earlier forms, so that a slip in that name is one, too. */
const earlierNames: ReadonlyMap<string, string> = new Map([
  ["vlan", "vlan_id"],
  ["device_link", "network_link"],
]);

interface Loss {
  readonly field: string;
  /** The unknown name, where the value stands under one. */
  readonly unknown?: string;
}

/** Tells, from what was found before, whether something that belongs at a field of one of these items ("Kind/name") may be lost. */
export function lostValues(diagnostics: readonly Diagnostic[]): (items: readonly string[], field: string) => boolean {
  const byItem = new Map<string, Loss[]>();
  for (const { rule, severity, kind, name, field = "" } of diagnostics) {
    if (severity === "info" || kind === undefined || name === undefined || !costlyRules.has(rule)) continue;
    const key = `${kind}/${name}`;
    const losses = byItem.get(key) ?? [];
    losses.push(rule === "unknown-field" && field !== "" ? unknownField(field) : { field });
    byItem.set(key, losses);
  }
  if (byItem.size === 0) return () => false;
  return (items, field) => items.some((item) => byItem.get(item)?.some((loss) => concerns(loss, field)) === true);
}

function concerns({ field, unknown }: Loss, wanted: string): boolean {
  if (unknown === undefined) return isWithin(wanted, field) || isWithin(field, wanted);
  if (!isWithin(wanted, field)) return isWithin(field, wanted);
  const steps = stepsOf(wanted)
    .slice(stepsOf(field).length)
    .map((step) => /^\["(.*)"\]$/.exec(step)?.[1] ?? step)
    .flatMap((step) => [step, earlierNames.get(step) ?? step]);
  // A slip in the name of the next step, or a field that lost the way to its place.
  return steps.includes(unknown) || suggest(unknown, steps) !== undefined || steps.length === 0;
}

function unknownField(field: string): Loss {
  const last = stepsOf(field).at(-1) ?? field;
  const parent = field.slice(0, -last.length).replace(/[.]$/, "");
  const quoted = /^\["(.*)"\]$/.exec(last);
  return { field: parent, unknown: quoted?.[1] ?? last };
}

/** Whether a path is another one or leads on from it. */
function isWithin(path: string, outer: string): boolean {
  return outer === "" || (path.startsWith(outer) && /^(?:$|[.[])/.test(path.slice(outer.length)));
}

/** The steps of a path: names, and keys with their brackets. */
function stepsOf(path: string): readonly string[] {
  return path.match(/\["(?:[^"\\]|\\.)*"\]|\[\d+\]|[^.[\]]+/g) ?? [];
}
