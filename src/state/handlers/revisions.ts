import { Code, type ServiceImpl } from "@connectrpc/connect";
import { and, desc, eq, lt } from "drizzle-orm";
import type {
  DesignStateService,
  GetRevisionRequest,
} from "../../../gen/bedplate/design/v1/design_state_service_pb.js";
import { ErrorReason } from "../../../gen/bedplate/type/v1/error_pb.js";
import type { Db } from "../../db/database.ts";
import { revision } from "../../db/schema.ts";
import { diagnosticToMessage } from "../../design/to-message.ts";
import { failure } from "../../mesh/failure.ts";
import type { StateDeps } from "../deps.ts";
import { revisionToMessage } from "../messages/revision.ts";
import { notFound } from "../not-found.ts";
import { cutPage, jsonSize, pageLimit, pageStart } from "../page.ts";
import { type DesignRow, readDesign, readRevision, revisionAt } from "../store/designs.ts";
import { readDiagnostics } from "../store/diagnostics.ts";
import { readTags, taggedRevision, tagNames } from "../store/tags.ts";

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
      const size = ({ message, layers, metadata }: (typeof rows)[number]) => jsonSize(message, layers, metadata);
      const page = cutPage(rows, request, query, 0n, ({ number }) => [`${number}`], size);
      const numbers = page.rows.map(({ number }) => number);
      const tags = await readTags(db, head.name, numbers);
      return {
        revisions: page.rows.map((row) => revisionToMessage(row, tags.get(row.number))),
        nextPageToken: page.nextPageToken,
      };
    },

    async getRevision(request) {
      const head = await readDesign(db, request.design);
      const number = await askedRevision(db, head, request);
      const row = await readRevision(db, head, number);
      return { revision: revisionToMessage(row, (await readTags(db, head.name, [row.number])).get(row.number)) };
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

/** The number of the revision asked for by number, tag or moment. Throws NOT_FOUND for a tag nobody gave, and for a moment before the first revision. */
async function askedRevision(db: Db, head: DesignRow, request: GetRevisionRequest): Promise<bigint> {
  const { revision: number, at, tag } = request;
  if (number !== 0n) return number;
  if (at !== undefined && tag !== "") {
    throw failure(Code.InvalidArgument, ErrorReason.INVALID_FIELD, "a tag and a moment exclude each other", {
      fieldPath: "tag",
      hint: "leave out one of them",
    });
  }
  if (tag !== "") {
    const tagged = await taggedRevision(db, head.name, tag);
    if (tagged !== undefined) return tagged;
    throw notFound(
      "revision tagged",
      tag,
      await tagNames(db, head.name),
      `in design "${head.name}"`,
      "ListRevisions tells the tags",
    );
  }
  if (at === undefined) return 0n;
  const found = await revisionAt(db, head, request);
  if (found !== 0n) return found;
  throw failure(Code.NotFound, ErrorReason.NOT_FOUND, `design "${head.name}" had no revision at that moment`, {
    subject: head.name,
    fieldPath: "at",
    hint: "ListRevisions tells when each was made",
  });
}
