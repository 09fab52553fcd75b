import type { ServiceImpl } from "@connectrpc/connect";
import type { DesignStateService } from "../../../gen/bedplate/design/v1/design_state_service_pb.js";
import type { Db } from "../../db/database.ts";
import { callerOf } from "../../mesh/call.ts";
import { authorOf } from "../../mesh/caller.ts";
import { changeBackTo } from "../change-back.ts";
import { commitStaged } from "../commit-staged.ts";
import type { StateDeps } from "../deps.ts";
import { inTransaction } from "../in-transaction.ts";
import { revisionToMessage } from "../messages/revision.ts";
import { readContent, readHead } from "../store/content.ts";
import { type DesignRow, expectRevision, lockDesign, readRevision } from "../store/designs.ts";
import { readTags } from "../store/tags.ts";
import { type MadeRevision, type RevisionNote, writeRevision } from "../store/write-revision.ts";
import { type OutsideFindings, withValidators } from "../validators.ts";
import { withRightsOf } from "../with-rights.ts";

/** The RPC that makes an earlier revision the next one. */
export function createRestoreHandlers({
  database,
  validators = [],
}: StateDeps): Pick<ServiceImpl<typeof DesignStateService>, "restoreRevision"> {
  return {
    async restoreRevision(request, context) {
      const author = authorOf(callerOf(context.values));
      const inOneTransaction = (outside: OutsideFindings) =>
        inTransaction(database.db, !request.validateOnly, async (tx) => {
          const head = await lockDesign(tx, request.design);
          expectRevision(head, request.expectedRevision);
          const { number } = await readRevision(tx, head, request.revision);
          const message = request.message || `restore revision ${number}`;
          const note = { author, message, metadata: { "restored.from": `${number}` } };
          const made = await makeAgain(tx, head, number, note, outside);
          if (made !== undefined) {
            database.noteWrites(made.row.counters.rowsWritten);
            return { revision: revisionToMessage(made.row), changed: true };
          }
          const row = await readRevision(tx, head, 0n);
          const tags = await readTags(tx, head.name, [row.number]);
          return { revision: revisionToMessage(row, tags.get(row.number)), changed: false };
        });
      return withValidators(validators, inOneTransaction);
    },
  };
}

/** Makes the next revision of what an earlier one said; undefined when the head says that already. */
async function makeAgain(
  tx: Db,
  head: DesignRow,
  number: bigint,
  note: RevisionNote,
  outside: OutsideFindings,
): Promise<Pick<MadeRevision, "row"> | undefined> {
  const back = await changeBackTo(tx, head, number);
  if (back !== undefined) {
    if (back.layers.length === 0) return undefined;
    const change = { ...back, mode: "patch", allDiagnostics: true, note } as const;
    const { row } = await commitStaged(tx, head, change, outside);
    return row && { row };
  }
  const before = await readHead(tx, head.name);
  const earlier = await readContent(tx, head.name, number);
  const after = { ...earlier, layers: withRightsOf(before.layers, earlier.layers) };
  return writeRevision(tx, head, before, after, note, outside);
}
