import { sql } from "drizzle-orm";
import { type Db, execute } from "../../db/database.ts";
import { itemKeyOf } from "../../design/item-key.ts";
import type { Answers, KnownItem, Questions, QuestionType, Surroundings } from "../../design/surroundings.ts";
import type { TreeMap } from "../../design/tree.ts";
import { keyId } from "../../validate/check-group.ts";
import { type LayerDocument, readDocumentsOf } from "../store/content.ts";
import { itemPairs } from "../store/items-named.ts";
import { textArray } from "../store/text-array.ts";
import { type ChangeOfDocuments, keyOf, textOf } from "./change-of-documents.ts";
import type { FindingRow } from "./finding-rows.ts";
import { indexed } from "./indexed-text.ts";
import { NeedsWhole } from "./needs-whole.ts";

/** Answers what a slice asks, from a design's head and what a change does to its documents. */
export interface Answerer {
  /** Finds the answers and adds them to `answers`. */
  answer(questions: Questions, answers: Answers): Promise<void>;
  /** Documents that were read from the head so far. */
  documentsRead(): number;
}

/** Children of one item that are of interest beside those in the slice. */
const MOST_CHILDREN = 10_000;

/** An answerer for a design's head, whose row the transaction holds. */
export function createAnswerer(tx: Db, design: string, change: ChangeOfDocuments): Answerer {
  let documentsRead = 0;
  const openedByItem = Map.groupBy(change.opened, ({ document: { kind, name } }) => `${kind}/${name}`);
  const changed = new Set([...change.closed, ...change.opened.map(keyOf)].map(textOf));
  const touchedItems = new Set(
    [...change.closed, ...change.opened.map(keyOf)].map(({ kind, name }) => `${kind}/${name}`),
  );
  const touchedKinds = new Set([...touchedItems].map((key) => itemKeyOf(key).kind));

  const find: { readonly [Type in QuestionType]: (about: readonly string[], answers: Answers) => Promise<void> } = {
    async documents(keys, answers) {
      const found = await readDocumentsOf(tx, design, sql`(${itemPairs(keys)})`);
      documentsRead += found.length;
      const kept = found.filter((each) => !changed.has(textOf(keyOf(each))));
      const byItem = Map.groupBy(kept, ({ document: { kind, name } }) => `${kind}/${name}`);
      for (const key of keys) {
        answers.documents.set(key, inLayerOrder([...(byItem.get(key) ?? []), ...(openedByItem.get(key) ?? [])]));
      }
    },
    async exists(keys, answers) {
      // What the change touches is known by its documents.
      const touched = keys.filter((key) => touchedItems.has(key));
      if (touched.length > 0) {
        const missing = touched.filter((key) => !answers.documents.has(key));
        if (missing.length > 0) await find.documents(missing, answers);
        for (const key of touched) answers.exists.set(key, (answers.documents.get(key)?.length ?? 0) > 0);
      }
      const isKnown = (key: string) => answers.items.get(key) !== undefined;
      for (const key of keys) if (!touchedItems.has(key) && isKnown(key)) answers.exists.set(key, true);
      const others = keys.filter((key) => !touchedItems.has(key) && !isKnown(key));
      if (others.length === 0) return;
      const rows = await execute<{ key: string }>(
        tx,
        sql`
          select distinct t.kind || '/' || t.name as key
          from (${itemPairs(others)}) k
          cross join lateral (
            select kind, name from bedplate.document
            where design = ${design} and kind = k.kind and name = k.name and to_revision is null limit 1) t`,
      );
      const there = new Set(rows.map(({ key }) => key));
      for (const key of others) answers.exists.set(key, there.has(key));
    },
    async names(kinds, answers) {
      for (const kind of kinds) {
        const rows = await execute<{ layer: string; name: string }>(
          tx,
          sql`
            select layer, name from bedplate.document
            where design = ${design} and to_revision is null and kind = ${kind} order by layer, name`,
        );
        const names = new Set(
          rows.filter(({ layer, name }) => !changed.has(textOf({ layer, kind, name }))).map(({ name }) => name),
        );
        for (const { document } of change.opened) if (document.kind === kind) names.add(document.name);
        answers.names.set(kind, [...names].sort());
      }
    },
    async any(kinds, answers) {
      for (const kind of kinds) {
        const limit = touchedKinds.has(kind) ? change.closed.length + 1 : 1;
        const rows = await execute<{ layer: string; name: string }>(
          tx,
          sql`
            select layer, name from bedplate.document
            where design = ${design} and to_revision is null and kind = ${kind} limit ${limit}`,
        );
        const isThere = rows.some(({ layer, name }) => !changed.has(textOf({ layer, kind, name })));
        answers.any.set(kind, isThere || change.opened.some(({ document }) => document.kind === kind));
      }
    },
    items: (keys, answers) => itemsAndMembers(keys, [], answers),
    members: (kinds, answers) => itemsAndMembers([], kinds, answers),
    async children(keys, answers) {
      for (const key of keys) {
        const rows = await execute<{ key: string }>(
          tx,
          sql`
            select kind || '/' || name as key from bedplate.item_trace
            where design = ${design} and inputs @> ${textArray([indexed(key)])} and ancestors @> ${textArray([key])} limit ${MOST_CHILDREN}`,
        );
        answers.children.set(
          key,
          rows.map((row) => row.key),
        );
      }
    },
    async domains(domains, answers) {
      for (const domain of domains) {
        const rows = await execute<{ network: string; cidr: string }>(
          tx,
          sql`
            select t.name as network, t.tree ->> 'cidr' as cidr
            from bedplate.fact f
            join bedplate.effective_item t
              on t.design = f.design and t.kind = f.kind and t.name = f.name and t.to_revision is null
            where f.design = ${design} and f.rule = 'route-domain' and f.key_id = ${keyId(`route-domain/${domain}`)} and f.role = 'member'
              and jsonb_typeof(t.tree -> 'cidr') = 'string'
            order by t.name`,
        );
        answers.domains.set(domain, rows);
      }
    },
  };

  async function itemsAndMembers(keys: readonly string[], kinds: readonly string[], answers: Answers): Promise<void> {
    for (const key of keys) answers.items.set(key, undefined);
    const found = await selectItems(tx, design, keys, kinds);
    for (const each of found) answers.items.set(`${each.item.kind}/${each.item.name}`, each);
    const byKind = Map.groupBy(found, ({ item }) => item.kind);
    for (const kind of kinds) answers.members.set(kind, byKind.get(kind) ?? []);
  }

  return {
    async answer(questions, answers) {
      // Items and members come by one statement.
      const [keys, kinds] = [questions.get("items") ?? [], questions.get("members") ?? []];
      if ([...keys, ...kinds].length > 0) await itemsAndMembers([...keys], [...kinds], answers);
      for (const [type, about] of questions) {
        if (type !== "items" && type !== "members") await find[type]([...about], answers);
      }
    },
    documentsRead: () => documentsRead,
  };
}

/** Rounds of questions and answers: far more than any design takes. */
const MOST_ROUNDS = 100;

/** Runs work that asks, again and again with the answers to what it asked, until it asks nothing more. Throws NeedsWhole when that has no end. */
export async function untilAnswered<Result>(
  surroundings: Surroundings,
  answerer: Answerer,
  run: () => Result,
): Promise<Result> {
  for (let round = 0; round < MOST_ROUNDS; round++) {
    const result = run();
    if (surroundings.openCount() === 0) return result;
    await answerer.answer(surroundings.takeOpen(), surroundings.answers);
  }
  throw new NeedsWhole("questions without end");
}

/** An item of a design's head, what was looked at beside its inputs when it was evaluated, and what was found. */
export interface StoredItem extends KnownItem {
  /** Digest of its tree. */
  readonly digest: string;
  readonly looks: readonly string[];
  readonly findings: readonly FindingRow[];
}

/** Effective items of a design's head by key ("Kind/name"), and all of some kinds, in the order of kind and name. */
export async function selectItems(
  tx: Db,
  design: string,
  keys: readonly string[],
  kinds: readonly string[] = [],
): Promise<readonly StoredItem[]> {
  const members = sql`
    union select m.kind, m.name from unnest(${textArray(kinds)}) asked(kind)
    cross join lateral (select kind, name from bedplate.item_trace where design = ${design} and kind = asked.kind offset 0) m`;
  // Each by its own way through the indexes: the planner, which knows nothing of new tables, would read one of them whole.
  const from = sql`
    (${itemPairs(keys)} ${kinds.length === 0 ? sql`` : members}) k
    cross join lateral (
      select * from bedplate.effective_item
      where design = ${design} and kind = k.kind and name = k.name and to_revision is null limit 1) t
    cross join lateral (
      select * from bedplate.item_trace where design = ${design} and kind = k.kind and name = k.name limit 1) r`;
  const rows = await execute<{
    kind: string;
    name: string;
    digest: string;
    tree: TreeMap;
    inputs: readonly string[];
    ancestors: readonly string[];
    looks: readonly string[];
    whole: boolean;
    findings: readonly FindingRow[];
  }>(
    tx,
    sql`
      select t.kind, t.name, t.digest, t.tree, t.inputs, to_jsonb(r.ancestors) as ancestors, to_jsonb(r.looks) as looks, r.whole,
        (select coalesce(jsonb_agg(jsonb_build_object('unit', unit, 'ordinal', ordinal, 'mergeKey', merge_key, 'subject', subject,
            'rule', rule, 'body', body) order by ordinal), '[]')
          from bedplate.finding f where f.design = t.design and f.unit = 'item ' || t.kind || '/' || t.name) as findings
      from ${from}
      order by t.kind, t.name`,
  );
  return rows.map(({ kind, name, tree, inputs, ...rest }) => ({
    item: { kind, name, tree, inputs },
    ...rest,
  }));
}

function inLayerOrder(documents: readonly LayerDocument[]): readonly LayerDocument[] {
  return [...documents].sort((a, b) => (a.layer < b.layer ? -1 : 1));
}
