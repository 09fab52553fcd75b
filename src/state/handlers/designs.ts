import type { ServiceImpl } from "@connectrpc/connect";
import { asc, gt } from "drizzle-orm";
import type { DesignStateService } from "../../../gen/bedplate/design/v1/design_state_service_pb.js";
import { design } from "../../db/schema.ts";
import { withTransaction } from "../../db/with-transaction.ts";
import { callerOf } from "../../mesh/call.ts";
import { authorOf } from "../../mesh/caller.ts";
import type { StateDeps } from "../deps.ts";
import { layerFromMessage, layerToMessage } from "../messages/layer.ts";
import { designToMessage, revisionToMessage } from "../messages/revision.ts";
import { cutPage, pageLimit, pageStart } from "../page.ts";
import { readHead, readLayers } from "../store/content.ts";
import { expectRevision, lockDesign, readDesign, readRevision, revisionAt } from "../store/designs.ts";
import { writeRevision } from "../store/write-revision.ts";
import { type OutsideFindings, withValidators } from "../validators.ts";

type Handlers = Pick<
  ServiceImpl<typeof DesignStateService>,
  "createDesign" | "getDesign" | "listDesigns" | "putLayer" | "listLayers"
>;

/** The RPCs about designs and their layers. */
export function createDesignHandlers({ database, validators = [] }: StateDeps): Handlers {
  const { db } = database;
  return {
    async createDesign({ design: name }) {
      await db.insert(design).values({ name, revision: 0n, valid: false }).onConflictDoNothing();
      return { design: designToMessage(await readDesign(db, name)) };
    },

    async getDesign({ design: name }) {
      return { design: designToMessage(await readDesign(db, name)) };
    },

    async listDesigns(request) {
      const query = ["designs"];
      const [after] = pageStart(request, query, 1)?.after ?? [];
      const rows = await db
        .select()
        .from(design)
        .where(after === undefined ? undefined : gt(design.name, after))
        .orderBy(asc(design.name))
        .limit(pageLimit(request) + 1);
      const page = cutPage(
        rows,
        request,
        query,
        0n,
        ({ name }) => [name],
        () => 512,
      );
      return { designs: page.rows.map(designToMessage), nextPageToken: page.nextPageToken };
    },

    async putLayer(request, context) {
      const author = authorOf(callerOf(context.values));
      if (request.layer === undefined) throw new Error("the contract requires a layer");
      const said = request.layer;
      const inOneTransaction = (outside: OutsideFindings) =>
        withTransaction(db, async (tx) => {
          const head = await lockDesign(tx, request.design);
          expectRevision(head, request.expectedRevision);
          const before = await readHead(tx, head.name);
          const others = before.layers.filter(({ name }) => name !== said.name);
          const layer = layerFromMessage(said, before.layers.find(({ name }) => name === said.name)?.source);
          const note = { author, message: `layer ${layer.name}` };
          const made = await writeRevision(tx, head, before, { ...before, layers: [...others, layer] }, note, outside);
          return { revision: revisionToMessage(made?.row ?? (await readRevision(tx, head, 0n))) };
        });
      return withValidators(validators, inOneTransaction);
    },

    async listLayers(request) {
      const head = await readDesign(db, request.design);
      const layers = await readLayers(db, head.name, await revisionAt(db, head, request));
      return { layers: layers.map(layerToMessage) };
    },
  };
}
