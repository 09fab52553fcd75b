import { sql } from "drizzle-orm";
import { type Db, execute } from "../../db/database.ts";
import type { EffectiveItem } from "../../design/effective-item.ts";
import { keyId } from "../../validate/check-group.ts";
import type { Fact } from "../../validate/rule.ts";
import type { GroupTrace, RuleFact } from "../../validate/validate-design.ts";
import { itemPairs } from "../store/items-named.ts";
import { jsonRows } from "../store/json-rows.ts";
import { textArray } from "../store/text-array.ts";
import type { GroupKey } from "./find-dependents.ts";
import { indexed } from "./indexed-text.ts";

/** What the evaluation of an item looked at, as it is stored. */
export interface ItemTraceRow {
  readonly kind: string;
  readonly name: string;
  readonly inputs: readonly string[];
  readonly ancestors: readonly string[];
  readonly looks: readonly string[];
  readonly whole: boolean;
}

/** Something an item says to a group rule, as it is stored. */
export interface FactRow {
  readonly rule: string;
  readonly keyId: string;
  readonly longKey: string | null;
  readonly kind: string;
  readonly name: string;
  readonly ordinal: number;
  readonly field: string;
  readonly role: string | null;
}

/** What the check of a key looked at, as it is stored. */
export interface GroupTraceRow extends GroupKey {
  readonly looks: readonly string[];
}

/** What the evaluation of an item looked at, as it is stored; the item's own key is no look. */
export function itemTraceRow(
  { kind, name, inputs }: EffectiveItem,
  { looks, ...rest }: Pick<ItemTraceRow, "ancestors" | "whole"> & { readonly looks: ReadonlySet<string> },
): ItemTraceRow {
  const others = [...looks].filter((look) => look !== `${kind}/${name}`);
  return { kind, name, inputs: inputs.map(indexed), looks: others.map(indexed).sort(), ...rest };
}

/** Facts as they are stored, those of each item numbered as they were said. */
export function factRows(facts: Iterable<RuleFact>): readonly FactRow[] {
  const ordinals = new Map<string, number>();
  const rows: FactRow[] = [];
  for (const { rule, fact } of facts) {
    const id = keyId(fact.key);
    const counted = `${rule} ${id} ${fact.kind}/${fact.name}`;
    const ordinal = ordinals.get(counted) ?? 0;
    ordinals.set(counted, ordinal + 1);
    rows.push({
      ...{ rule, keyId: id, longKey: id === fact.key ? null : fact.key },
      ...{ kind: fact.kind, name: fact.name, ordinal, field: fact.field, role: fact.role ?? null },
    });
  }
  return rows;
}

/** A stored fact as rules see it. */
export function factOf({ keyId: id, longKey, kind, name, field, role }: FactRow): Fact {
  return { key: longKey ?? id, kind, name, field, ...(role !== null && { role }) };
}

/** What was looked at by the check of each key, as it is stored. */
export function groupRows(groups: Iterable<GroupTrace>): readonly GroupTraceRow[] {
  return [...groups].map(({ rule, key, looks }) => ({
    rule,
    keyId: keyId(key),
    looks: [...looks].map(indexed).sort(),
  }));
}

/** Writes traces of items, each in place of what the item had. */
export async function writeItemTraces(tx: Db, design: string, rows: readonly ItemTraceRow[]): Promise<void> {
  for (const part of jsonRows(rows)) {
    await tx.execute(sql`
      insert into bedplate.item_trace (design, kind, name, inputs, ancestors, looks, whole)
      select ${design}, kind, name, inputs, ancestors, looks, whole
      from jsonb_to_recordset(${part}::text::jsonb)
        as r(kind text, name text, inputs text[], ancestors text[], looks text[], whole boolean)
      on conflict (design, kind, name) do update set
        inputs = excluded.inputs, ancestors = excluded.ancestors, looks = excluded.looks, whole = excluded.whole`);
  }
}

/** Deletes the traces of items ("Kind/name"). */
export async function deleteItemTraces(tx: Db, design: string, keys: readonly string[]): Promise<void> {
  if (keys.length === 0) return;
  await tx.execute(sql`
    delete from bedplate.item_trace where ctid = any(array(
      select t.place from (${itemPairs(keys)}) k cross join lateral (
        select ctid as place from bedplate.item_trace
        where design = ${design} and kind = k.kind and name = k.name limit 1) t))`);
}

const factColumns = sql`
  t.rule, t.key_id as "keyId", t.long_key as "longKey", t.kind, t.name, t.ordinal, t.field, t.role`;

/** Everything items ("Kind/name") say. */
export function readFactsOfItems(tx: Db, design: string, keys: readonly string[]): Promise<readonly FactRow[]> {
  return execute<FactRow & Record<string, unknown>>(
    tx,
    sql`
      select ${factColumns} from (${itemPairs(keys)}) k
      cross join lateral (
        select * from bedplate.fact where design = ${design} and kind = k.kind and name = k.name offset 0) t`,
  );
}

/** Everything that is said of keys of rules. */
export async function readFactsOfGroups(
  tx: Db,
  design: string,
  groups: readonly GroupKey[],
): Promise<readonly FactRow[]> {
  const rows: FactRow[] = [];
  for (const part of jsonRows(groups)) {
    const found = await execute<FactRow & Record<string, unknown>>(
      tx,
      sql`
        select ${factColumns} from jsonb_to_recordset(${part}::text::jsonb) as r(rule text, "keyId" text)
        cross join lateral (
          select * from bedplate.fact where design = ${design} and rule = r.rule and key_id = r."keyId" offset 0) t`,
    );
    rows.push(...found);
  }
  return rows;
}

/** The first fact that items of a kind say of a key, and how many they say. */
export interface CountedFact {
  readonly row: FactRow;
  readonly count: number;
}

/** Counts what is said of keys of rules by each kind of items, some items ("Kind/name") left out. */
export async function countFacts(
  tx: Db,
  design: string,
  groups: readonly GroupKey[],
  without: readonly string[],
): Promise<readonly CountedFact[]> {
  const keys = JSON.stringify(groups.map(({ rule, keyId: id }) => ({ rule, keyId: id })));
  const rows = await execute<FactRow & { count: number } & Record<string, unknown>>(
    tx,
    sql`
      with said as (
        select ${factColumns}, count(*) over of_kind as count, row_number() over (of_kind order by t.name, t.ordinal) as place
        from jsonb_to_recordset(${keys}::text::jsonb) as r(rule text, "keyId" text)
        cross join lateral (
          select * from bedplate.fact where design = ${design} and rule = r.rule and key_id = r."keyId" offset 0) t
        where not exists (select 1 from (${itemPairs(without)}) w where w.kind = t.kind and w.name = t.name)
        window of_kind as (partition by t.rule, t.key_id, t.kind)
      )
      select rule, "keyId", "longKey", kind, name, ordinal, field, role, count::integer as count from said where place = 1`,
  );
  return rows.map(({ count, ...row }) => ({ row, count }));
}

/** Adds facts. */
export async function insertFacts(tx: Db, design: string, rows: readonly FactRow[]): Promise<void> {
  for (const part of jsonRows(rows)) {
    await tx.execute(sql`
      insert into bedplate.fact (design, rule, key_id, long_key, kind, name, ordinal, field, role)
      select ${design}, rule, "keyId", "longKey", kind, name, ordinal, field, role
      from jsonb_to_recordset(${part}::text::jsonb) as r(rule text, "keyId" text, "longKey" text, kind text,
        name text, ordinal integer, field text, role text)`);
  }
}

/** Deletes facts. */
export async function deleteFacts(tx: Db, design: string, rows: readonly FactRow[]): Promise<void> {
  for (const part of jsonRows(
    rows.map(({ rule, keyId: id, kind, name, ordinal }) => ({ rule, keyId: id, kind, name, ordinal })),
  )) {
    await tx.execute(sql`
      delete from bedplate.fact where ctid = any(array(
        select t.place from jsonb_to_recordset(${part}::text::jsonb)
          as r(rule text, "keyId" text, kind text, name text, ordinal integer)
        cross join lateral (
          select ctid as place from bedplate.fact where design = ${design} and rule = r.rule and key_id = r."keyId"
            and kind = r.kind and name = r.name and ordinal = r.ordinal limit 1) t))`);
  }
}

/**
 * Keys at whose check something was found or looked at: those of `groups` that have traces, and all at which one of some things was looked at. `isLook` tells
 * the latter.
 */
export async function tracedGroups(
  tx: Db,
  design: string,
  groups: readonly GroupKey[],
  looks: readonly string[],
): Promise<readonly (GroupTraceRow & { readonly isLook: boolean })[]> {
  const keys = JSON.stringify(groups.map(({ rule, keyId: id }) => ({ rule, keyId: id })));
  return execute<GroupTraceRow & { isLook: boolean } & Record<string, unknown>>(
    tx,
    sql`
      with asked as materialized (select ${textArray(looks.map(indexed))} as looks)
      select rule, key_id as "keyId", to_jsonb(looks) as looks, looks && (select looks from asked) as "isLook"
      from bedplate.group_trace
      where design = ${design} and (looks && (select looks from asked) or (rule, key_id) in
        (select rule, "keyId" from jsonb_to_recordset(${keys}::text::jsonb) as r(rule text, "keyId" text)))`,
  );
}

/** Writes traces of keys, each in place of what the key had. */
export async function writeGroupTraces(tx: Db, design: string, rows: readonly GroupTraceRow[]): Promise<void> {
  for (const part of jsonRows(rows)) {
    await tx.execute(sql`
      insert into bedplate.group_trace (design, rule, key_id, looks)
      select ${design}, rule, "keyId", looks
      from jsonb_to_recordset(${part}::text::jsonb) as r(rule text, "keyId" text, looks text[])
      on conflict (design, rule, key_id) do update set looks = excluded.looks`);
  }
}

/** Deletes the traces of keys. */
export async function deleteGroupTraces(tx: Db, design: string, groups: readonly GroupKey[]): Promise<void> {
  for (const part of jsonRows(groups.map(({ rule, keyId: id }) => ({ rule, keyId: id })))) {
    await tx.execute(sql`
      delete from bedplate.group_trace where ctid = any(array(
        select t.place from jsonb_to_recordset(${part}::text::jsonb) as r(rule text, "keyId" text)
        cross join lateral (
          select ctid as place from bedplate.group_trace
          where design = ${design} and rule = r.rule and key_id = r."keyId" limit 1) t))`);
  }
}
