import type { Db } from "../../db/database.ts";
import type { Diagnostic } from "../../design/diagnostic.ts";
import { itemUnit } from "../../design/single-finding.ts";
import { groupUnit } from "../../validate/check-group.ts";
import type { IdentifiedDiagnostic } from "../evaluate-content.ts";
import { identified } from "../evaluate-content.ts";
import type { EvaluatedChange } from "./evaluate-change.ts";
import { type FindingRow, findingRows, insertFindings, readFindings, replaceFindings, toldAs } from "./finding-rows.ts";
import { indexed } from "./indexed-text.ts";
import {
  deleteFacts,
  deleteGroupTraces,
  deleteItemTraces,
  groupRows,
  type ItemTraceRow,
  insertFacts,
  itemTraceRow,
  tracedGroups,
  writeGroupTraces,
  writeItemTraces,
} from "./trace-rows.ts";

/** What a change does to the diagnostics of a design, and the rows its traces took. */
export interface WrittenTraces {
  readonly closed: readonly IdentifiedDiagnostic[];
  readonly opened: readonly IdentifiedDiagnostic[];
  readonly rows: number;
}

/** Brings the traces of a design's head up to date with a change. Only what differs is written. */
export async function writeSliceTraces(tx: Db, design: string, evaluated: EvaluatedChange): Promise<WrittenTraces> {
  let rows = await writeItems(tx, design, evaluated);
  rows += evaluated.facts.removed.length + evaluated.facts.added.length;
  await deleteFacts(tx, design, evaluated.facts.removed);
  await insertFacts(tx, design, evaluated.facts.added);
  rows += await writeGroups(tx, design, evaluated);
  const found = await writeFindings(tx, design, evaluated);
  return { ...found, rows: rows + found.rows };
}

async function writeItems(tx: Db, design: string, { items, earlier, checked }: EvaluatedChange): Promise<number> {
  const changed: ItemTraceRow[] = [];
  const gone: string[] = [];
  for (const [key, { effective, ancestors, looks, whole }] of items) {
    if (effective === undefined) {
      if (earlier.get(key) !== undefined) gone.push(key);
      continue;
    }
    const all = looks.union(checked.looks.get(key) ?? new Set<string>());
    const row = itemTraceRow(effective, { ancestors, looks: all, whole });
    const known = earlier.get(key);
    const old = known && { ...row, ...known, inputs: known.item.inputs.map(indexed) };
    if (old === undefined || JSON.stringify(ordered(old)) !== JSON.stringify(ordered(row))) changed.push(row);
  }
  await deleteItemTraces(tx, design, gone);
  await writeItemTraces(tx, design, changed);
  return gone.length + changed.length;
}

function ordered({ kind, name, inputs, ancestors, looks, whole }: ItemTraceRow): readonly unknown[] {
  return [kind, name, inputs, ancestors, looks, whole];
}

async function writeGroups(tx: Db, design: string, { groupKeys, groups }: EvaluatedChange): Promise<number> {
  const textOf = ({ rule, keyId }: { rule: string; keyId: string }) => `${rule} ${keyId}`;
  const before = groupKeys.length === 0 ? [] : await tracedGroups(tx, design, groupKeys, []);
  const old = new Map(before.map((row) => [textOf(row), JSON.stringify(row.looks)]));
  const now = groupRows(groups.groups);
  const kept = new Set(now.map(textOf));
  const gone = before.filter((row) => !kept.has(textOf(row)));
  const changed = now.filter((row) => old.get(textOf(row)) !== JSON.stringify(row.looks));
  await deleteGroupTraces(tx, design, gone);
  await writeGroupTraces(tx, design, changed);
  return gone.length + changed.length;
}

async function writeFindings(tx: Db, design: string, { items, earlier, groupKeys, findings }: EvaluatedChange) {
  const groups = groupKeys.map(({ rule, keyId }) => groupUnit(rule, keyId));
  const units = [...[...items.keys()].map(itemUnit), ...groups];
  const known = [...earlier.values()].flatMap((each) => each?.findings ?? []);
  const before = Map.groupBy([...known, ...(await readFindings(tx, design, groups))], ({ unit }) => unit);
  const now = Map.groupBy(findingRows(findings), ({ unit }) => unit);
  const contentOf = (rows: readonly FindingRow[] | undefined) =>
    JSON.stringify(
      (rows ?? []).map(({ ordinal, mergeKey, subject, rule, body }) => [
        ordinal,
        mergeKey,
        subject,
        rule,
        textOf(body),
      ]),
    );
  const changed = units.filter((unit) => contentOf(before.get(unit)) !== contentOf(now.get(unit)));
  if (changed.length === 0) return { closed: [], opened: [], rows: 0 };
  const [old, fresh] = [
    changed.flatMap((unit) => before.get(unit) ?? []),
    changed.flatMap((unit) => now.get(unit) ?? []),
  ];
  const mergeKeys = [...new Set([...old, ...fresh].map(({ mergeKey }) => mergeKey))];
  const told = await toldAs(tx, design, mergeKeys);
  if (old.length > 0) await replaceFindings(tx, design, changed, fresh);
  else await insertFindings(tx, design, fresh);
  const telling = await toldAs(tx, design, mergeKeys);
  const closed: IdentifiedDiagnostic[] = [];
  const opened: IdentifiedDiagnostic[] = [];
  for (const key of mergeKeys) {
    const [one, other] = [told.get(key), telling.get(key)].map((each) => each && identified("design", "", each));
    if (one?.identity === other?.identity) continue;
    if (one !== undefined) closed.push(one);
    if (other !== undefined) opened.push(other);
  }
  return { closed, opened, rows: old.length + fresh.length };
}

/** A diagnostic as a text that doesn't depend on the order in which the database gives its members. */
function textOf(body: Diagnostic): string {
  const { rule, severity, message, hint, kind, name, field, location, related } = body;
  const place = location && [location.uri, location.line, location.column];
  const others = related.map((each) => [each.message, each.location.uri, each.location.line, each.location.column]);
  return JSON.stringify([rule, severity, message, hint, kind, name, field, place, others]);
}
