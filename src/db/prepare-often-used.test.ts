import type postgres from "postgres";
import { expect, test } from "vitest";
import { prepareOftenUsed } from "./prepare-often-used.ts";

/** A driver that notes which texts it was to run prepared. */
function driver(prepare = true) {
  const prepared: string[] = [];
  const session = {
    options: { prepare },
    unsafe: (text: string, _values: unknown[], options: { prepare?: boolean } = {}) => {
      if (options.prepare === true) prepared.push(text);
    },
    begin: (work: (tx: unknown) => void) => work(session),
  };
  return { client: session as unknown as postgres.Sql, prepared };
}

const run = (client: postgres.Sql, text: string, values: string[] = ["x"]) => void client.unsafe(text, values);

test("a statement is prepared from its third use on, in transactions too", () => {
  const { client: bare, prepared } = driver();
  const client = prepareOftenUsed(bare);
  run(client, "select $1");
  run(client, "select $1");
  expect(prepared).toEqual([]);
  void client.begin((tx) => run(tx as unknown as postgres.Sql, "select $1"));
  run(client, "select $1");
  expect(prepared).toEqual(["select $1", "select $1"]);
});

test("a statement without values is not prepared, and none is where the URL says so", () => {
  const one = driver();
  const other = driver(false);
  const [bare, refusing] = [prepareOftenUsed(one.client), prepareOftenUsed(other.client)];
  for (let use = 0; use < 5; use++) {
    run(bare, "begin", []);
    run(refusing, "select $1");
  }
  expect([...one.prepared, ...other.prepared]).toEqual([]);
});

test("no more statements are prepared than a server should keep, and those used first stay", () => {
  const { client: bare, prepared } = driver();
  const client = prepareOftenUsed(bare);
  for (let text = 0; text < 1000; text++) for (let use = 0; use < 3; use++) run(client, `select $1 + ${text}`);
  expect(prepared).toHaveLength(400);
  run(client, "select $1 + 0");
  expect(prepared.at(-1)).toBe("select $1 + 0");
});
