import { afterAll, beforeAll, expect, test } from "vitest";
import type { Database } from "../../db/database.ts";
import { openDatabase } from "../../db/open-database.ts";
import { createPglitePool, type Pool } from "./pglite-pool.ts";

let database: Database;
let pool: Pool;

beforeAll(async () => {
  database = await openDatabase({ memory: true });
  if (database.engineBackend.kind !== "pglite") throw new Error("not embedded");
  pool = createPglitePool(database.engineBackend.pglite);
  await pool.query("create table kept (n bigint primary key)");
});

afterAll(() => database.close());

async function rows(): Promise<unknown[]> {
  return (await pool.query("select n from kept order by n")).rows.map(({ n }) => n);
}

test("eight-byte integers are text and counts are given, as pg does it", async () => {
  const inserted = await pool.query("insert into kept values ($1), ($2)", ["1", "2"]);
  expect(inserted.rowCount).toBe(2);
  expect(await rows()).toEqual(["1", "2"]);
  expect((await pool.query("delete from kept returning n")).rowCount).toBe(2);
});

test("a client has the session for itself from BEGIN to COMMIT", async () => {
  const client = await pool.connect();
  await client.query("BEGIN ISOLATION LEVEL REPEATABLE READ");
  await client.query("insert into kept values ($1)", ["1"]);
  const isolation = await client.query("show transaction_isolation");
  expect(isolation.rows[0]).toEqual({ transaction_isolation: "repeatable read" });
  const seenOutside = rows();
  await client.query("COMMIT");
  client.release();
  expect(await seenOutside).toEqual(["1"]);
  await pool.query("delete from kept");
});

test("ROLLBACK undoes, also after a failed statement, and a released client keeps nothing", async () => {
  const client = await pool.connect();
  await client.query("BEGIN");
  await client.query("insert into kept values (1)");
  await expect(client.query("insert into kept values (1)")).rejects.toMatchObject({ code: "23505" });
  await client.query("ROLLBACK");
  await client.query("begin");
  await client.query("insert into kept values (2)");
  client.release();
  expect(await rows()).toEqual([]);
});

test("several statements in one text and CONCURRENTLY are taken", async () => {
  await pool.query("create index concurrently if not exists kept_n on kept (n); insert into kept values (5)");
  expect(await rows()).toEqual(["5"]);
});
