import type { ServiceImpl } from "@connectrpc/connect";
import type { DesignStateService } from "../../../gen/bedplate/design/v1/design_state_service_pb.js";
import { callerOf } from "../../mesh/call.ts";
import { authorOf } from "../../mesh/caller.ts";
import type { StateDeps } from "../deps.ts";
import { inTransaction } from "../in-transaction.ts";
import { revisionToMessage } from "../messages/revision.ts";
import { type Content, readContent, readHead } from "../store/content.ts";
import { expectRevision, lockDesign, readRevision } from "../store/designs.ts";
import { readTags } from "../store/tags.ts";
import { writeRevision } from "../store/write-revision.ts";
import { type OutsideFindings, withValidators } from "../validators.ts";

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
          const before = await readHead(tx, head.name);
          const after = withRightsOf(before, await readContent(tx, head.name, number));
          const message = request.message || `restore revision ${number}`;
          const note = { author, message, metadata: { "restored.from": `${number}` } };
          const made = await writeRevision(tx, head, before, after, note, outside);
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

/** The right to reference secrets is an admin's to give and take: going back to a time when a layer had it, or had it not, changes nothing of it. */
function withRightsOf(head: Content, earlier: Content): Content {
  const rights = new Map(head.layers.map((layer) => [layer.name, layer.mayReferenceSecrets]));
  const layers = earlier.layers.map((layer) => ({
    ...layer,
    mayReferenceSecrets: rights.get(layer.name) === true,
  }));
  return { ...earlier, layers };
}
