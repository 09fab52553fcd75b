import { randomUUID } from "node:crypto";
import { Code } from "@connectrpc/connect";
import { and, eq, sql } from "drizzle-orm";
import { ErrorReason } from "../../../gen/bedplate/type/v1/error_pb.js";
import type { Db } from "../../db/database.ts";
import { change } from "../../db/schema.ts";
import { failure } from "../../mesh/failure.ts";
import type { DesignRow } from "./designs.ts";
import type { ChangeRow } from "./staged.ts";

/** The change a request id of a design was used for; undefined when it was not used. */
export async function findRequest(tx: Db, design: string, requestId: string): Promise<ChangeRow | undefined> {
  const [row] = await tx
    .select()
    .from(change)
    .where(and(eq(change.design, design), eq(change.requestId, requestId)));
  return row;
}

/** A request that makes its change at once. `id` is empty for one that is not to be repeated. */
export interface KeyedRequest {
  readonly id: string;
  /** What tells the request from another one; tells nothing about its secrets. Not empty. */
  readonly fingerprint: string;
}

/** What a repeated request was answered when it came first. */
export interface FirstAnswer {
  readonly revision: bigint;
  readonly changed: boolean;
}

/** How a request was answered before; undefined for a new one. Throws ALREADY_EXISTS when its id was used for something else. */
export async function firstAnswer(
  tx: Db,
  head: Pick<DesignRow, "name">,
  { id, fingerprint }: KeyedRequest,
): Promise<FirstAnswer | undefined> {
  const row = id === "" ? undefined : await findRequest(tx, head.name, id);
  if (row === undefined) return undefined;
  if (row.fingerprint === fingerprint && row.revision !== null) {
    return { revision: row.revision, changed: row.changed === true };
  }
  throw failure(Code.AlreadyExists, ErrorReason.ALREADY_EXISTS, "the request id was used for another request", {
    fieldPath: "request_id",
    hint: "choose a new request id for a new intent",
  });
}

/** Keeps how a request was answered, for its repetitions. One without an id is not kept. */
export async function keepAnswer(
  tx: Db,
  head: Pick<DesignRow, "name" | "revision">,
  { id, fingerprint }: KeyedRequest,
  { revision, changed }: FirstAnswer,
  by: Pick<ChangeRow, "layers" | "message" | "author" | "source">,
): Promise<void> {
  if (id === "") return;
  await tx.insert(change).values({
    ...by,
    id: randomUUID(),
    design: head.name,
    baseRevision: head.revision,
    requestId: id,
    fingerprint,
    revision,
    changed,
    closedAt: sql`now()`,
  });
}
