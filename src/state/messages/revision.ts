import type { MessageInitShape } from "@bufbuild/protobuf";
import { timestampFromDate } from "@bufbuild/protobuf/wkt";
import type { DesignSchema } from "../../../gen/bedplate/design/v1/design_state_service_pb.js";
import type { RevisionSchema } from "../../../gen/bedplate/design/v1/revision_pb.js";
import type { design, revision } from "../../db/schema.ts";

/** A design's row in the contract's form. */
export function designToMessage(row: typeof design.$inferSelect): MessageInitShape<typeof DesignSchema> {
  return { name: row.name, revision: row.revision, valid: row.valid, createdAt: timestampFromDate(row.createdAt) };
}

/** A revision's row, and the names people gave it, in the contract's form. */
export function revisionToMessage(
  row: typeof revision.$inferSelect,
  tags: readonly string[] = [],
): MessageInitShape<typeof RevisionSchema> {
  const { design, number, valid, author, message, metadata, errorCount, warningCount, counters } = row;
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
    tags: [...tags],
    metadata: { ...metadata },
    createdAt: timestampFromDate(row.createdAt),
  };
}
