import type { PoolClient, QueryConfig } from "pg";
import { expect, test } from "vitest";
import { createTransactionClient } from "./transaction-client.ts";

/** A connection that fails from a statement on; notes what reached it, and how it was given back. */
function connection(failsFrom?: string) {
  const reached: string[] = [];
  const given: unknown[] = [];
  let broken = false;
  const client = {
    async query({ text }: QueryConfig) {
      reached.push(text);
      broken ||= text === failsFrom;
      if (broken) throw new Error("Connection terminated unexpectedly");
      return { rows: [] };
    },
    release: (reason: unknown) => void given.push(reason),
  } as unknown as PoolClient;
  const prepare = (asked: QueryConfig | string) => (typeof asked === "string" ? { text: asked } : asked);
  return { transaction: createTransactionClient(client, prepare), reached, given };
}

test("statements asked at once reach the connection in order, and none once the transaction is over", async () => {
  const { transaction, reached, given } = connection();
  await Promise.all(["begin", "select 1", "commit"].map((text) => transaction.query(text)));
  transaction.release();
  await expect(transaction.query("select 2")).rejects.toMatchObject({ code: "CONNECTION_ENDED" });
  expect(reached).toEqual(["begin", "select 1", "commit"]);
  expect(given).toEqual([false]);
});

test("a connection that doesn't get as far as to begin is given back, to be ended", async () => {
  const { transaction, given } = connection("begin");
  await expect(transaction.query("begin")).rejects.toMatchObject({ code: "CONNECTION_CLOSED" });
  expect(given).toEqual([true]);
});

test("a transaction whose connection is lost is undone by that, and its connection is not used again", async () => {
  const { transaction, given } = connection("select 1");
  await transaction.query("begin");
  await expect(transaction.query("select 1")).rejects.toMatchObject({ code: "CONNECTION_CLOSED" });
  await transaction.query("rollback");
  transaction.release();
  expect(given).toEqual([true]);
});
