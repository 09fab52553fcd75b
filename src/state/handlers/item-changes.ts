import { type DescMessage, type MessageShape, toJson } from "@bufbuild/protobuf";
import { Code, type HandlerContext, type ServiceImpl } from "@connectrpc/connect";
import { and, eq } from "drizzle-orm";
import type { DesignStateService } from "../../../gen/bedplate/design/v1/design_state_service_pb.js";
import {
  BatchChangeItemsRequestSchema,
  CreateItemRequestSchema,
  DeleteItemRequestSchema,
  type ItemOperation as OperationMessage,
  UpdateItemRequestSchema,
} from "../../../gen/bedplate/design/v1/item_change_pb.js";
import { ErrorReason } from "../../../gen/bedplate/type/v1/error_pb.js";
import type { Db } from "../../db/database.ts";
import { document, effectiveItem } from "../../db/schema.ts";
import type { ItemKey } from "../../design/item-key.ts";
import { effectiveItemToMessage } from "../../design/to-message.ts";
import { callerOf } from "../../mesh/call.ts";
import { authorOf } from "../../mesh/caller.ts";
import { failure } from "../../mesh/failure.ts";
import { asOf } from "../as-of.ts";
import type { StateDeps } from "../deps.ts";
import { digestOf } from "../digest.ts";
import { changeItems, type ItemsChange, type ItemsChanged } from "../items/change-items.ts";
import type { ItemOperation } from "../items/item-operation.ts";
import { itemNamed } from "../store/item-trees.ts";
import { commitAnswer } from "./commit.ts";

type Handlers = Pick<
  ServiceImpl<typeof DesignStateService>,
  "createItem" | "updateItem" | "deleteItem" | "batchChangeItems"
>;

/** The RPCs that change single items. */
export function createItemChangeHandlers(deps: StateDeps): Handlers {
  const changeOf = <Schema extends DescMessage>(
    schema: Schema,
    request: MessageShape<Schema> & CommonRequest,
    operations: readonly ItemOperation[],
    context: HandlerContext,
  ): ItemsChange => {
    const { design, layer, expectedRevision, allowInvalid, validateOnly, message } = request;
    return {
      ...{ design, layer, operations, expectedRevision, allowInvalid, validateOnly, message },
      author: authorOf(callerOf(context.values)),
      request: { id: request.requestId, fingerprint: fingerprintOf(deps, schema, request) },
    };
  };
  return {
    async createItem(request, context) {
      const said = given(request.document, "document");
      const change = changeOf(
        CreateItemRequestSchema,
        request,
        [{ type: "create", field: "", document: said }],
        context,
      );
      return changeItems(deps, change, (tx, changed) => itemAnswer(tx, changed, request.layer, said));
    },

    async updateItem(request, context) {
      const said = given(request.document, "document");
      const { fields, etag, allowMissing } = request;
      const operation: ItemOperation = { type: "update", field: "", document: said, fields, etag, allowMissing };
      const change = changeOf(UpdateItemRequestSchema, request, [operation], context);
      return changeItems(deps, change, (tx, changed) => itemAnswer(tx, changed, request.layer, said));
    },

    async deleteItem(request, context) {
      const { kind, name, etag } = request;
      const operation: ItemOperation = { type: "delete", field: "", kind, name, etag };
      const change = changeOf(DeleteItemRequestSchema, request, [operation], context);
      return changeItems(deps, change, revisionAnswer);
    },

    async batchChangeItems(request, context) {
      const operations = request.operations.map((each, index) => operationOf(each, `operations[${index}]`));
      const change = changeOf(BatchChangeItemsRequestSchema, request, operations, context);
      return changeItems(deps, change, revisionAnswer);
    },
  };
}

/** What all requests to change items have. */
type CommonRequest = Omit<
  ItemsChange,
  "operations" | "author" | "request" | "check" | "refusal" | "expectedRevision"
> & {
  readonly expectedRevision?: bigint | undefined;
  readonly requestId: string;
};

/** What tells a request from another. It holds secrets, so only who has the key can tell what it was made from. */
function fingerprintOf<Schema extends DescMessage>(
  { secrets }: StateDeps,
  schema: Schema,
  request: MessageShape<Schema> & CommonRequest,
): string {
  if (request.requestId === "") return "";
  const json = toJson(schema, { ...request, validateOnly: false });
  return secrets.refOf(request.design, `request ${schema.typeName} ${digestOf(json)}`);
}

function operationOf({ operation }: OperationMessage, field: string): ItemOperation {
  switch (operation.case) {
    case "create":
      return { type: "create", field, document: operation.value };
    case "update": {
      const { fields, etag, allowMissing } = operation.value;
      const own = `${field}.update`;
      return {
        ...{ type: "update", field: own, fields, etag, allowMissing },
        document: given(operation.value.document, `${own}.document`),
      };
    }
    case "delete": {
      const { kind, name, etag } = operation.value;
      return { type: "delete", field: `${field}.delete`, kind, name, etag };
    }
    default:
      throw failure(Code.InvalidArgument, ErrorReason.INVALID_FIELD, `${field} says nothing to do`, {
        fieldPath: field,
        hint: "set create, update or delete",
      });
  }
}

/** The contract requires it; a caller within the process may still leave it out. */
function given<Value>(value: Value | undefined, field: string): Value {
  if (value !== undefined) return value;
  throw failure(Code.InvalidArgument, ErrorReason.INVALID_FIELD, `${field} is required`, { fieldPath: field });
}

/** What a change answers: its revision, with diagnostics and what it changed. */
export async function revisionAnswer(tx: Db, { head, row, changed }: ItemsChanged) {
  if (row === undefined) return { changed, diagnostics: [], rawChanges: [], effectiveChanges: [] };
  return commitAnswer(tx, head, row, changed);
}

async function itemAnswer(tx: Db, changed: ItemsChanged, layer: string, { kind, name }: ItemKey) {
  const { head, row } = changed;
  const { rawChanges: _, effectiveChanges: __, ...answer } = await revisionAnswer(tx, changed);
  if (row === undefined) return answer;
  const at = { head, revision: row.number };
  const [item] = await tx.select().from(effectiveItem).where(itemNamed(at, { kind, name }));
  const [declared] = await tx
    .select({ digest: document.digest })
    .from(document)
    .where(
      and(
        eq(document.design, head.name),
        eq(document.layer, layer),
        eq(document.kind, kind),
        eq(document.name, name),
        asOf(document, row.number),
      ),
    );
  const etag = declared?.digest ?? "";
  if (item === undefined) return { ...answer, etag };
  const { digest, fromRevision, resolverVersion } = item;
  return { ...answer, item: effectiveItemToMessage(item, { digest, fromRevision, resolverVersion }), etag };
}
