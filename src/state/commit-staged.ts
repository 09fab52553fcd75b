import type { Db } from "../db/database.ts";
import type { Diagnostic } from "../design/diagnostic.ts";
import type { Layer } from "../design/layer.ts";
import { applyChange, type ChangeMode } from "./apply-change.ts";
import { commitSlice } from "./incremental/commit-slice.ts";
import { type Content, readHead } from "./store/content.ts";
import type { DesignRow, RevisionRow } from "./store/designs.ts";
import type { Staged } from "./store/staged.ts";
import { type ItemDelta, type RevisionNote, writeRevision } from "./store/write-revision.ts";
import type { OutsideFindings } from "./validators.ts";

/** What a change is to do to a design. */
export interface StagedChange {
  readonly staged: Staged;
  /** Layers it writes. */
  readonly layers: readonly string[];
  readonly mode: ChangeMode;
  /** Whether the staged diagnostics are all there are of those layers. */
  readonly allDiagnostics?: boolean;
  /** Who writes layers the change makes: "api", or a configured source; empty or absent for anybody. */
  readonly source?: string;
  /** Layers the change makes stand above all others, in place of where their names suggest. */
  readonly aboveOthers?: boolean;
  /** Looks at the layers of the head before anything is done, and throws when the change may not be. */
  readonly checkLayers?: (known: readonly Layer[]) => void;
  readonly note: RevisionNote;
}

/** What became of a change. */
export interface CommitOutcome {
  /** The new revision's row; undefined when the change changes nothing. */
  readonly row: RevisionRow | undefined;
  /** Declarations that were changed, by layer, kind and name. */
  readonly rawChanges: readonly ItemDelta[];
  /** Effective items that were changed, by kind and name. */
  readonly effectiveChanges: readonly ItemDelta[];
  /** Errors the head did not have. */
  readonly newErrors: readonly Diagnostic[];
}

/** What becomes of a change that changes nothing. */
export const nothingChanged: CommitOutcome = { row: undefined, rawChanges: [], effectiveChanges: [], newErrors: [] };

/**
 * Makes the next revision of a design, whose row the transaction holds, of what a change says: by what it touches where that is enough, else by the whole
 * design. The result is the same.
 */
export async function commitStaged(
  tx: Db,
  head: DesignRow,
  change: StagedChange,
  outside?: OutsideFindings,
): Promise<CommitOutcome> {
  const { staged, layers, mode, allDiagnostics = false, note } = change;
  const fast = await commitSlice(tx, head, change, outside);
  if (fast !== undefined) return fast;
  const before = await readHead(tx, head.name);
  change.checkLayers?.(before.layers);
  const after = applyChange(before, staged, layers, { mode, allDiagnostics });
  const made = await writeRevision(tx, head, before, withNewLayers(before, after, change), note, outside);
  return made ?? nothingChanged;
}

const HIGHEST_RANK = 10_000;
const BETWEEN_RANKS = 100;

/** Layers that a change makes are its source's, and stand where it wants them. */
function withNewLayers(before: Content, after: Content, { source = "", aboveOthers = false }: StagedChange): Content {
  if (source === "" && !aboveOthers) return after;
  const known = new Set(before.layers.map(({ name }) => name));
  const above = Math.min(HIGHEST_RANK, BETWEEN_RANKS + Math.max(0, ...before.layers.map(({ rank }) => rank)));
  const layers = after.layers.map((layer) => {
    if (known.has(layer.name)) return layer;
    const rank = aboveOthers ? Math.max(layer.rank, above) : layer.rank;
    return { ...layer, rank, ...(source !== "" && { source }) };
  });
  return { ...after, layers: layers.sort((a, b) => a.rank - b.rank || (a.name < b.name ? -1 : 1)) };
}
