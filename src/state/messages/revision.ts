import type { MessageInitShape } from "@bufbuild/protobuf";
import { timestampFromDate } from "@bufbuild/protobuf/wkt";
import type { DesignSchema, RevisionSchema } from "../../../gen/bedplate/design/v1/design_state_service_pb.js";
import type { design, revision } from "../../db/schema.ts";

/** A design's row in the contract's form. */
export function designToMessage(row: typeof design.$inferSelect): MessageInitShape<typeof DesignSchema> {
  return { name: row.name, revision: row.revision, valid: row.valid, createdAt: timestampFromDate(row.createdAt) };
}

/** A revision's row in the contract's form. */
export function revisionToMessage(row: typeof revision.$inferSelect): MessageInitShape<typeof RevisionSchema> {
  const { design, number, valid, author, message, errorCount, warningCount, counters } = row;
  return {
    design,
    number,
    valid,
    author,
    message,
    errorCount,
    warningCount,
    counters,
    layers: [...row.layers],
    createdAt: timestampFromDate(row.createdAt),
  };
}
