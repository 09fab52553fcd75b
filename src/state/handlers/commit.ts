import type { ServiceImpl } from "@connectrpc/connect";
import { CommitMode, type DesignStateService } from "../../../gen/bedplate/design/v1/design_state_service_pb.js";
import type { Db } from "../../db/database.ts";
import { diagnosticToMessage } from "../../design/to-message.ts";
import { callerOf } from "../../mesh/call.ts";
import { authorOf } from "../../mesh/caller.ts";
import { type CommitOutcome, commitStaged } from "../commit-staged.ts";
import type { StateDeps } from "../deps.ts";
import { inTransaction } from "../in-transaction.ts";
import { refuseOwnedLayers } from "../layer-owner.ts";
import { itemDeltaToMessage } from "../messages/item-delta.ts";
import { revisionToMessage } from "../messages/revision.ts";
import { cutPage, jsonSize } from "../page.ts";
import { type DesignRow, expectRevision, lockDesign, type RevisionRow, readRevision } from "../store/designs.ts";
import { readDiagnostics } from "../store/diagnostics.ts";
import { noDeltas, readDeltas } from "../store/read-deltas.ts";
import { closeChange, readStaged } from "../store/staged.ts";
import { type OutsideFindings, withValidators } from "../validators.ts";
import { holdChange } from "./changes.ts";

const MOST_DIAGNOSTICS = 1000;
const MOST_DELTAS = 1000;

/** The RPC that makes a change a revision. */
export function createCommitHandlers({
  database,
  validators = [],
}: StateDeps): Pick<ServiceImpl<typeof DesignStateService>, "commit"> {
  return {
    async commit(request, context) {
      const author = authorOf(callerOf(context.values));
      const mode = request.mode === CommitMode.REPLACE_LAYER ? "replace-layer" : "patch";
      const inOneTransaction = (outside: OutsideFindings) =>
        inTransaction(database.db, !request.validateOnly, async (tx) => {
          const opened = await holdChange(tx, request.changeId);
          const head = await lockDesign(tx, opened.design);
          if (opened.revision !== null) {
            return commitAnswer(tx, head, await readRevision(tx, head, opened.revision), opened.changed === true);
          }
          expectRevision(head, opened.baseRevision);
          const { layers, source, message, metadata } = opened;
          const made = await commitStaged(
            tx,
            head,
            {
              ...{ staged: await readStaged(tx, opened), layers, mode, source },
              allDiagnostics: request.allDiagnostics,
              checkLayers: (known) => refuseOwnedLayers(known, { layers, mode, source }),
              note: { author, message, metadata },
            },
            outside,
          );
          const row = made.row ?? (await readRevision(tx, head, 0n));
          const changed = made.row !== undefined;
          await closeChange(tx, opened.id, { revision: row.number, changed });
          database.noteWrites(row.counters.rowsWritten);
          return commitAnswer(tx, head, row, changed, made);
        });
      return withValidators(validators, inOneTransaction);
    },
  };
}

/** What a commit answers about a revision: the same whenever it is asked. */
export async function commitAnswer(
  tx: Db,
  head: Pick<DesignRow, "name">,
  row: RevisionRow,
  changed: boolean,
  made?: Pick<CommitOutcome, "rawChanges" | "effectiveChanges">,
) {
  const found = await readDiagnostics(tx, head.name, row.number, 0, MOST_DIAGNOSTICS);
  const all = { pageSize: MOST_DIAGNOSTICS, pageToken: "" };
  const { rows } = cutPage(found, all, [], row.number, () => [], jsonSize);
  const { raw, effective } =
    made === undefined
      ? changed
        ? await readDeltas(tx, head.name, row.number, MOST_DELTAS)
        : noDeltas
      : // Just made, it needn't be read again.
        { raw: made.rawChanges.slice(0, MOST_DELTAS), effective: made.effectiveChanges.slice(0, MOST_DELTAS) };
  return {
    revision: revisionToMessage(row),
    changed,
    diagnostics: rows.map(diagnosticToMessage),
    rawChanges: raw.map(itemDeltaToMessage),
    effectiveChanges: effective.map(itemDeltaToMessage),
  };
}
