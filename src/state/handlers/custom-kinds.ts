import { create } from "@bufbuild/protobuf";
import { Code, type ServiceImpl } from "@connectrpc/connect";
import { and, asc, eq, gt, inArray } from "drizzle-orm";
import type { DesignStateService } from "../../../gen/bedplate/design/v1/design_state_service_pb.js";
import { DocumentSchema } from "../../../gen/bedplate/design/v1/document_pb.js";
import { ErrorReason } from "../../../gen/bedplate/type/v1/error_pb.js";
import type { Db } from "../../db/database.ts";
import { document, effectiveItem } from "../../db/schema.ts";
import { KIND_OF_KINDS } from "../../design/custom-kinds/declared-kinds.ts";
import { callerOf } from "../../mesh/call.ts";
import { authorOf } from "../../mesh/caller.ts";
import { failure } from "../../mesh/failure.ts";
import { asOf } from "../as-of.ts";
import type { StateDeps } from "../deps.ts";
import { designInvalid, findingsFailure } from "../items/brought-errors.ts";
import { changeItems } from "../items/change-items.ts";
import { kindFaults } from "../items/kind-faults.ts";
import { customKindSpec, customKindToMessage } from "../messages/custom-kind.ts";
import { cutPage, jsonSize, pageLimit, pageStart } from "../page.ts";
import { readLayers } from "../store/content.ts";
import { readDesign, revisionAt } from "../store/designs.ts";
import { revisionAnswer } from "./item-changes.ts";

/** The layer a kind is put into unless told otherwise. */
const LAYER_OF_KINDS = "kinds";

/** The RPCs about kinds of a design's own. */
export function createCustomKindHandlers(
  deps: StateDeps,
): Pick<ServiceImpl<typeof DesignStateService>, "putCustomKind" | "listCustomKinds"> {
  const { db } = deps.database;
  return {
    async putCustomKind(request, context) {
      const { design, expectedRevision, validateOnly, message, customKind } = request;
      if (customKind === undefined) {
        const hint = "give the kind and its JSON Schema";
        throw failure(Code.InvalidArgument, ErrorReason.INVALID_FIELD, "custom_kind is required", {
          ...{ fieldPath: "custom_kind", hint },
        });
      }
      const { kind: name } = customKind;
      const said = create(DocumentSchema, { kind: KIND_OF_KINDS, name, spec: customKindSpec(customKind) });
      return changeItems(
        deps,
        {
          ...{ design, expectedRevision, validateOnly, message, allowInvalid: false },
          layer: request.layer || LAYER_OF_KINDS,
          operations: [
            { type: "update", field: "custom_kind", document: said, fields: [], etag: "", allowMissing: true },
          ],
          author: authorOf(callerOf(context.values)),
          request: { id: "", fingerprint: "" },
          async check(tx, head, [declared]) {
            const faults = declared === undefined ? [] : await kindFaults(tx, head, declared);
            if (faults.length === 0) return;
            const hint = "mend the kind";
            throw findingsFailure(Code.InvalidArgument, ErrorReason.INVALID_FIELD, "the kind has", faults, hint);
          },
          refusal: (errors) => designInvalid(errors, `mend the items first, or let ${name} have them as they are`),
        },
        revisionAnswer,
      );
    },

    async listCustomKinds(request) {
      const head = await readDesign(db, request.design);
      const query = ["custom kinds", head.name, request.revision, request.at];
      const start = pageStart(request, query, 1);
      const number = start?.revision ?? (await revisionAt(db, head, request));
      const after = start?.after[0];
      const rows = await db
        .select({
          name: effectiveItem.name,
          tree: effectiveItem.tree,
          fromRevision: effectiveItem.fromRevision,
        })
        .from(effectiveItem)
        .where(
          and(
            eq(effectiveItem.design, head.name),
            eq(effectiveItem.kind, KIND_OF_KINDS),
            asOf(effectiveItem, number),
            after === undefined ? undefined : gt(effectiveItem.name, after),
          ),
        )
        .orderBy(asc(effectiveItem.name))
        .limit(pageLimit(request) + 1);
      const page = cutPage(
        rows,
        request,
        query,
        number,
        ({ name }) => [name],
        ({ tree }) => 2 * jsonSize(tree),
      );
      const names = page.rows.map(({ name }) => name);
      const layers = await layersOfKinds(db, head.name, number, names);
      return {
        customKinds: page.rows.map((row) => customKindToMessage(row, layers.get(row.name) ?? [])),
        nextPageToken: page.nextPageToken,
      };
    },
  };
}

/** The layers that declare kinds, lowest rank first, by the kind. */
async function layersOfKinds(db: Db, design: string, revision: bigint, names: readonly string[]) {
  if (names.length === 0) return new Map<string, string[]>();
  const rows = await db
    .select({ name: document.name, layer: document.layer })
    .from(document)
    .where(
      and(
        eq(document.design, design),
        eq(document.kind, KIND_OF_KINDS),
        inArray(document.name, [...names]),
        asOf(document, revision),
      ),
    );
  const declaring = Map.groupBy(rows, ({ name }) => name);
  const order = (await readLayers(db, design, revision)).map(({ name }) => name);
  return new Map(
    [...declaring].map(([name, own]) => {
      const layers = own.map(({ layer }) => layer);
      return [name, layers.sort((one, other) => order.indexOf(one) - order.indexOf(other))];
    }),
  );
}
