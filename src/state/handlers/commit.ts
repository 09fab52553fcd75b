import type { ServiceImpl } from "@connectrpc/connect";
import { eq, sql } from "drizzle-orm";
import { CommitMode, type DesignStateService } from "../../../gen/bedplate/design/v1/design_state_service_pb.js";
import type { Db } from "../../db/database.ts";
import { change } from "../../db/schema.ts";
import { withTransaction } from "../../db/with-transaction.ts";
import { diagnosticToMessage } from "../../design/to-message.ts";
import { callerOf } from "../../mesh/call.ts";
import { authorOf } from "../../mesh/caller.ts";
import { applyChange } from "../apply-change.ts";
import type { StateDeps } from "../deps.ts";
import { revisionToMessage } from "../messages/revision.ts";
import { cutPage, jsonSize } from "../page.ts";
import { readHead } from "../store/content.ts";
import { type DesignRow, expectRevision, lockDesign, type RevisionRow, readRevision } from "../store/designs.ts";
import { readDiagnostics } from "../store/diagnostics.ts";
import { clearStaged, readStaged } from "../store/staged.ts";
import { writeRevision } from "../store/write-revision.ts";
import { type OutsideFindings, withValidators } from "../validators.ts";
import { holdChange } from "./changes.ts";

const MOST_DIAGNOSTICS = 1000;

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
        withTransaction(database.db, async (tx) => {
          const staged = await holdChange(tx, request.changeId);
          const head = await lockDesign(tx, staged.design);
          if (staged.revision !== null) {
            return answer(tx, head, await readRevision(tx, head, staged.revision), staged.changed === true);
          }
          expectRevision(head, staged.baseRevision);
          const before = await readHead(tx, head.name);
          const after = applyChange(before, await readStaged(tx, staged.id), staged.layers, mode);
          const made = await writeRevision(
            tx,
            head,
            before,
            after,
            { author, message: staged.message, metadata: staged.metadata },
            outside,
          );
          const row = made ?? (await readRevision(tx, head, 0n));
          const changed = made !== undefined;
          await clearStaged(tx, staged.id);
          await tx
            .update(change)
            .set({ revision: row.number, changed, closedAt: sql`now()` })
            .where(eq(change.id, staged.id));
          database.noteWrites(row.counters.rowsWritten);
          return answer(tx, head, row, changed);
        });
      return withValidators(validators, inOneTransaction);
    },
  };
}

async function answer(tx: Db, head: DesignRow, row: RevisionRow, changed: boolean) {
  const found = await readDiagnostics(tx, head.name, row.number, 0, MOST_DIAGNOSTICS);
  const all = { pageSize: MOST_DIAGNOSTICS, pageToken: "" };
  const { rows } = cutPage(found, all, [], row.number, () => [], jsonSize);
  return { revision: revisionToMessage(row), changed, diagnostics: rows.map(diagnosticToMessage) };
}
