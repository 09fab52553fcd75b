import { eq } from "drizzle-orm";
import { ChangeKind } from "../../gen/bedplate/design/v1/revision_pb.js";
import type { WatchResponse } from "../../gen/bedplate/design/v1/watch_pb.js";
import type { Database, Db } from "../../src/db/database.ts";
import { counter, effectiveItem } from "../../src/db/schema.ts";
import { type StateClient, stateClient } from "../support/state-service.ts";
import { DESIGN } from "./random-change.ts";

/**
 * What is wrong with what a watcher of the design is told from the beginning, in words, empty when all is well: numbers without gaps up to the counter, and for each
 * revision, in order, the effective items it changed and then itself.
 */
export async function eventProblems(database: Database, revisions: number): Promise<readonly string[]> {
  const [row] = await database.db
    .select()
    .from(counter)
    .where(eq(counter.stream, `watch/${DESIGN}`));
  const told = await readEvents(stateClient(database), row?.value ?? 0n);
  const expected = await expectedEvents(database.db, revisions);
  const problems = told.flatMap(({ sequence }, index) =>
    sequence === BigInt(index + 1) ? [] : [`event ${sequence} is told in place ${index + 1}`],
  );
  const words = told.map(eventWords);
  for (const [index, each] of expected.entries()) {
    if (each !== words[index]) problems.push(`event ${index + 1} is ${words[index]}, expected ${each}`);
  }
  if (words.length > expected.length) problems.push(`${words.length} events are told, expected ${expected.length}`);
  return problems;
}

async function readEvents(client: StateClient, last: bigint): Promise<readonly WatchResponse[]> {
  const told: WatchResponse[] = [];
  if (last === 0n) return told;
  const ending = new AbortController();
  for await (const each of client.watch({ design: DESIGN }, { signal: ending.signal })) {
    if (each.change.case !== undefined) told.push(each);
    if (each.sequence >= last) break;
  }
  ending.abort();
  return told;
}

function eventWords({ change }: WatchResponse): string {
  if (change.case === "revision") return `revision ${change.value.number}`;
  if (change.case !== "item") return String(change.case);
  const { revision, kind, name, change: how, digest } = change.value;
  return `${kind}/${name} ${ChangeKind[how]?.toLowerCase()} in ${revision} ${digest}`;
}

/** From the rows of effective items alone: what began and ended with each revision. */
async function expectedEvents(db: Db, revisions: number): Promise<readonly string[]> {
  const rows = await db.select().from(effectiveItem).where(eq(effectiveItem.design, DESIGN));
  const changes = new Map<bigint, Map<string, { came?: string; went: boolean }>>();
  const at = (revision: bigint, key: string) => {
    const all = changes.get(revision) ?? new Map<string, { came?: string; went: boolean }>();
    changes.set(revision, all);
    const one = all.get(key) ?? { went: false };
    all.set(key, one);
    return one;
  };
  for (const { kind, name, fromRevision, toRevision, digest } of rows) {
    at(fromRevision, `${kind}/${name}`).came = digest;
    if (toRevision !== null) at(toRevision, `${kind}/${name}`).went = true;
  }
  return Array.from({ length: revisions }, (_, index) => BigInt(index + 1)).flatMap((number) => {
    const items = [...(changes.get(number) ?? [])].sort(([a], [b]) => (a < b ? -1 : 1));
    const words = items.map(([key, { came, went }]) => {
      const how = came === undefined ? "deleted" : went ? "changed" : "added";
      return `${key} ${how} in ${number} ${came ?? ""}`;
    });
    return [...words, `revision ${number}`];
  });
}
