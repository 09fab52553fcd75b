import type { Timestamp } from "@bufbuild/protobuf/wkt";
import { Code } from "@connectrpc/connect";
import { and, desc, eq, sql } from "drizzle-orm";
import { ErrorReason } from "../../../gen/bedplate/type/v1/error_pb.js";
import type { Db } from "../../db/database.ts";
import { design, revision } from "../../db/schema.ts";
import { failure } from "../../mesh/failure.ts";
import { notFound } from "../not-found.ts";

const MOST_CANDIDATES = 10_000;

/** A design's row. */
export type DesignRow = typeof design.$inferSelect;

/** A revision's row. */
export type RevisionRow = typeof revision.$inferSelect;

/** Reads a design's row. Throws NOT_FOUND. */
export async function readDesign(db: Db, name: string): Promise<DesignRow> {
  const [row] = await db.select().from(design).where(eq(design.name, name));
  return row ?? (await unknownDesign(db, name));
}

/** Reads a design's row and holds it until the transaction ends: no other revision is made meanwhile. Throws NOT_FOUND. */
export async function lockDesign(tx: Db, name: string): Promise<DesignRow> {
  const [row] = await tx.select().from(design).where(eq(design.name, name)).for("update");
  return row ?? (await unknownDesign(tx, name));
}

async function unknownDesign(db: Db, name: string): Promise<never> {
  const rows = await db.select({ name: design.name }).from(design).limit(MOST_CANDIDATES);
  const names = rows.map((row) => row.name);
  throw notFound("design", name, names, "", "create it, or submit to it");
}

/** The number of the revision a request means: its own, or the head's for 0. Throws NOT_FOUND for one that was not made yet. */
export function revisionNumber(head: DesignRow, requested: bigint): bigint {
  if (requested === 0n) return head.revision;
  if (requested <= head.revision) return requested;
  throw failure(
    Code.NotFound,
    ErrorReason.NOT_FOUND,
    `design "${head.name}" has no revision ${requested}; the newest is ${head.revision}`,
    { subject: head.name, hint: "ListRevisions tells which there are; 0 is the head" },
  );
}

/** Which revision a request asks for: by number, or as the head of a moment. */
export interface RevisionRequest {
  readonly revision: bigint;
  readonly at?: Timestamp | undefined;
}

/**
 * The number of the revision a request means: its own; or the head of the moment it names, 0 before the first; or the head's. Throws NOT_FOUND for one that was not
 * made yet.
 */
export async function revisionAt(db: Db, head: DesignRow, { revision: number, at }: RevisionRequest): Promise<bigint> {
  if (number !== 0n || at === undefined) return revisionNumber(head, number);
  const [row] = await db
    .select({ number: revision.number })
    .from(revision)
    // Answers tell moments by the millisecond: whoever asks with one of them means the revision it was told of.
    .where(and(eq(revision.design, head.name), sql`${revision.createdAt} <= ${endOfMillisecond(at)}::timestamptz`))
    .orderBy(desc(revision.number))
    .limit(1);
  return row?.number ?? 0n;
}

function endOfMillisecond({ seconds, nanos }: Timestamp): string {
  const whole = new Date(Number(seconds) * 1000).toISOString().slice(0, "2026-11-30T00:00:00".length);
  return `${whole}.${String(Math.floor(nanos / 1_000_000)).padStart(3, "0")}999Z`;
}

/** Reads a revision's row; 0 for the head. Throws NOT_FOUND, also for the head of a design nobody has committed to. */
export async function readRevision(db: Db, head: DesignRow, requested: bigint): Promise<RevisionRow> {
  const number = revisionNumber(head, requested);
  const [row] = await db
    .select()
    .from(revision)
    .where(and(eq(revision.design, head.name), eq(revision.number, number)));
  if (row !== undefined) return row;
  throw failure(Code.NotFound, ErrorReason.NOT_FOUND, `design "${head.name}" has no revision yet`, {
    subject: head.name,
    hint: "submit documents to it",
  });
}

/** Throws ABORTED with REVISION_MOVED unless a design is at the revision its caller saw last. */
export function expectRevision(head: DesignRow, expected: bigint | undefined): void {
  if (expected === undefined || expected === head.revision) return;
  throw failure(
    Code.Aborted,
    ErrorReason.REVISION_MOVED,
    `design "${head.name}" is at revision ${head.revision}, not ${expected}`,
    { subject: head.name, hint: `read revision ${head.revision}, then decide whether your change still fits` },
  );
}
