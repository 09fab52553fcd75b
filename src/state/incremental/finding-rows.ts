import { sql } from "drizzle-orm";
import { type Db, execute } from "../../db/database.ts";
import type { Diagnostic } from "../../design/diagnostic.ts";
import { legible } from "../../design/legible.ts";
import { mergedDiagnostic, type SingleFinding } from "../../design/single-finding.ts";
import { digestOf } from "../digest.ts";
import { jsonRows } from "../store/json-rows.ts";
import { textArray } from "../store/text-array.ts";

/** A single finding as it is stored. */
export interface FindingRow {
  readonly unit: string;
  readonly ordinal: number;
  readonly mergeKey: string;
  readonly subject: string;
  readonly rule: string;
  readonly body: Diagnostic;
}

/** Findings as they are stored: those of each unit numbered as they were made, one that repeats another left out. */
export function findingRows(findings: Iterable<SingleFinding>): readonly FindingRow[] {
  const rows: FindingRow[] = [];
  const ordinals = new Map<string, number>();
  const seen = new Set<string>();
  for (const { unit, subject, mergeKey, diagnostic } of findings) {
    const key = digestOf(mergeKey ?? diagnostic);
    if (mergeKey === undefined && seen.size !== seen.add(`${unit} ${key}`).size - 1) continue;
    const ordinal = ordinals.get(unit) ?? 0;
    ordinals.set(unit, ordinal + 1);
    rows.push({ unit, ordinal, mergeKey: key, subject, rule: diagnostic.rule, body: diagnostic });
  }
  return rows;
}

/** The findings of some units of a design's head. */
export async function readFindings(tx: Db, design: string, units: readonly string[]): Promise<readonly FindingRow[]> {
  if (units.length === 0) return [];
  return execute<FindingRow & Record<string, unknown>>(
    tx,
    sql`
      select unit, ordinal, merge_key as "mergeKey", subject, rule, body from bedplate.finding
      where design = ${design} and unit = any(${textArray(units)}) order by unit, ordinal`,
  );
}

/** Puts findings in the place of all that some units of a design's head had. */
export async function replaceFindings(
  tx: Db,
  design: string,
  units: readonly string[],
  rows: readonly FindingRow[],
): Promise<void> {
  if (units.length > 0) {
    await tx.execute(sql`delete from bedplate.finding where design = ${design} and unit = any(${textArray(units)})`);
  }
  await insertFindings(tx, design, rows);
}

/** Adds findings to a design's head. */
export async function insertFindings(tx: Db, design: string, rows: readonly FindingRow[]): Promise<void> {
  for (const part of jsonRows(rows)) {
    await tx.execute(sql`
      insert into bedplate.finding (design, unit, ordinal, merge_key, subject, rule, body)
      select ${design}, unit, ordinal, "mergeKey", subject, rule, body
      from jsonb_to_recordset(${part}::text::jsonb)
        as r(unit text, ordinal integer, "mergeKey" text, subject text, rule text, body jsonb)`);
  }
}

/** What the findings of some merge keys are told as, by merge key. */
export async function toldAs(
  tx: Db,
  design: string,
  mergeKeys: readonly string[],
): Promise<ReadonlyMap<string, Diagnostic>> {
  if (mergeKeys.length === 0) return new Map();
  const rows = await execute<{ mergeKey: string; subjects: number; first: Diagnostic }>(
    tx,
    sql`
      select merge_key as "mergeKey", count(distinct subject)::integer as subjects,
        (array_agg(body order by subject, unit, ordinal))[1] as first
      from bedplate.finding
      where design = ${design} and merge_key = any(${textArray(mergeKeys)})
      group by merge_key`,
  );
  return new Map(
    rows.map(({ mergeKey, subjects, first }) => [mergeKey, legible(mergedDiagnostic(first, subjects - 1))]),
  );
}
