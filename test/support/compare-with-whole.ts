import { and, eq, isNull } from "drizzle-orm";
import { expect } from "vitest";
import type { Database } from "../../src/db/database.ts";
import {
  diagnostic,
  effectiveItem,
  evaluationState,
  fact,
  finding,
  groupTrace,
  itemTrace,
  revision,
} from "../../src/db/schema.ts";
import { evaluateContent } from "../../src/state/evaluate-content.ts";
import { readHead } from "../../src/state/store/content.ts";

/** Expects that what is stored of a design's head, traces among it, is what evaluating the whole of its documents gives. */
export async function compareWithWhole({ db }: Database, design: string) {
  const whole = evaluateContent(await readHead(db, design));
  const items = await db
    .select({
      kind: effectiveItem.kind,
      name: effectiveItem.name,
      digest: effectiveItem.digest,
      inputs: effectiveItem.inputs,
    })
    .from(effectiveItem)
    .where(and(eq(effectiveItem.design, design), isNull(effectiveItem.toRevision)));
  const found = await db
    .select({ origin: diagnostic.origin, body: diagnostic.body })
    .from(diagnostic)
    .where(and(eq(diagnostic.design, design), isNull(diagnostic.toRevision)));
  const [head] = (await db.select().from(revision).where(eq(revision.design, design))).sort((a, b) =>
    Number(b.number - a.number),
  );
  const stored = {
    items: items.map(({ kind, name, digest, inputs }) => text([kind, name, digest, inputs])).sort(),
    diagnostics: found.map(({ origin, body }) => text([origin, ordered(body)])).sort(),
    errors: head?.errorCount,
    warnings: head?.warningCount,
  };
  const expected = {
    items: whole.items.map(({ item, digest }) => text([item.kind, item.name, digest, item.inputs])).sort(),
    diagnostics: whole.diagnostics.map((each) => text([each.origin, ordered(each.diagnostic)])).sort(),
    errors: whole.errorCount,
    warnings: whole.warningCount,
  };
  expect(stored).toEqual(expected);
  const [state] = await db.select().from(evaluationState).where(eq(evaluationState.design, design));
  if (state?.plain === true) {
    if (typeof whole.traces === "string") throw new Error(`the head isn't plain: ${whole.traces}`);
    const { traces } = whole;
    const [itemRows, factRows, groups, findings] = [
      await db.select().from(itemTrace).where(eq(itemTrace.design, design)),
      await db.select().from(fact).where(eq(fact.design, design)),
      await db.select().from(groupTrace).where(eq(groupTrace.design, design)),
      await db.select().from(finding).where(eq(finding.design, design)),
    ];
    const lists = (of: { items: object[]; facts: object[]; groups: object[]; findings: object[] }) => ({
      items: of.items.map(ordered).map(text).sort(),
      facts: of.facts.map(ordered).map(text).sort(),
      groups: of.groups.map(ordered).map(text).sort(),
      findings: of.findings.map(ordered).map(text).sort(),
    });
    expect(lists({ items: itemRows, facts: factRows, groups, findings })).toEqual(
      lists({
        items: [...traces.items],
        facts: [...traces.facts],
        groups: [...traces.groups],
        findings: [...traces.findings],
      }),
    );
  }
  return { state, head, count: whole.items.length };
}

const text = (value: unknown) => JSON.stringify(value);

/** The same record whatever the order its members were given in; which design a row is of is left out. */
function ordered(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(ordered);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).filter(([key, each]) => key !== "design" && each !== undefined);
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, each]) => [key, ordered(each)]));
}
