import type { Db } from "../../db/database.ts";
import type { RuleFact } from "../../validate/validate-design.ts";
import { countsOnly, type FactGroup } from "../../validate/validate-slice.ts";
import type { GroupKey } from "./find-dependents.ts";
import {
  countFacts,
  type FactRow,
  factOf,
  factRows,
  readFactsOfGroups,
  readFactsOfItems,
  tracedGroups,
} from "./trace-rows.ts";

/** What items say to group rules, now and before. */
export interface FactChanges {
  readonly before: readonly FactRow[];
  readonly now: readonly FactRow[];
  readonly added: readonly FactRow[];
  readonly removed: readonly FactRow[];
}

/** Compares what items ("Kind/name") say with what they said. */
export async function factChanges(
  tx: Db,
  design: string,
  keys: readonly string[],
  facts: readonly RuleFact[],
): Promise<FactChanges> {
  const before = await readFactsOfItems(tx, design, keys);
  const now = factRows(facts);
  const [old, fresh] = [new Set(before.map(textOfFact)), new Set(now.map(textOfFact))];
  return {
    before,
    now,
    added: now.filter((row) => !old.has(textOfFact(row))),
    removed: before.filter((row) => !fresh.has(textOfFact(row))),
  };
}

/** What tells which keys have to be checked again. */
export interface GroupSearch {
  readonly facts: FactChanges;
  /** Everything that changed: keys ("Kind/name") and pseudo-inputs. */
  readonly changed: readonly string[];
  /** Items whose documents, or what they were made from, changed: what they say may stand elsewhere. */
  readonly moved: ReadonlySet<string>;
  /** The items that were evaluated again, by key. */
  readonly items: ReadonlyMap<string, unknown>;
}

/** The keys of group rules that have to be checked again, with everything that is now said of them. */
export async function groupsToCheck(
  tx: Db,
  design: string,
  { facts, changed, moved, items }: GroupSearch,
): Promise<readonly { readonly key: GroupKey; readonly group: FactGroup }[]> {
  const keys = new Map<string, GroupKey>();
  const add = ({ rule, keyId }: GroupKey) => keys.set(textOfKey({ rule, keyId }), { rule, keyId });
  for (const row of [...facts.added, ...facts.removed]) add(row);
  const said = new Map<string, GroupKey>();
  for (const { rule, keyId, kind, name } of [...facts.before, ...facts.now]) {
    if (moved.has(`${kind}/${name}`)) said.set(textOfKey({ rule, keyId }), { rule, keyId });
  }
  const traced = await tracedGroups(tx, design, [...said.values()], changed);
  for (const key of traced) add(key);
  const all = [...keys.values()];
  if (all.length === 0) return [];
  const counting = all.filter(({ rule }) => countsOnly(rule));
  const isElsewhere = ({ kind, name }: FactRow) => !items.has(`${kind}/${name}`);
  const others = all.filter(({ rule }) => !countsOnly(rule));
  const rest = others.length === 0 ? [] : await readFactsOfGroups(tx, design, others);
  const [firsts, counts] = [new Map<string, FactRow[]>(), new Map<string, Map<string, number>>()];
  for (const { row, count } of counting.length === 0 ? [] : await countFacts(tx, design, counting, [...items.keys()])) {
    const text = textOfKey(row);
    firsts.set(text, [...(firsts.get(text) ?? []), row]);
    counts.set(text, (counts.get(text) ?? new Map()).set(row.kind, count));
  }
  const rows = Map.groupBy([...rest.filter(isElsewhere), ...facts.now], textOfKey);
  return all.map((key) => {
    const text = textOfKey(key);
    const own = rows.get(text) ?? [];
    const ofKey = [...(firsts.get(text) ?? []), ...own].toSorted(byItem);
    const [first] = ofKey;
    const group = { rule: key.rule, key: first?.longKey ?? key.keyId, facts: ofKey.map(factOf) };
    if (!countsOnly(key.rule) || first === undefined) return { key, group };
    const ownCount = own.filter(({ kind }) => kind === first.kind).length;
    return { key, group: { ...group, total: (counts.get(text)?.get(first.kind) ?? 0) + ownCount } };
  });
}

function textOfKey({ rule, keyId }: GroupKey): string {
  return `${rule} ${keyId}`;
}

function byItem(a: FactRow, b: FactRow): number {
  const [one, other] = [`${a.kind}/${a.name}`, `${b.kind}/${b.name}`];
  return one === other ? a.ordinal - b.ordinal : one < other ? -1 : 1;
}

function textOfFact({ rule, keyId, kind, name, ordinal, field, role }: FactRow): string {
  return JSON.stringify([rule, keyId, kind, name, ordinal, field, role]);
}
