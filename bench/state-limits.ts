import { sql } from "drizzle-orm";
import { type Db, execute } from "../src/db/database.ts";
import { withTransaction } from "../src/db/with-transaction.ts";
import type { DocumentInit } from "./state-result.ts";

/** The least a database can be asked for: what measurements are compared with, each over the same connection in the same run. */
export interface StateLimits {
  /** Updates one row, in a transaction of its own. */
  writeOneRow(): Promise<void>;
  /** Reads one row by its key. */
  readOneRow(): Promise<void>;
  /** Writes the specifications of documents as they are into a bare table, a row for each, in one transaction, and takes them away again. */
  writeRows(documents: readonly DocumentInit[]): Promise<void>;
}

/** Makes the tables that limits are measured with. */
export async function createLimits(db: Db): Promise<StateLimits> {
  await db.execute(sql`create schema if not exists bench`);
  await db.execute(sql`create table bench.one (id integer primary key, value bigint not null)`);
  await db.execute(sql`create table bench.many (name text primary key, spec jsonb not null)`);
  await db.execute(sql`insert into bench.one select id, 0 from generate_series(1, 1000) as id`);
  return {
    writeOneRow: () =>
      withTransaction(db, async (tx) => {
        await tx.execute(sql`update bench.one set value = value + ${1} where id = ${1}`);
      }),
    async readOneRow() {
      await execute(db, sql`select value::text from bench.one where id = ${7}`);
    },
    async writeRows(documents) {
      const rows = documents.map(({ kind, name, spec }) => ({ name: `${kind}/${name}`, spec }));
      await withTransaction(db, async (tx) => {
        for (let from = 0; from < rows.length; from += 1000) {
          const part = JSON.stringify(rows.slice(from, from + 1000));
          await tx.execute(sql`
            insert into bench.many (name, spec)
            select name, spec from jsonb_to_recordset(${part}::text::jsonb) as r(name text, spec jsonb)`);
        }
      });
      await db.execute(sql`truncate bench.many`);
    },
  };
}
