import { Code, type ServiceImpl } from "@connectrpc/connect";
import type { DesignStateService } from "../../../gen/bedplate/design/v1/design_state_service_pb.js";
import { ErrorReason } from "../../../gen/bedplate/type/v1/error_pb.js";
import { type Explanation, UnknownPathError } from "../../design/explanation.ts";
import { FieldPathError } from "../../design/field-path.ts";
import { itemKeyText } from "../../design/item-key.ts";
import { failure } from "../../mesh/failure.ts";
import type { StateDeps } from "../deps.ts";
import { evaluateItemsAsOf } from "../evaluate-items.ts";
import { explanationToMessage } from "../messages/explanation.ts";
import { readDesign, revisionAt } from "../store/designs.ts";
import { unknownItem } from "../store/item-names.ts";

/** The RPC that tells where a value comes from: it evaluates again the one item, and what that was made from. */
export function createExplainHandlers({
  database: { db },
}: StateDeps): Pick<ServiceImpl<typeof DesignStateService>, "explain"> {
  return {
    async explain(request) {
      const head = await readDesign(db, request.design);
      const number = await revisionAt(db, head, request);
      const { kind, name, path } = request;
      const key = itemKeyText({ kind, name });
      const evaluation = await evaluateItemsAsOf(db, head.name, number, [key]);
      if (!evaluation.items.has(key)) throw await unknownItem(db, head, number, kind, name);
      return { explanation: explanationToMessage(explain(() => evaluation.explain(kind, name, path))) };
    },
  };
}

function explain(run: () => Explanation): Explanation {
  try {
    return run();
  } catch (error) {
    if (error instanceof FieldPathError) {
      throw failure(Code.InvalidArgument, ErrorReason.INVALID_FIELD, error.message, {
        fieldPath: "path",
        hint: 'write paths like interfaces["bond0"].mtu',
        cause: error,
      });
    }
    if (!(error instanceof UnknownPathError)) throw error;
    throw failure(Code.NotFound, ErrorReason.NOT_FOUND, error.message, {
      fieldPath: error.path,
      hint: error.suggestion === undefined ? "GetItem shows the item's fields" : `did you mean ${error.suggestion}?`,
      cause: error,
    });
  }
}
