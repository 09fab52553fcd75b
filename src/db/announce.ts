import type { Db } from "./database.ts";

const unsaid = new WeakMap<Db, Set<string>>();
const hearers = new WeakMap<Db, Map<string, Set<() => void>>>();

/**
 * Says in this process that something of a topic was written, once the transaction is committed; nothing is said of one that is rolled back. Works in
 * transactions of `withTransaction`, and does nothing in others: it makes hearers quick, and who must not miss anything looks for itself as well.
 */
export function announce(tx: Db, topic: string): void {
  unsaid.get(tx)?.add(topic);
}

/** Calls `hear` whenever something of a topic was committed through this very handle of a database. Gives what ends that. */
export function onAnnounced(db: Db, topic: string, hear: () => void): () => void {
  const topics = hearers.get(db) ?? new Map<string, Set<() => void>>();
  hearers.set(db, topics);
  const own = topics.get(topic) ?? new Set();
  topics.set(topic, own.add(hear));
  return () => {
    own.delete(hear);
    if (own.size === 0 && topics.get(topic) === own) topics.delete(topic);
  };
}

/** Runs a transaction, and when it is committed says what was announced in it. */
export async function announcing<Result>(
  db: Db,
  transaction: (work: (tx: Db) => void) => Promise<Result>,
): Promise<Result> {
  const topics = new Set<string>();
  const result = await transaction((tx) => unsaid.set(tx, topics));
  const outer = unsaid.get(db);
  for (const topic of topics) {
    // Of a transaction inside another nothing is committed before that one is.
    if (outer !== undefined) outer.add(topic);
    else for (const hear of hearers.get(db)?.get(topic) ?? []) hear();
  }
  return result;
}
