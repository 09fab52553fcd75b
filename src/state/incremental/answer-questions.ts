import { type SQL, sql } from "drizzle-orm";
import { type Db, execute } from "../../db/database.ts";
import type { Answers, KnownItem, Questions, QuestionType } from "../../design/surroundings.ts";
import type { TreeMap } from "../../design/tree.ts";
import type { LayerDocument } from "../store/content.ts";
import { selectDocuments } from "../store/content.ts";
import { type ChangeOfDocuments, keyOf, textOf } from "./change-of-documents.ts";
import { textArray } from "./json-list.ts";

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
  const touchedKinds = new Set([...touchedItems].map((key) => split(key).kind));

  const find: { readonly [Type in QuestionType]: (about: readonly string[], answers: Answers) => Promise<void> } = {
    async documents(keys, answers) {
      const found = await selectDocuments(
        tx,
        sql`
        design = ${design} and to_revision is null and (kind, name) in (${pairs(keys)})`,
      );
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
          select distinct kind || '/' || name as key from bedplate.document
          where design = ${design} and to_revision is null and (kind, name) in (${pairs(others)})`,
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
    async items(keys, answers) {
      for (const key of keys) answers.items.set(key, undefined);
      const found = await selectItems(tx, design, sql`(t.kind, t.name) in (${pairs(keys)})`);
      for (const each of found) answers.items.set(`${each.item.kind}/${each.item.name}`, each);
    },
    async members(kinds, answers) {
      for (const kind of kinds) answers.members.set(kind, await selectItems(tx, design, sql`t.kind = ${kind}`));
    },
    async children(keys, answers) {
      for (const key of keys) {
        const rows = await execute<{ key: string }>(
          tx,
          sql`
            select kind || '/' || name as key from bedplate.item_trace
            where design = ${design} and inputs @> ${textArray([key])} and ancestors @> ${textArray([key])} limit ${MOST_CHILDREN}`,
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
            where f.design = ${design} and f.rule = 'route-domain' and f.key_id = ${`route-domain/${domain}`} and f.role = 'member'
              and jsonb_typeof(t.tree -> 'cidr') = 'string'
            order by t.name`,
        );
        answers.domains.set(domain, rows);
      }
    },
  };

  return {
    async answer(questions, answers) {
      for (const [type, about] of questions) await find[type]([...about], answers);
    },
    documentsRead: () => documentsRead,
  };
}

/** An item of a design's head, and what was looked at beside its inputs when it was evaluated. */
export interface StoredItem extends KnownItem {
  readonly looks: readonly string[];
}

/** The effective items of a design's head that a condition on them chooses, by key, in the order of kind and name. */
export async function selectItems(tx: Db, design: string, condition: SQL): Promise<readonly StoredItem[]> {
  const rows = await execute<{
    kind: string;
    name: string;
    tree: TreeMap;
    inputs: readonly string[];
    ancestors: readonly string[];
    looks: readonly string[];
    whole: boolean;
  }>(
    tx,
    sql`
      select t.kind, t.name, t.tree, t.inputs, to_jsonb(r.ancestors) as ancestors, to_jsonb(r.looks) as looks, r.whole
      from bedplate.effective_item t
      join bedplate.item_trace r on r.design = t.design and r.kind = t.kind and r.name = t.name
      where t.design = ${design} and t.to_revision is null and ${condition}
      order by t.kind, t.name`,
  );
  return rows.map(({ kind, name, tree, inputs, ancestors, looks, whole }) => ({
    item: { kind, name, tree, inputs },
    ...{ ancestors, looks, whole },
  }));
}

/** Rows of kind and name, for keys ("Kind/name"). */
export function pairs(keys: readonly string[]): SQL {
  return sql`
    select kind, name from jsonb_to_recordset(${JSON.stringify(keys.map(split))}::text::jsonb) as r(kind text, name text)`;
}

function split(key: string): { readonly kind: string; readonly name: string } {
  const slash = key.indexOf("/");
  return { kind: key.slice(0, slash), name: key.slice(slash + 1) };
}

function inLayerOrder(documents: readonly LayerDocument[]): readonly LayerDocument[] {
  return [...documents].sort((a, b) => (a.layer < b.layer ? -1 : 1));
}
