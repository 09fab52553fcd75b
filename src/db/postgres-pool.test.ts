import { sql } from "drizzle-orm";
import { expect, test } from "vitest";
import { breakConnections, withDatabase } from "../../test/support/database.ts";
import type { Db } from "./database.ts";
import { counter } from "./schema.ts";
import { withTransaction } from "./with-transaction.ts";

const ROUNDS = 5;
const write = (db: Db, stream: string) => db.insert(counter).values({ stream, value: 0n });
const streams = async (db: Db) => (await db.select().from(counter)).map(({ stream }) => stream).sort();

test("a transaction whose connection breaks between two statements leaves nothing, and the next finds another", () =>
  withDatabase(async (database) => {
    const { db } = database;
    const kept: string[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      let broken = 0;
      const failed = await withTransaction(db, async (tx) => {
        await write(tx, `${round} first`);
        broken = await breakConnections(database);
        await write(tx, `${round} second`);
      }).then(
        () => false,
        () => true,
      );
      expect(failed).toBe(broken > 0);
      if (!failed) kept.push(`${round} first`, `${round} second`);
      expect(await streams(db)).toEqual(kept);
    }
  }));

test("statements under way when their connections break fail or are done, and those that follow are answered", () =>
  withDatabase(async (database) => {
    const { db } = database;
    await Promise.all(Array.from({ length: 10 }, () => db.execute(sql`select 1`)));
    for (let round = 0; round < ROUNDS; round++) {
      const answers = Promise.allSettled([
        ...Array.from({ length: 20 }, () => db.execute(sql`select 1`)),
        ...Array.from({ length: 20 }, () => withTransaction(db, (tx) => tx.execute(sql`select 1`))),
      ]);
      await breakConnections(database);
      await answers;
    }
    // What was broken while nobody used it may be noticed only by who uses it next.
    await expect
      .poll(
        async () =>
          (await Promise.allSettled(Array.from({ length: 20 }, () => streams(db)))).map(({ status }) => status),
        { timeout: 60_000 },
      )
      .toEqual(Array(20).fill("fulfilled"));
  }));

test("a query that waits when the database is closed fails", () =>
  withDatabase(async (database) => {
    const { db } = database;
    const answers = Promise.allSettled(Array.from({ length: 50 }, () => db.execute(sql`select 1`)));
    await database.close();
    await answers;
    await expect(db.execute(sql`select 1`)).rejects.toThrow();
  }));
