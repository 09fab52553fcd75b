import { createHash } from "node:crypto";
import type { SourceLocation } from "../design/diagnostic.ts";
import type { Collector } from "./collect-findings.ts";
import type { Fact, GroupRule } from "./rule.ts";
import type { WatchedContext } from "./rule-context.ts";

/** Characters of a key that every index can hold. */
const LONGEST_KEY = 200;

/** Where values were written; undefined for what nobody declares. */
export type Locate = (kind: string, name: string, field?: string) => SourceLocation | undefined;

/** What stands for a key where it has to be short: the key itself, or for a long one its digest. */
export function keyId(key: string): string {
  return key.length <= LONGEST_KEY ? key : `#${createHash("sha256").update(key).digest("hex")}`;
}

/** The unit of the findings about a key of a group rule. */
export function groupUnit(rule: string, key: string): string {
  return `group ${rule} ${keyId(key)}`;
}

/** The facts of a key that a rule's check sees, of all there are of it in the order of kinds and names: where nobody asks, none; of the answers one. */
export function seenFacts({ askedBy }: GroupRule, facts: readonly Fact[]): readonly Fact[] {
  if (askedBy === undefined) return facts;
  const asks = facts.filter(({ kind }) => askedBy.includes(kind));
  const answer = asks.length === 0 ? undefined : facts.find(({ kind }) => !askedBy.includes(kind));
  return answer === undefined ? asks : [...asks, answer];
}

/**
 * Checks the facts of one key, if they are enough, and gives how many rules were run: one or none. `total` is how many facts items of the first one's kind say,
 * where not all of them are given.
 */
export function checkGroup(
  rule: GroupRule,
  facts: readonly Fact[],
  context: WatchedContext,
  collector: Collector,
  locate: Locate,
  { looks, total: told }: { readonly looks?: Set<string> | undefined; readonly total?: number | undefined } = {},
): number {
  const { least = 2 } = rule;
  const [first] = facts;
  const total = told ?? facts.filter(({ kind }) => kind === first?.kind).length;
  if (first === undefined || facts.length < least || collector.isFull(rule)) return 0;
  context.watch(looks);
  collector.attempt(rule, first, () => {
    // Most groups are fine, and places take time.
    if (rule.check(facts, context, total).length === 0) return;
    const ordered = rule.inAnyOrder === true ? facts : inOrder(facts, locate);
    for (const finding of rule.check(ordered, context, total)) collector.keep(rule, finding.about, [finding]);
  });
  context.watch(undefined);
  return 1;
}

/** Facts by the place they were written, so that the later one is the one too many. */
function inOrder(facts: readonly Fact[], locate: Locate): readonly Fact[] {
  const places = facts.map((fact) => ({ fact, place: locate(fact.kind, fact.name, fact.field) }));
  return places
    .sort(({ place: a }, { place: b }) => {
      if (a === undefined || b === undefined) return 0;
      if (a.uri !== b.uri) return a.uri < b.uri ? -1 : 1;
      return a.line - b.line || a.column - b.column;
    })
    .map(({ fact }) => fact);
}
