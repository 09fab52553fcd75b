import { sql } from "drizzle-orm";
import { expect, test } from "vitest";
import { withDatabase, withLastingDatabase } from "../../test/support/database.ts";
import { execute } from "./database.ts";
import { counter, design } from "./schema.ts";
import { withTransaction } from "./with-transaction.ts";

test("rows of hand-written SQL have one shape, and what was written is there after reopening", () =>
  withLastingDatabase(async (open) => {
    const first = await open();
    await first.db.insert(design).values({ name: "lab", revision: 12n, valid: true });
    await first.close();
    const second = await open();
    const rows = await execute<{ name: string; revision: string }>(
      second.db,
      sql`select name, revision::text as revision from bedplate.design`,
    );
    expect([...rows]).toEqual([{ name: "lab", revision: "12" }]);
    await second.close();
  }));

test("a transaction that throws leaves nothing", () =>
  withDatabase(async ({ db }) => {
    const failing = withTransaction(db, async (tx) => {
      await tx.insert(design).values({ name: "lab", revision: 0n, valid: true });
      throw new Error("changed my mind");
    });
    await expect(failing).rejects.toThrow("changed my mind");
    expect(await db.select().from(design)).toEqual([]);
  }));

test("a transaction is run again when the database asks for it", () =>
  withDatabase(async ({ db }) => {
    let runs = 0;
    await withTransaction(db, async (tx) => {
      runs += 1;
      await tx.insert(counter).values({ stream: "s", value: 1n });
      if (runs === 1) await tx.execute(sql`do $$ begin raise exception using errcode = '40P01'; end $$`);
    });
    expect(runs).toBe(2);
    expect(await db.select().from(counter)).toEqual([{ stream: "s", value: 1n }]);
  }));

test("transactions that take numbers from one counter at the same time get each number once", () =>
  withDatabase(async ({ db }) => {
    await db.insert(counter).values({ stream: "events", value: 0n });
    const taken = await Promise.all(
      Array.from({ length: 20 }, () =>
        withTransaction(db, async (tx) => {
          const [row] = await tx
            .update(counter)
            .set({ value: sql`${counter.value} + 1` })
            .where(sql`${counter.stream} = 'events'`)
            .returning({ value: counter.value });
          return Number(row?.value);
        }),
      ),
    );
    expect(taken.sort((one, other) => one - other)).toEqual(Array.from({ length: 20 }, (_, index) => index + 1));
  }));

test("names sort by code point, whatever the locale of the database", () =>
  withDatabase(async ({ db }) => {
    const names = ["b", "B", "a-1", "a1", "a.1", "Z"];
    await db.insert(design).values(names.map((name) => ({ name, revision: 0n, valid: true })));
    const rows = await db.select({ name: design.name }).from(design).orderBy(design.name);
    expect(rows.map((row) => row.name)).toEqual([...names].sort());
  }));

test("closing twice is fine", () =>
  withDatabase(async (database) => {
    database.noteWrites(1_000_000);
    await database.close();
    await database.close();
  }));
