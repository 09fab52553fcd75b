import { eq } from "drizzle-orm";
import type { Db } from "../../db/database.ts";
import { fact, finding, groupTrace, itemTrace } from "../../db/schema.ts";
import type { Evaluation } from "../../design/evaluate-design.ts";
import type { Validation } from "../../validate/validate-design.ts";
import { type Difference, difference } from "../difference.ts";
import { digestOf } from "../digest.ts";
import { type FindingRow, findingRows, insertFindings, replaceFindings } from "./finding-rows.ts";
import {
  deleteFacts,
  deleteGroupTraces,
  deleteItemTraces,
  type FactRow,
  factRows,
  type GroupTraceRow,
  groupRows,
  type ItemTraceRow,
  insertFacts,
  itemTraceRow,
  writeGroupTraces,
  writeItemTraces,
} from "./trace-rows.ts";

/** The traces of an evaluation of a whole design, as they are stored. */
export interface WholeTraces {
  readonly items: readonly ItemTraceRow[];
  readonly facts: readonly FactRow[];
  readonly groups: readonly GroupTraceRow[];
  readonly findings: readonly FindingRow[];
  readonly ruleSteps: bigint;
}

/** The traces that an evaluation and a validation kept; both were asked for them. */
export function tracesOf(evaluation: Evaluation, validation: Validation): WholeTraces {
  const [engine, rules] = [evaluation.trace, validation.trace];
  if (engine === undefined || rules === undefined) throw new Error("no traces were asked for");
  const items = [...evaluation.items].map(([key, item]) => {
    const looks = new Set([...(engine.looks.get(key) ?? []), ...(rules.looks.get(key) ?? [])]);
    const ancestors = evaluation.ancestors(item.kind, item.name);
    return itemTraceRow(item, { ancestors, looks, whole: evaluation.isWhole(item.kind, item.name) });
  });
  return {
    items,
    facts: factRows(rules.facts),
    groups: groupRows(rules.groups),
    findings: findingRows([...engine.findings, ...rules.findings]),
    ruleSteps: BigInt(rules.ruleSteps),
  };
}

/** Makes the traces of a design's head those of an evaluation of the whole; what stays the same is not written. Gives the rows it took. */
export async function writeWholeTraces(tx: Db, design: string, traces: WholeTraces): Promise<number> {
  const items = compare(
    await tx.select().from(itemTrace).where(eq(itemTrace.design, design)),
    traces.items,
    ({ kind, name }) => `${kind}/${name}`,
    ({ inputs, ancestors, looks, whole }) => [inputs, ancestors, looks, whole],
  );
  const keyOf = ({ kind, name }: { kind: string; name: string }) => `${kind}/${name}`;
  const came = new Set(items.opened.map(keyOf));
  await deleteItemTraces(
    tx,
    design,
    items.closed.map(keyOf).filter((key) => !came.has(key)),
  );
  await writeItemTraces(tx, design, items.opened);

  const facts = compare(
    await tx.select().from(fact).where(eq(fact.design, design)),
    traces.facts,
    ({ rule, keyId, kind, name, ordinal }) => JSON.stringify([rule, keyId, kind, name, ordinal]),
    ({ field, role }) => [field, role],
  );
  await deleteFacts(tx, design, facts.closed);
  await insertFacts(tx, design, facts.opened);

  const groups = compare(
    await tx.select().from(groupTrace).where(eq(groupTrace.design, design)),
    traces.groups,
    ({ rule, keyId }) => `${rule} ${keyId}`,
    ({ looks }) => looks,
  );
  await deleteGroupTraces(tx, design, groups.closed);
  await writeGroupTraces(tx, design, groups.opened);

  const findings = compare(
    await tx.select().from(finding).where(eq(finding.design, design)),
    traces.findings,
    ({ unit, ordinal }) => `${ordinal} ${unit}`,
    ({ mergeKey, subject, body }) => [mergeKey, subject, digestOf(body)],
  );
  const units = [...new Set([...findings.closed, ...findings.opened].map(({ unit }) => unit))];
  if (units.length > 0) {
    const touched = new Set(units);
    const isNew = findings.closed.length === 0 && traces.findings.length === findings.opened.length;
    const rows = traces.findings.filter(({ unit }) => touched.has(unit));
    if (isNew) await insertFindings(tx, design, rows);
    else await replaceFindings(tx, design, units, rows);
  }
  return items.rows + facts.rows + groups.rows + findings.rows;
}

function compare<Row>(
  before: readonly Row[],
  now: readonly Row[],
  keyOf: (row: Row) => string,
  contentOf: (row: Row) => unknown,
): Difference<Row, Row> {
  return difference(before, now, keyOf, (row) => JSON.stringify(contentOf(row)));
}
