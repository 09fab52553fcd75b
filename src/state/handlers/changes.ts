import { randomUUID } from "node:crypto";
import { Code, ConnectError, type ServiceImpl } from "@connectrpc/connect";
import { and, asc, eq, inArray, isNull, lt, sql } from "drizzle-orm";
import type { DesignStateService } from "../../../gen/bedplate/design/v1/design_state_service_pb.js";
import { ErrorReason } from "../../../gen/bedplate/type/v1/error_pb.js";
import type { Db } from "../../db/database.ts";
import { change } from "../../db/schema.ts";
import { withTransaction } from "../../db/with-transaction.ts";
import type { SourceLocation } from "../../design/diagnostic.ts";
import { callerOf } from "../../mesh/call.ts";
import { authorOf } from "../../mesh/caller.ts";
import { failure } from "../../mesh/failure.ts";
import type { StateDeps } from "../deps.ts";
import { refuseOwnedLayers } from "../layer-owner.ts";
import { duplicateDocument, sealBatch } from "../seal-batch.ts";
import { type LayerDocument, readLayers } from "../store/content.ts";
import { kindsOfChange } from "../store/design-kinds.ts";
import { type DesignRow, expectRevision, readDesign } from "../store/designs.ts";
import { findRequest } from "../store/requests.ts";
import {
  type ChangeRow,
  countStaged,
  type HeldChange,
  lockChange,
  stageDeletions,
  stageDiagnostics,
  stageDocuments,
  stagedFromElsewhere,
} from "../store/staged.ts";

const MOST_OPEN_CHANGES = 100;
/** How many overtaken changes make room at a time: those opened last are left, since their callers may be about to commit and want to hear why they can't. */
const MOST_FORGOTTEN = 10;
const MOST_STAGED = 200_000;

type Handlers = Pick<
  ServiceImpl<typeof DesignStateService>,
  "openChange" | "putDocuments" | "deleteDocuments" | "dropChange"
>;

/** The RPCs that put a change together. */
export function createChangeHandlers({ database, secrets }: StateDeps): Handlers {
  const { db } = database;
  return {
    async openChange(request, context) {
      const author = authorOf(callerOf(context.values));
      return withTransaction(db, async (tx) => {
        const head = await readDesign(tx, request.design);
        const { layers, source } = request;
        try {
          expectRevision(head, request.expectedRevision);
          refuseOwnedLayers(await readLayers(tx, head.name, head.revision), { layers, source, mode: "patch" });
          await forgetOldChanges(tx, head);
        } catch (error) {
          // A repetition answers as the first call did, whatever has happened since.
          const existing =
            error instanceof ConnectError ? await findRequest(tx, head.name, request.requestId) : undefined;
          if (existing !== undefined) return sameChange(existing, layers);
          throw error;
        }
        const [opened] = await tx
          .insert(change)
          .values({
            id: randomUUID(),
            design: head.name,
            layers: request.layers,
            baseRevision: head.revision,
            requestId: request.requestId,
            message: request.message,
            metadata: request.metadata,
            source: request.source,
            author,
          })
          .onConflictDoNothing()
          .returning();
        const row = opened ?? (await findRequest(tx, head.name, request.requestId));
        if (row === undefined) throw new Error("a change that was neither made nor found");
        return sameChange(row, request.layers);
      });
    },

    async putDocuments(request) {
      return withTransaction(db, async (tx) => {
        const { id, design, documentCount } = await holdOpenChange(tx, request.changeId, request.layer);
        const { layer, documents: sent, diagnostics } = request;
        const unsealed = { design, layer, documents: sent, diagnostics };
        const batch = await sealBatch(tx, secrets, unsealed, (documents) => {
          const placed = documents.map((document) => ({ layer, document }));
          return kindsOfChange(tx, () => readDesign(tx, design), id, placed);
        });
        await secrets.store(tx, design, batch.literals);
        const twice = documentCount === 0 ? [] : await stagedFromElsewhere(tx, id, batch.documents);
        await stageDocuments(tx, id, batch.documents);
        await stageDiagnostics(tx, id, [...batch.diagnostics, ...twice.map(declaredTwice)]);
        database.noteWrites(batch.documents.length);
        // What an empty change now holds is what was put, each item once.
        return { documentCount: documentCount === 0 ? bounded(batch.documents.length) : await boundedCount(tx, id) };
      });
    },

    async deleteDocuments(request) {
      return withTransaction(db, async (tx) => {
        const { id } = await holdOpenChange(tx, request.changeId, request.layer);
        const keys = new Map(request.keys.map(({ kind, name }) => [`${kind}/${name}`, { kind, name }]));
        const deletions = [...keys.values()].map((key) => ({ ...key, layer: request.layer }));
        await stageDeletions(tx, id, deletions);
        return { documentCount: await boundedCount(tx, id) };
      });
    },

    async dropChange(request) {
      await withTransaction(db, async (tx) => {
        const row = await lockChange(tx, request.changeId);
        if (row === undefined) return;
        if (row.revision !== null) throw closed(row);
        await tx.delete(change).where(eq(change.id, row.id));
      });
      return {};
    },
  };
}

/** Silently taking the later of two files would lose what the other says. */
function declaredTwice({ document: { layer, document }, other }: { document: LayerDocument; other: SourceLocation }) {
  const diagnostic = duplicateDocument(document, other, layer, "the later one is used");
  return { layer, diagnostic };
}

/** Reads a change and holds it until the transaction ends. Throws NOT_FOUND. */
export async function holdChange(tx: Db, id: string): Promise<HeldChange> {
  const row = await lockChange(tx, id);
  if (row !== undefined) return row;
  throw failure(Code.NotFound, ErrorReason.NOT_FOUND, `there is no change "${id}"`, {
    subject: id,
    hint: "open one; a change is forgotten a day after it was opened, or earlier when the design has overtaken it",
  });
}

async function holdOpenChange(tx: Db, id: string, layer: string): Promise<HeldChange> {
  const row = await holdChange(tx, id);
  if (row.revision !== null) throw closed(row);
  if (row.layers.includes(layer)) return row;
  const message = `the change was opened for ${row.layers.join(", ")}, not for layer "${layer}"`;
  throw failure(Code.InvalidArgument, ErrorReason.INVALID_FIELD, message, {
    fieldPath: "layer",
    hint: "open a change that names every layer it writes",
  });
}

function closed(row: ChangeRow): ConnectError {
  const message = `change "${row.id}" was committed as revision ${row.revision}`;
  return failure(Code.FailedPrecondition, ErrorReason.CHANGE_CLOSED, message, {
    subject: row.id,
    hint: "open a new change, with a new request id",
  });
}

function sameChange(row: ChangeRow, layers: readonly string[]) {
  if (row.fingerprint !== "") {
    throw failure(
      Code.AlreadyExists,
      ErrorReason.ALREADY_EXISTS,
      "the request id was used for a change to single items",
      {
        fieldPath: "request_id",
        hint: "choose a new request id for a new intent",
      },
    );
  }
  const wanted = new Set(layers);
  if (wanted.size !== row.layers.length || !row.layers.every((name) => wanted.has(name))) {
    const message = `the request id was used for a change to ${row.layers.join(", ")}`;
    throw failure(Code.AlreadyExists, ErrorReason.ALREADY_EXISTS, message, {
      fieldPath: "request_id",
      hint: "choose a new request id for a new intent",
    });
  }
  return { changeId: row.id, baseRevision: row.baseRevision };
}

async function forgetOldChanges(tx: Db, head: DesignRow): Promise<void> {
  const open = and(eq(change.design, head.name), isNull(change.revision));
  const isOld = sql`${change.openedAt} < now() - interval '1 day'`;
  const [counted] = await tx
    .select({ all: sql<number>`count(*)::integer`, old: sql<number>`(count(*) filter (where ${isOld}))::integer` })
    .from(change)
    .where(open);
  const { all = 0, old = 0 } = counted ?? {};
  if (old > 0) await tx.delete(change).where(and(open, isOld));
  if (all - old < MOST_OPEN_CHANGES) return;
  // Nobody can commit what the design has overtaken: whoever lost a race and left must not keep others out.
  const overtaken = and(open, lt(change.baseRevision, head.revision));
  const oldest = tx.select({ id: change.id }).from(change).where(overtaken).orderBy(asc(change.openedAt));
  await tx.delete(change).where(inArray(change.id, oldest.limit(MOST_FORGOTTEN)));
  if ((await tx.$count(change, open)) < MOST_OPEN_CHANGES) return;
  throw failure(
    Code.ResourceExhausted,
    ErrorReason.LIMIT_EXCEEDED,
    `design "${head.name}" has ${MOST_OPEN_CHANGES} open changes already`,
    { subject: head.name, hint: "commit or drop some; each is forgotten a day after it was opened" },
  );
}

async function boundedCount(tx: Db, changeId: string): Promise<number> {
  return bounded(await countStaged(tx, changeId));
}

function bounded(count: number): number {
  if (count <= MOST_STAGED) return count;
  throw failure(Code.ResourceExhausted, ErrorReason.LIMIT_EXCEEDED, `a change holds at most ${MOST_STAGED} documents`, {
    hint: "split it into several changes",
  });
}
