import { Code, type ServiceImpl } from "@connectrpc/connect";
import { and, eq, or } from "drizzle-orm";
import type { DesignStateService } from "../../../gen/bedplate/design/v1/design_state_service_pb.js";
import { ErrorReason } from "../../../gen/bedplate/type/v1/error_pb.js";
import { document, effectiveItem } from "../../db/schema.ts";
import { KIND_OF_KINDS } from "../../design/custom-kinds/declared-kinds.ts";
import { evaluateDesign } from "../../design/evaluate-design.ts";
import { type Explanation, UnknownPathError } from "../../design/explanation.ts";
import { FieldPathError } from "../../design/field-path.ts";
import { itemKeyText } from "../../design/item-key.ts";
import { failure } from "../../mesh/failure.ts";
import { asOf } from "../as-of.ts";
import type { StateDeps } from "../deps.ts";
import { explanationToMessage } from "../messages/explanation.ts";
import { readDocuments, readLayers } from "../store/content.ts";
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
      const [row] = await db
        .select({ inputs: effectiveItem.inputs })
        .from(effectiveItem)
        .where(
          and(
            eq(effectiveItem.design, head.name),
            eq(effectiveItem.kind, kind),
            eq(effectiveItem.name, name),
            asOf(effectiveItem, number),
          ),
        );
      if (row === undefined) throw await unknownItem(db, head, number, kind, name);
      const keys = [...new Set([itemKeyText({ kind, name }), ...row.inputs])].map(keyOf);
      // A custom kind may refer to others, which then have to be there.
      const kinds = kind.includes(".") ? [eq(document.kind, KIND_OF_KINDS)] : [];
      const inputs = or(...keys.map((key) => and(eq(document.kind, key.kind), eq(document.name, key.name))), ...kinds);
      const evaluation = evaluateDesign({
        documents: await readDocuments(db, head.name, number, inputs),
        layers: await readLayers(db, head.name, number),
      });
      return { explanation: explanationToMessage(explain(() => evaluation.explain(kind, name, path))) };
    },
  };
}

function keyOf(text: string): { kind: string; name: string } {
  const slash = text.indexOf("/");
  return { kind: text.slice(0, slash), name: text.slice(slash + 1) };
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
      hint: error.suggestion === undefined ? undefined : `did you mean ${error.suggestion}?`,
      cause: error,
    });
  }
}
