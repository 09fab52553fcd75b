import type { ServiceImpl } from "@connectrpc/connect";
import { and, desc, eq, lt } from "drizzle-orm";
import type { DesignStateService } from "../../../gen/bedplate/design/v1/design_state_service_pb.js";
import { revision } from "../../db/schema.ts";
import { diagnosticToMessage } from "../../design/to-message.ts";
import type { StateDeps } from "../deps.ts";
import { revisionToMessage } from "../messages/revision.ts";
import { cutPage, jsonSize, pageLimit, pageStart } from "../page.ts";
import { readDesign, readRevision, revisionAt } from "../store/designs.ts";
import { readDiagnostics } from "../store/diagnostics.ts";

type Handlers = Pick<ServiceImpl<typeof DesignStateService>, "listRevisions" | "getRevision" | "listDiagnostics">;

/** The RPCs that read revisions and what is wrong with them. */
export function createRevisionHandlers({ database: { db } }: StateDeps): Handlers {
  return {
    async listRevisions(request) {
      const head = await readDesign(db, request.design);
      const query = ["revisions", head.name];
      const [last] = pageStart(request, query, 1)?.after ?? [];
      const rows = await db
        .select()
        .from(revision)
        .where(and(eq(revision.design, head.name), last === undefined ? undefined : lt(revision.number, BigInt(last))))
        .orderBy(desc(revision.number))
        .limit(pageLimit(request) + 1);
      const size = ({ message, layers }: (typeof rows)[number]) => jsonSize(message, layers);
      const page = cutPage(rows, request, query, 0n, ({ number }) => [`${number}`], size);
      return { revisions: page.rows.map((row) => revisionToMessage(row)), nextPageToken: page.nextPageToken };
    },

    async getRevision(request) {
      const head = await readDesign(db, request.design);
      return { revision: revisionToMessage(await readRevision(db, head, request.revision)) };
    },

    async listDiagnostics(request) {
      const head = await readDesign(db, request.design);
      const query = ["diagnostics", head.name, request.revision];
      const start = pageStart(request, query, 1);
      const number = start?.revision ?? (await revisionAt(db, head, request));
      // A revision never changes, so a place in its list stays what it is.
      const offset = Number(start?.after[0] ?? 0);
      const found = await readDiagnostics(db, head.name, number, offset, pageLimit(request) + 1);
      const numbered = found.map((diagnostic, index) => ({ diagnostic, end: offset + index + 1 }));
      const page = cutPage(numbered, request, query, number, ({ end }) => [`${end}`], jsonSize);
      return {
        diagnostics: page.rows.map(({ diagnostic }) => diagnosticToMessage(diagnostic)),
        nextPageToken: page.nextPageToken,
      };
    },
  };
}
