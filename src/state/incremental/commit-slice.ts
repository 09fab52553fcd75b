import type { Db } from "../../db/database.ts";
import type { CommitOutcome, StagedChange } from "../commit-staged.ts";
import { nothingChanged } from "../commit-staged.ts";
import { deltas } from "../difference.ts";
import { type DigestedItem, type IdentifiedDiagnostic, identified } from "../evaluate-content.ts";
import { RESOLVER_VERSION } from "../resolver-version.ts";
import type { DesignRow } from "../store/designs.ts";
import { insertRevision } from "../store/insert-revision.ts";
import { type RangedRows, rangedRows } from "../store/ranged-rows.ts";
import type { ItemDelta } from "../store/write-revision.ts";
import type { OutsideFindings } from "../validators.ts";
import { type ChangeOfDocuments, changeOfDocuments, keyOf } from "./change-of-documents.ts";
import { type EvaluatedChange, evaluateChange } from "./evaluate-change.ts";
import { takesManySteps, traceState } from "./evaluation-state.ts";
import { readHeadFacts } from "./head-facts.ts";
import { writeSliceTraces } from "./write-slice-traces.ts";

/** Declarations of a change with which it is better evaluated over the whole design. */
const MANY_DOCUMENTS = 4_000;

/**
 * Makes the next revision of a design by what a change touches and what depends on that. Undefined, with nothing written, when the whole design has to be
 * evaluated: there are no traces to go by, or the change or what it finds is of a kind that only the whole can tell.
 */
export async function commitSlice(
  tx: Db,
  head: DesignRow,
  staged: StagedChange,
  outside?: OutsideFindings,
): Promise<CommitOutcome | undefined> {
  if (outside?.areNone === false || head.revision === 0n) return undefined;
  const facts = await readHeadFacts(tx, head, staged);
  staged.checkLayers?.(facts.layers);
  const state = traceState(head, facts.state);
  if (!state.usable || state.reason !== undefined) return undefined;
  const change = await changeOfDocuments(tx, head, staged, facts);
  if (change.layers === undefined || change.size > MANY_DOCUMENTS) return undefined;
  if (change.size + change.consumers.size === 0) return nothingChanged;
  const evaluated = await evaluateChange(tx, head, facts, change);
  if (typeof evaluated === "string") return undefined;
  const ruleSteps = state.ruleSteps + BigInt(evaluated.checked.ruleSteps);
  if (takesManySteps(ruleSteps)) return undefined;
  const number = head.revision + 1n;
  const rows = rangedRows(tx, head.name, number);
  const items = itemsToWrite(evaluated);
  await writeRows(rows, change, items);
  const traces = await writeSliceTraces(tx, head.name, evaluated);
  const consumers = {
    closed: change.consumers.closed.map(({ layer, diagnostic }) => identified("consumer", layer, diagnostic)),
    opened: change.consumers.opened.map(({ layer, diagnostic }) => identified("consumer", layer, diagnostic)),
  };
  const closed = [...consumers.closed, ...traces.closed];
  const opened = [...consumers.opened, ...traces.opened];
  await rows.closeDiagnostics(closed.map(({ identity }) => identity));
  await rows.openDiagnostics(opened);
  const row = await insertRevision(tx, head, {
    note: staged.note,
    traces: { reason: undefined, ruleSteps },
    layers: layersOf(change),
    errorCount: facts.errorCount + countOf(opened, "error") - countOf(closed, "error"),
    warningCount: facts.warningCount + countOf(opened, "warning") - countOf(closed, "warning"),
    counters: {
      documentsRead: evaluated.documentsRead,
      itemsResolved: [...evaluated.items.values()].filter(({ effective }) => effective !== undefined).length,
      ruleRuns: evaluated.checked.ruleRuns + evaluated.groups.ruleRuns,
      rowsWritten:
        change.closed.length + change.opened.length + items.rows + closed.length + opened.length + traces.rows,
      documentsChanged: change.size,
      itemsChanged: items.deltas.length,
    },
  });
  return {
    row,
    rawChanges: deltas({ closed: change.closed, opened: change.opened.map(keyOf) }, (key) => key),
    effectiveChanges: items.deltas,
    newErrors: opened.map(({ diagnostic }) => diagnostic).filter(({ severity }) => severity === "error"),
  };
}

/** Few rows go by one statement, many in parts. */
const FEW_ROWS = 200;

async function writeRows(rows: RangedRows, { closed, opened }: ChangeOfDocuments, items: ItemsToWrite): Promise<void> {
  if (closed.length + opened.length + items.rows <= FEW_ROWS) {
    await rows.replaceFew({
      ...{ closedDocuments: closed, openedDocuments: opened },
      ...{ closedItems: items.closed, openedItems: items.opened, resolverVersion: RESOLVER_VERSION },
    });
    return;
  }
  await rows.closeDocuments(closed);
  await rows.openDocuments(opened);
  await rows.closeItems(items.closed);
  await rows.openItems(items.opened, RESOLVER_VERSION);
}

interface ItemsToWrite {
  readonly closed: ReadonlyArray<{ readonly kind: string; readonly name: string }>;
  readonly opened: readonly DigestedItem[];
  readonly deltas: readonly ItemDelta[];
  readonly rows: number;
}

function itemsToWrite({ items, earlier, digests }: EvaluatedChange): ItemsToWrite {
  const closed: { kind: string; name: string }[] = [];
  const opened: DigestedItem[] = [];
  for (const [key, { effective }] of items) {
    const known = earlier.get(key);
    const before = known?.item;
    const digest = digests.get(key);
    const isSame =
      before !== undefined &&
      effective !== undefined &&
      known?.digest === digest &&
      JSON.stringify(before.inputs) === JSON.stringify(effective.inputs);
    if (isSame || (before === undefined && effective === undefined)) continue;
    if (before !== undefined) closed.push({ kind: before.kind, name: before.name });
    if (effective !== undefined && digest !== undefined) opened.push({ item: effective, digest });
  }
  const came = opened.map(({ item: { kind, name } }) => ({ kind, name }));
  return {
    ...{ closed, opened, rows: closed.length + opened.length },
    deltas: deltas({ closed, opened: came }, (key) => key),
  };
}

function layersOf({ closed, opened, consumers }: ChangeOfDocuments): readonly string[] {
  const all = [...closed, ...opened, ...consumers.closed, ...consumers.opened];
  return [...new Set(all.map(({ layer }) => layer))].sort();
}

function countOf(diagnostics: readonly IdentifiedDiagnostic[], severity: string): number {
  return diagnostics.filter(({ diagnostic }) => diagnostic.severity === severity).length;
}
