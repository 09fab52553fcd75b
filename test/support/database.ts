import { randomUUID } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import postgres from "postgres";
import type { Database } from "../../src/db/database.ts";
import { migrationsDigest } from "../../src/db/migrations.ts";
import { openDatabase } from "../../src/db/open-database.ts";

/**
 * Runs `work` with an empty, migrated database of its own and removes it afterwards: embedded and in memory, or on the server of `DATABASE_URL` when that
 * is set. A test need not know which.
 */
export async function withDatabase<Result>(work: (database: Database) => Promise<Result>): Promise<Result> {
  const serverUrl = process.env.DATABASE_URL;
  if (serverUrl !== undefined) return withServerDatabase(serverUrl, (url) => using(() => openDatabase({ url }), work));
  return using(() => openDatabase({ memory: true }), work);
}

/**
 * Runs `work` with an empty database and two handles of it, as two processes on one server have them. An embedded database has one process: there both are the
 * same.
 */
export async function withSharedDatabase<Result>(
  work: (one: Database, other: Database) => Promise<Result>,
): Promise<Result> {
  const serverUrl = process.env.DATABASE_URL;
  if (serverUrl === undefined) return withDatabase((database) => work(database, database));
  return withServerDatabase(serverUrl, (url) => {
    const open = () => openDatabase({ url });
    return using(open, (one) => using(open, (other) => work(one, other)));
  });
}

/**
 * Like `withDatabase`, for tests that close a database and open it again: `open` opens the same one each time, with what it held. The caller closes what
 * it opens.
 */
export async function withLastingDatabase<Result>(
  work: (open: () => Promise<Database>) => Promise<Result>,
): Promise<Result> {
  const serverUrl = process.env.DATABASE_URL;
  if (serverUrl !== undefined) return withServerDatabase(serverUrl, (url) => work(() => openDatabase({ url })));
  const dataDir = await mkdtemp(join(tmpdir(), "bedplate-test-"));
  try {
    return await work(() => openDatabase({ dataDir }));
  } finally {
    await rm(dataDir, { recursive: true, force: true });
  }
}

/**
 * Runs `work` with the environment that gives a process of its own an empty database: none beyond its data directory, or the URL of a database on the server
 * of `DATABASE_URL` when that is set.
 */
export async function withDatabaseEnvironment<Result>(
  work: (environment: Readonly<Record<string, string>>) => Promise<Result>,
): Promise<Result> {
  const serverUrl = process.env.DATABASE_URL;
  return serverUrl === undefined ? work({}) : withServerDatabase(serverUrl, (url) => work({ DATABASE_URL: url }));
}

/**
 * Ends every connection that Bedplate has to a database, as a restart of the server does, and gives how many those were. An embedded database has none.
 */
export async function breakConnections({ engineBackend }: Database): Promise<number> {
  if (engineBackend.kind === "pglite") return 0;
  const server = postgres(engineBackend.url, { max: 1, connect_timeout: 10, onnotice: () => {} });
  try {
    const ended = await server`select pg_terminate_backend(pid) from pg_stat_activity
      where datname = current_database() and application_name in ('bedplate', 'bedplate engine')`;
    return ended.length;
  } finally {
    await server.end({ timeout: 5 });
  }
}

async function using<Result>(open: () => Promise<Database>, work: (database: Database) => Promise<Result>) {
  const database = await open();
  try {
    return await work(database);
  } finally {
    await database.close();
  }
}

async function withServerDatabase<Result>(serverUrl: string, work: (url: string) => Promise<Result>): Promise<Result> {
  const server = postgres(serverUrl, { max: 1, connect_timeout: 10, onnotice: () => {} });
  const name = `bedplate_test_${randomUUID().replaceAll("-", "")}`;
  try {
    const template = await migratedTemplate(server, serverUrl);
    await server`create database ${server(name)} template ${server(template)}`;
    try {
      return await work(databaseUrl(serverUrl, name));
    } finally {
      await server`drop database if exists ${server(name)} with (force)`;
    }
  } finally {
    await server.end({ timeout: 5 });
  }
}

/** A migrated database to copy: copying takes a fraction of the time that migrating does. */
async function migratedTemplate(server: postgres.Sql, serverUrl: string): Promise<string> {
  const name = `bedplate_template_${migrationsDigest().slice(0, 16)}`;
  await server`select pg_advisory_lock(7300002)`;
  try {
    const found = await server`select 1 from pg_database where datname = ${name}`;
    if (found.length > 0) return name;
    const unfinished = `${name}_unfinished`;
    await server`drop database if exists ${server(unfinished)} with (force)`;
    await server`create database ${server(unfinished)}`;
    await using(
      () => openDatabase({ url: databaseUrl(serverUrl, unfinished) }),
      async () => {},
    );
    await server`alter database ${server(unfinished)} rename to ${server(name)}`;
    return name;
  } finally {
    await server`select pg_advisory_unlock(7300002)`;
  }
}

function databaseUrl(serverUrl: string, name: string): string {
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  return url.href;
}
