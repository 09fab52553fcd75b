import type { JsonObject, MessageInitShape } from "@bufbuild/protobuf";
import type { RawItemSchema } from "../../../gen/bedplate/design/v1/item_pb.js";
import type { document } from "../../db/schema.ts";

/** The columns of a document that its contract form shows. */
export type RawItemRow = Pick<
  typeof document.$inferSelect,
  "kind" | "name" | "layer" | "spec" | "location" | "digest" | "fromRevision"
>;

/** A stored document in the contract's form. What its author wrote as a secret literal is the reference of the sealed secret. */
export function rawItemToMessage(row: RawItemRow): MessageInitShape<typeof RawItemSchema> {
  const { kind, name, layer, location, digest, fromRevision } = row;
  return { kind, name, layer, spec: row.spec as JsonObject, location, digest, fromRevision };
}
