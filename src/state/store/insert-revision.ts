import type { Db } from "../../db/database.ts";
import { revision } from "../../db/schema.ts";
import { moveHead, type TracesMade } from "../incremental/evaluation-state.ts";
import { RESOLVER_VERSION } from "../resolver-version.ts";
import type { DesignRow, RevisionRow } from "./designs.ts";
import { EVENT_ROWS, recordRevisionEvent } from "./record-events.ts";
import type { RevisionNote } from "./write-revision.ts";

/** What a revision's row says beside its number. `counters.rowsWritten` counts what was written for the revision before this row. */
export interface RevisionFacts {
  readonly note: RevisionNote;
  readonly layers: readonly string[];
  readonly errorCount: number;
  readonly warningCount: number;
  readonly counters: RevisionRow["counters"];
  /** What the traces of the evaluation are good for. */
  readonly traces: TracesMade;
}

/** Writes the row of a design's next revision, makes it the head and tells those who watch. The transaction holds the design. */
export async function insertRevision(
  tx: Db,
  head: DesignRow,
  { note, layers, errorCount, warningCount, counters, traces }: RevisionFacts,
): Promise<RevisionRow> {
  const number = head.revision + 1n;
  const valid = errorCount === 0;
  const [row] = await tx
    .insert(revision)
    .values({
      ...{ design: head.name, number, valid, layers, errorCount, warningCount },
      ...note,
      resolverVersion: RESOLVER_VERSION,
      counters: { ...counters, rowsWritten: counters.rowsWritten + 1 + EVENT_ROWS },
    })
    .returning();
  await moveHead(tx, head.name, { number, valid }, traces);
  if (row === undefined) throw new Error("a revision that was not written");
  await recordRevisionEvent(tx, head.name, number, counters.itemsChanged);
  return row;
}
