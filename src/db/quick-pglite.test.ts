import { PGlite } from "@electric-sql/pglite";
import { expect, onTestFinished, test } from "vitest";
import { quickPglite } from "./quick-pglite.ts";
import { databaseTemplate } from "./template-cache.ts";

const OFTEN = 5;
const TYPES = `select $1::text as text, $2::int4 as int4, $3::int8 as int8, $4::boolean as yes, $5::jsonb as tree, $6::text[] as many, $7::timestamptz as at,
  $8::bytea as bytes, $9::float8 as part, null::text as nothing`;
const VALUES = [
  "a'b",
  -7,
  9_007_199_254_740_993n,
  true,
  { a: [1, null, "x"] },
  ["p", "q r", null],
  new Date(0),
  new Uint8Array([0, 255]),
  1.5,
];

async function open(): Promise<{ readonly plain: PGlite; readonly quick: PGlite }> {
  const plain = await PGlite.create({ loadDataDir: await databaseTemplate() });
  onTestFinished(() => plain.close());
  return { plain, quick: quickPglite(plain) };
}

test("statements used often give what PGlite's own give, of every type, as objects and as arrays, with parsers of the caller", async () => {
  const { plain, quick } = await open();
  await plain.exec("create table pairs (key text primary key, value integer not null)");
  const insert =
    "insert into pairs values ($1, $2) on conflict (key) do update set value = excluded.value returning value";
  for (const options of [{}, { rowMode: "array" as const }, { parsers: { 20: (text: string) => `<${text}>` } }]) {
    const wanted = await plain.query(TYPES, VALUES, options);
    for (let time = 0; time < OFTEN; time++) expect(await quick.query(TYPES, VALUES, options)).toEqual(wanted);
    const written = await plain.query(insert, ["key", 1], options);
    for (let time = 0; time < OFTEN; time++) expect(await quick.query(insert, ["key", 1], options)).toEqual(written);
  }
  for (let time = 0; time < OFTEN; time++) {
    expect((await quick.query("select key from pairs where key = $1", ["none"])).rows).toEqual([]);
    expect((await quick.query("update pairs set value = $1", [time])).affectedRows).toBe(1);
  }
});

test("a statement that fails says why by its code, and harms neither the next one nor the transaction around another", async () => {
  const { quick } = await open();
  await quick.exec("create table once (id integer primary key)");
  const insert = (id: number, on: Pick<PGlite, "query"> = quick) => on.query("insert into once values ($1)", [id]);
  for (let id = 0; id < OFTEN; id++) await insert(id);
  await expect(insert(0)).rejects.toMatchObject({ code: "23505" });
  await insert(OFTEN);
  const failing = quick.transaction(async (tx) => {
    await insert(100, tx as unknown as PGlite);
    await insert(0, tx as unknown as PGlite);
  });
  // What others ask meanwhile waits for the transaction, and is no part of it.
  const beside = insert(101);
  await expect(failing).rejects.toMatchObject({ code: "23505" });
  await beside;
  const { rows } = await quick.query<{ id: number }>("select id from once where id >= 100");
  expect(rows).toEqual([{ id: 101 }]);
});

test("a table that changes under a prepared statement changes what it gives", async () => {
  const { quick } = await open();
  await quick.exec("create table wide (a integer)");
  const read = () => quick.query("select * from wide where 1 = $1", [1]);
  for (let time = 0; time < OFTEN; time++) await read();
  await quick.exec("alter table wide add column b integer; insert into wide values (1, 2)");
  expect((await read()).rows).toEqual([{ a: 1, b: 2 }]);
});

test("statements that follow each other without a pause let timers have their turn", async () => {
  const { quick } = await open();
  let over = false;
  const turn = new Promise((resolve) => setTimeout(resolve, 0)).then(() => {
    over = true;
  });
  for (let count = 0; !over; count++) {
    if (count > 100_000) throw new Error("no timer had its turn");
    await quick.query("select $1::integer", [count]);
  }
  await turn;
});
