import type { Document as DocumentMessage } from "../../../gen/bedplate/design/v1/document_pb.js";
import type { ItemKey } from "../../design/item-key.ts";

/** One change to one declaration. `field` is the path of the request field it is. `etag` is the digest its caller saw last, empty for any. */
export type ItemOperation =
  | { readonly type: "create"; readonly field: string; readonly document: DocumentMessage }
  | {
      readonly type: "update";
      readonly field: string;
      readonly document: DocumentMessage;
      /** Field paths to set; none for the whole declaration. */
      readonly fields: readonly string[];
      readonly etag: string;
      readonly allowMissing: boolean;
    }
  | {
      readonly type: "delete";
      readonly field: string;
      readonly kind: string;
      readonly name: string;
      readonly etag: string;
    };

/** The item an operation is about. */
export function operationKey(operation: ItemOperation): ItemKey {
  return operation.type === "delete" ? operation : operation.document;
}

/** The path of a field inside of an operation's own. */
export function within(operation: ItemOperation, field: string): string {
  return operation.field === "" ? field : `${operation.field}.${field}`;
}
